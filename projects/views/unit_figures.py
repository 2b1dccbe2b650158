"""What a unit has: projects, money, lights, 要素保障问题, this month. Each number leads to the list that counts the
same, by the functions of 工作台 and the lists."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from parks.models import Park
from portal import clock
from portal.models import User
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import investment, periods, stat_sums, stats
from projects.filters import units_of, year_of, years
from projects.issue_filters import IssueFilter
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.node_filters import NodeFilter, counts

WORK = ("planned_new", "started", "overdue_start", "overdue_finish", "trial", "suspended", "stale", "incomplete")
LIGHTS = ("red", "yellow", "green", "grey")
NODES = {"this_month": "本月到期节点", "overdue": "逾期节点"}
ISSUES = {"": "未办结", "working": "办理中", "overdue": "超期", "solved": "待销号"}


@dataclass(frozen=True)
class Number:
    """A number of a block with the list behind it."""

    label: str
    count: int
    url: str


@access(readers)
@require_safe
def unit_figures(request: SignedInRequest, code: str) -> HttpResponse:
    """The blocks of a unit and those under it; of a unit without projects only that it has none."""
    year, on = year_of(request.GET.get("year"), years()), clock.today()
    units = list(units_of(request.user, on=on))
    unit = next((one for one in units if one.code == code), None)
    if unit is None:
        raise Http404
    projects = stats.register(request.user, year=year).in_unit(unit)
    figures, period = counted(projects, on=on, year=year), periods.current()
    context = {
        "year": year,
        "unit": unit,
        "figures": figures,
        "done": figures.done(investment.closed_month(year)),
        "stat": stat_sums.total(projects, year=year),
        "work": numbers(figures, WORK, unit, year),
        "lights": numbers(figures, LIGHTS, unit, year),
        "issues": issues(request.user, unit, on=on),
        "nodes": nodes(request.user, unit, year=year, on=on),
        "period": period,
        "tally": periods.tally(period, request.user, unit=unit) if period else None,
        "children": children(projects, unit, units, on=on, year=year),
    }
    return render(request, "projects/_unit_figures.html", context)


def counted(projects: ProjectQuerySet, *, on: date, year: int) -> stats.Figures:
    """What a list counts, and the green lights beside."""
    return stats.figures_of(projects, {**stats.conditions(on), "green": NAMED["green"].condition(on)}, on=on, year=year)


def numbers(figures: stats.Figures, keys: tuple[str, ...], unit: Park, year: int) -> list[Number]:
    address = f"{reverse('project_list')}?year={year}&park={unit.code}"
    return [Number(NAMED[key].label, figures[key].count, f"{address}&chip={key}") for key in keys]


def issues(user: User, unit: Park, *, on: date) -> list[Number]:
    """要素保障问题 by state, and those the city has to see to."""
    found = IssueFilter({"park": unit.code}, user, on)
    address = f"{reverse('issue_list')}?park={unit.code}"
    states = [Number(label, found.count_of(key), f"{address}&state={key}") for key, label in ISSUES.items()]
    return [*states, Number("市级协调", found.counts["city"], f"{address}&level=city")]


def nodes(user: User, unit: Park, *, year: int, on: date) -> list[Number]:
    found = counts(NodeFilter({"park": unit.code}, user=user, year=year, on=on))
    address = f"{reverse('milestone_list')}?year={year}&park={unit.code}"
    return [Number(label, found[key], f"{address}&state={key}") for key, label in NODES.items()]


def children(projects: ProjectQuerySet, unit: Park, units: list[Park], *, on: date, year: int) -> list[dict[str, Any]]:
    """The units under it with their figures, as on paper; one query where there are any."""
    below = [one for one in units if one.parent_id == unit.pk]
    if not below:
        return []
    by_unit = stats.figures_by_unit(projects, on=on, year=year)
    none = stats.nothing(on=on, year=year)
    return [{"unit": one, "figures": by_unit.get(one.pk, none)} for one in below]
