"""By what a table for filing is grouped (园区, 县, 年度类型, 产业, 联系市领导), and in which order the groups stand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from parks.models import County, Park
from projects.choices import IndustryGroup, YearType

Names = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True)
class Grouping:
    """`of`: the code of a project's group, "" for none; `names`: codes with names in the order of paper, where the
    groups are known beforehand; `nothing`: the group of those that have none."""

    key: str
    label: str
    of: Combinable
    nothing: str
    names: Names = list


@dataclass(frozen=True)
class Group:
    """Some projects of a list under one heading."""

    name: str
    projects: QuerySet[Any]


def parks() -> list[tuple[str, str]]:
    return [(park.code, park.name) for park in Park.objects.filter(parent=None).order_by("order")]


def counties() -> list[tuple[str, str]]:
    return [(county.code, county.name) for county in County.objects.order_by("code")]


def text(*found: Any) -> Coalesce:
    return Coalesce(*found, Value(""), output_field=CharField())


# As in `columns.county_of`.
COUNTY = text("county__code", Case(When(unit__parent__isnull=False, then=F("unit__county__code"))))
GROUPINGS = {
    one.key: one
    for one in (
        Grouping("park", "园区", text("unit__parent__code", "unit__code"), "待分派", parks),
        Grouping("county", "县（市、区）", COUNTY, "未填县（市、区）", counties),
        Grouping("type", "年度类型", text("plan__year_type"), "未填年度类型", lambda: labels(YearType)),
        Grouping("industry", "产业", text("industry_group"), "未填产业", lambda: labels(IndustryGroup)),
        Grouping("leader", "联系市领导", text("city_leader"), "未明确联系市领导"),
    )
}


def labels(choices: Any) -> list[tuple[str, str]]:
    return [(str(code), str(name)) for code, name in choices.choices]


def groups(projects: QuerySet[Any], grouping: Grouping) -> Iterator[Group]:
    """The groups of these projects that have any, the nameless one last. Two queries."""
    sorted_in = projects.annotate(group_code=grouping.of)
    found = set(sorted_in.order_by().values_list("group_code", flat=True).distinct())
    names = dict(grouping.names())
    others = sorted(found - names.keys() - {""})
    for code in (*names, *others, ""):
        if code in found:
            name = names.get(code, code) if code else grouping.nothing
            yield Group(name, sorted_in.filter(group_code=code))
