"""The conditions of a list: what the address says and what was typed, over what the person may see."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any

import django_filters as filters
from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from parks.models import County, Park
from portal import clock
from portal.choices import Role
from portal.models import User
from portal.text import squash, whole_number
from projects import stats
from projects.choices import STAGE_ORDER, EntryStatus, Hold, IndustryGroup, Light, Nature, Stage, YearType
from projects.groups import INDUSTRIAL
from projects.models import GroupEntry, ProjectGroup, StageBatch, YearPlan
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.search import Condition, Understood, understand, vocabulary

EMPTY = "none"  # the value of “未填” in the address
LABELS = {
    "park": "园区",
    "county": "县（市、区）",
    "light": "灯",
    "type": "年度类型",
    "stage": "阶段",
    "hold": "管理状态",
    "batch": "四个一批",
    "industry": "主导产业",
    "nature": "建设性质",
    "group": "专题",
    "leader": "联系市领导",
    "chip": "状态",
}


Choices = list[tuple[str, str]]
FIXED: dict[str, Choices] = {
    "type": [*YearType.choices, (EMPTY, "未填")],
    "stage": [*Stage.choices, (EMPTY, "待补")],
    "industry": [*IndustryGroup.choices, (EMPTY, "未填")],
    "nature": list(Nature.choices),
    "hold": [(EMPTY, Hold.NONE.label), *((code, label) for code, label in Hold.choices if code)],
    "light": [(str(code), str(label)) for code, label in Light.choices],
    "chip": [(one.key, one.label) for one in NAMED.values()],
}


class ProjectFilter(filters.FilterSet):
    """What `data` asks for within the register of `year` that `user` may see. Choices never show another unit."""

    q = filters.CharFilter(label="搜索")
    park = filters.CharFilter(label=LABELS["park"])
    type = filters.CharFilter(label=LABELS["type"])
    stage = filters.CharFilter(label=LABELS["stage"])
    hold = filters.CharFilter(label=LABELS["hold"])
    batch = filters.CharFilter(label=LABELS["batch"])
    industry = filters.CharFilter(label=LABELS["industry"])
    nature = filters.CharFilter(label=LABELS["nature"])
    group = filters.CharFilter(label=LABELS["group"])
    leader = filters.CharFilter(label=LABELS["leader"])
    county = filters.CharFilter(label=LABELS["county"])
    light = filters.CharFilter(label=LABELS["light"])
    chip = filters.CharFilter(label=LABELS["chip"])

    def __init__(self, data: Mapping[str, Any], *, user: User, year: int, on: date):
        self.user, self.year, self.on = user, year, on
        self.units = list(units_of(user, on=on))
        super().__init__(data, queryset=stats.register(user, year=year))

    # --- what may be chosen
    @cached_property
    def counties(self) -> list[County]:
        """The counties the units lie in."""
        return sorted({one.county for one in self.units if one.county}, key=lambda county: county.code)

    @cached_property
    def groups(self) -> list[ProjectGroup]:
        """The published lists of the year."""
        return list(ProjectGroup.objects.filter(year=self.year))

    @property
    def lists(self) -> list[ProjectGroup]:
        """Those one can choose: the list of the whole register narrows nothing."""
        return [one for one in self.groups if one.slug != INDUSTRIAL]

    @cached_property
    def leaders(self) -> list[str]:
        return leaders_of(self.user)

    @cached_property
    def choices(self) -> dict[str, Choices]:
        """What each filter offers. django-filter's own choice fields copy every choice twice for each page."""
        return {
            **FIXED,
            "park": [(one.code, one.name) for one in self.units],
            "county": [(one.code, one.name) for one in self.counties],
            "group": [(one.slug, one.short_name) for one in self.lists],
            "leader": [*((name, name) for name in self.leaders), (EMPTY, "未明确")],
            "batch": batch_choices(self.stages_by_batch),
        }

    @cached_property
    def stages_by_batch(self) -> dict[str, list[str]]:
        """四个一批 with the stages of each; read only for an address that asks for one."""
        return stages_by_batch() if "batch" in self.data else {}

    # --- what was asked
    @cached_property
    def asked(self) -> dict[str, str]:
        """The filters of the address that are set."""
        self.form.full_clean()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def is_known(self) -> bool:
        """True when everything asked for can be chosen by this person."""
        return all(name == "q" or self.offers(name, value) for name, value in self.asked.items())

    def lost(self, kept: Iterable[Mapping[str, str]] = ()) -> list[str]:
        """How those conditions read that nobody, or not this person, can choose any more. `kept`: with a list, how its
        conditions read then; of those the typed ones are looked at too."""
        labels = {(one["field"], one["value"]): one["label"] for one in kept}
        query = self.asked.get("q", "")
        typed = [(one["field"], one["value"]) for one in kept if one["word"] and one["word"] in query]
        asked = dict.fromkeys([*self.asked.items(), *typed])
        gone = [(name, value) for name, value in asked if name in LABELS and not self.offers(name, value)]
        return [f"{LABELS[name]}“{labels.get((name, value), value)}”" for name, value in gone]

    def offers(self, name: str, value: str) -> bool:
        return value in dict(self.choices[name])

    @cached_property
    def understood(self) -> Understood:
        query = self.asked.get("q")
        if not query:
            return Understood()
        known = vocabulary(units=self.units, counties=self.counties, leaders=self.leaders, lists=self.lists)
        return understand(query, known)

    @cached_property
    def conditions(self) -> list[Condition]:
        """The conditions of the address, then those typed; all of them can be taken away."""
        given = [
            Condition(name, value, dict(self.choices[name]).get(value, value))
            for name, value in self.asked.items()
            if name != "q"
        ]
        return [*given, *self.understood.conditions]

    @property
    def chips(self) -> list[str]:
        """The keys of the named sets asked for; an unknown one finds nothing (`base`)."""
        asked = (one.value for one in self.conditions if one.field == "chip")
        return [key for key in dict.fromkeys(asked) if key in NAMED]

    @property
    def chosen_units(self) -> list[Park]:
        codes = {one.value for one in self.conditions if one.field == "park"}
        return [one for one in self.units if one.code in codes]

    # --- what is found
    @cached_property
    def base(self) -> ProjectQuerySet:
        """All conditions but the chips."""
        if not self.is_known:
            return self.queryset.none()
        found = self.queryset
        for name in LABELS:
            values = [one.value for one in self.conditions if one.field == name]
            if values and name != "chip":
                found = found.filter(reduce(or_, (self.meaning(name, value) for value in values)))
        for word in self.understood.words:
            found = found.filter(search_text__contains=squash(word))
        return found

    @property
    def shown(self) -> Q:
        """What the chips together ask for."""
        condition = Q()
        for key in self.chips:
            condition &= NAMED[key].condition(self.on)
        return condition

    @property
    def qs(self) -> ProjectQuerySet:
        return self.base.filter(self.shown)

    def meaning(self, name: str, value: str) -> Q:
        """The condition that a filter and its value stand for."""
        if name == "park":
            units = [one for one in self.units if value in (one.code, parent_code(one, self.units))]
            return Q(plan__paper_unit__in=[one.order for one in units])  # leads into the index of 台账顺序
        if name == "group":
            return Q(pk__in=entries_of(value, self.year))
        column = {"type": "plan__year_type", "industry": "industry_group", "leader": "city_leader"}.get(name, name)
        if name == "stage" and value != EMPTY:
            return Q(plan__paper_stage=value)  # leads into its index
        if name == "batch":
            return Q(plan__paper_stage__in=self.stages_by_batch["" if value == EMPTY else value])
        if name == "county":
            return Q(county__in=[one.pk for one in self.counties if one.code == value])
        if value == EMPTY:
            return Q(**{column: "", "hold": ""}) if name == "stage" else Q(**{column: ""})
        return Q(**{column: value})


def units_of(user: User, *, on: date) -> QuerySet[Park]:
    """The units whose projects the person sees, as on paper."""
    units = Park.objects.select_related("county").reporting()
    return units.for_user(user, on=on).reporting() if user.role == Role.PARK else units


def parent_code(unit: Park, units: Iterable[Park]) -> str | None:
    return next((one.code for one in units if one.pk == unit.parent_id), None)


def stages_by_batch() -> dict[str, list[str]]:
    """The 四个一批 as the bureau mapped the stages, in their order; under "" those of none and the empty stage."""
    mapped = dict(StageBatch.objects.values_list("stage", "batch"))
    found: dict[str, list[str]] = {}
    for stage in STAGE_ORDER:
        found.setdefault(mapped.get(stage, ""), []).append(stage)
    return {**found, "": [*found.get("", []), ""]}


def batch_choices(known: Mapping[str, list[str]]) -> Choices:
    return [(name or EMPTY, name or "未对应") for name in known]


def entries_of(slug: str, year: int) -> QuerySet[GroupEntry, Any]:
    """The projects whose entry in the group still stands."""
    standing = [EntryStatus.APPLIED, EntryStatus.LISTED]
    return GroupEntry.objects.filter(group__slug=slug, group__year=year, status__in=standing).values("project")


LEADERS = """
WITH RECURSIVE found(name) AS (
    SELECT MIN(city_leader) FROM projects_project WHERE city_leader > ''
    UNION ALL
    SELECT (SELECT MIN(city_leader) FROM projects_project WHERE city_leader > found.name)
    FROM found WHERE found.name IS NOT NULL)
SELECT name FROM found WHERE name IS NOT NULL
"""


def leaders_of(user: User) -> list[str]:
    """联系市领导 of the projects the person sees. For the whole city it skips along the index: as quick at 100 000."""
    if user.role == Role.PARK:
        mine = stats.Project.objects.visible_to(user).exclude(city_leader="")
        return sorted(set(mine.values_list("city_leader", flat=True)))
    with connection.cursor() as cursor:
        cursor.execute(LEADERS)
        return [name for (name,) in cursor.fetchall()]


def years() -> list[int]:
    """The years that have a register, newest first; both ends come from the index."""
    ends = YearPlan.objects.aggregate(first=Min("year"), last=Max("year"))
    if ends["first"] is None:
        return [clock.today().year]
    return list(range(ends["last"], ends["first"] - 1, -1))


def year_of(asked: str | None, known: list[int]) -> int:
    """The year asked for if there is one, else this year, else the newest."""
    year = whole_number(asked)
    if year is not None and year in known:
        return year
    return clock.today().year if clock.today().year in known else known[0]
