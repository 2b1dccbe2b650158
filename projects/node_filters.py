"""The conditions of the list of nodes: what the address says and what was typed, over what the person may see."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import django_filters as filters
from django.db.models import Count, Q, QuerySet

from portal.choices import Role
from portal.models import User
from portal.text import squash
from projects.filters import Choices, leaders_of, parent_code, units_of
from projects.models import Milestone, Project, TemplateNode, TemplateVersion
from projects.models.node_sets import DUE, LATENESS, NODE_SETS, overdue
from projects.search import Condition, Understood, Vocabulary, understand

LABELS = {
    "park": "园区",
    "owner": "责任人",
    "leader": "联系市领导",
    "code": "节点",
    "late": "逾期天数",
    "state": "状态",
}


class NodeFilter(filters.FilterSet):
    """Which nodes of the register of `year` are asked for. Without a state: 逾期和临期."""

    q = filters.CharFilter(label="搜索")
    park = filters.CharFilter(label=LABELS["park"])
    owner = filters.CharFilter(label=LABELS["owner"])
    leader = filters.CharFilter(label=LABELS["leader"])
    code = filters.CharFilter(label=LABELS["code"])
    late = filters.CharFilter(label=LABELS["late"])
    state = filters.CharFilter(label=LABELS["state"])

    def __init__(self, data: Mapping[str, Any], *, user: User, year: int, on: date):
        self.user, self.year, self.on = user, year, on
        self.units = list(units_of(user, on=on))
        super().__init__(data, queryset=nodes_of(user, year=year, units=[one.pk for one in self.units]))

    @cached_property
    def choices(self) -> dict[str, Choices]:
        return {
            "park": [(one.code, one.name) for one in self.units],
            "owner": owners_of(self.queryset, self.projects),
            "leader": [(name, name) for name in leaders_of(self.user)],
            "code": codes(),
            "late": [(key, f"逾期{one.label}") for key, one in LATENESS.items()],
            "state": [(one.key, one.label) for one in NODE_SETS.values()],
        }

    @property
    def projects(self) -> QuerySet[Project]:
        """The projects the person sees, without asking for the units once more."""
        mine = Project.objects.live()
        return mine.filter(unit__in=self.units) if self.user.role == Role.PARK else mine

    @cached_property
    def asked(self) -> dict[str, str]:
        """The filters of the address that are set."""
        self.form.full_clean()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def is_known(self) -> bool:
        return all(name == "q" or value in dict(self.choices[name]) for name, value in self.asked.items())

    @cached_property
    def understood(self) -> Understood:
        if not self.asked.get("q"):
            return Understood()
        known = Vocabulary()
        for unit in self.units:
            known.add("park", unit.code, unit.name, *unit.words)
        for name in ("state", "code", "leader"):
            for value, label in self.choices[name]:
                known.add(name, value, label)
        return understand(self.asked["q"], known)

    @cached_property
    def conditions(self) -> list[Condition]:
        """The conditions of the address, then those typed."""
        given = [
            Condition(name, value, dict(self.choices[name]).get(value, value))
            for name, value in self.asked.items()
            if name != "q"
        ]
        return [*given, *self.understood.conditions]

    @property
    def kind(self) -> str:
        """The key of the set of nodes that is shown."""
        return next((one.value for one in self.conditions if one.field == "state"), DUE)

    @cached_property
    def base(self) -> QuerySet[Milestone]:
        """All conditions but the state."""
        if not self.is_known:
            return self.queryset.none()
        found = self.queryset
        for one in self.conditions:
            if one.field != "state":
                found = found.filter(self.meaning(one.field, one.value))
        for word in self.understood.words:
            found = found.filter(project__search_text__contains=squash(word))
        return found

    @property
    def shown(self) -> Q:
        return NODE_SETS[self.kind].condition(self.on) if self.kind in NODE_SETS else Q()

    @property
    def qs(self) -> QuerySet[Milestone]:
        return self.base.filter(self.shown)

    def meaning(self, name: str, value: str) -> Q:
        if name == "park":
            units = [one.pk for one in self.units if value in (one.code, parent_code(one, self.units))]
            return Q(project__unit__in=units)
        if name == "late":
            return overdue(self.on) & LATENESS[value].condition(self.on)
        if name == "owner":
            return Q(owner=value) | Q(owner=None, project__bureau_owner=value)
        return Q(project__city_leader=value) if name == "leader" else Q(code=value)


def nodes_of(user: User, *, year: int, units: list[int]) -> QuerySet[Milestone]:
    """The nodes of the projects in the register of the year that the person sees."""
    found = Milestone.objects.in_register(year)
    if user.role == Role.PARK:
        return found.filter(project__unit__in=units)
    return found if user.role in (Role.STAFF, Role.LEADER) else found.none()


def owners_of(nodes: QuerySet[Milestone], projects: QuerySet[Project]) -> Choices:
    """Who answers for one of the nodes or, from the bureau, for one of the projects."""
    answering = Q(pk__in=nodes.exclude(owner=None).values("owner"))
    answering |= Q(pk__in=projects.exclude(bureau_owner=None).values("bureau_owner"))
    people = User.objects.filter(answering).order_by("name", "pk")
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")]


def codes() -> Choices:
    """The nodes of the newest template in its order."""
    newest = TemplateVersion.objects.order_by("-number").values("pk")[:1]
    return list(TemplateNode.objects.filter(version__in=newest).values_list("code", "name"))


def counts(found: NodeFilter) -> dict[str, int]:
    """How many nodes each set has within all other conditions, in one query."""
    wanted = {key: Count("pk", filter=one.condition(found.on) or None) for key, one in NODE_SETS.items()}
    return found.base.order_by().aggregate(**wanted)
