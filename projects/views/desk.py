"""The first page: 工作台 of the bureau, 待办 of a park, 一页纸 of the bureau's leaders."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal import clock
from portal.choices import Role
from portal.menu import MENUS
from portal.models import User
from portal.permissions import access, anyone_signed_in
from portal.requests import SignedInRequest
from projects import (
    attention,
    chasing,
    editions,
    groups,
    investment,
    owed_reports,
    papers,
    periods,
    reasons,
    stats,
    weekly,
)
from projects.choices import PaperKind, ReportState
from projects.digests.facts import CITY
from projects.filters import units_of, year_of, years
from projects.models import ChangeRequest, Issue, Milestone, Project
from projects.models.node_sets import NODE_SETS
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.node_filters import nodes_of

TODO = ("overdue_start", "overdue_finish", "stale", "incomplete", "unassigned", "unverified")
OF_LEADERS = ("overdue_start", "overdue_finish", "red", "yellow", "suspended")
OWN = ("overdue_start", "overdue_finish", "red", "yellow", "stale", "incomplete", "suspended")


@dataclass(frozen=True)
class Count:
    """A number that leads to the projects it counts."""

    label: str
    count: int
    url: str


@access(anyone_signed_in)
def desk(request: SignedInRequest) -> HttpResponse:
    """Lead each role to what it needs first."""
    user = request.user
    if user.role in (Role.SYSADMIN, Role.AUDITOR):
        return redirect(MENUS[user.role][0].url)
    known = years()
    year, on = year_of(request.GET.get("year"), known), clock.today()
    show = {Role.STAFF: bureau_desk, Role.LEADER: leader_page, Role.PARK: park_desk}[Role(user.role)]
    more = {"live": "live" in request.GET} if user.role == Role.LEADER else {}
    template, context = show(user, year=year, on=on, **more)
    return render(request, template, {**context, "year": year, "years": known, "on": on, "updated_at": clock.now()})


def city(projects: ProjectQuerySet, user: User, *, year: int, on: date) -> dict[str, Any]:
    """What bureau and leaders share: the sentence, whether it agrees with the published figure, the units, the six."""
    lines = stats.unit_lines(projects, units_of(user, on=on), on=on, year=year)
    whole, guard = lines[0].figures, groups.industrial_guard(year)
    return {
        "sentence": stats.sentence(whole, guard, month=lines[0].month),
        "reporting": reporting_now(user, year=year),
        "guard": guard,
        "figures": whole,
        "lines": lines,
        "photovoltaic": attention.in_group(projects, groups.MAJOR_PV, on=on, year=year),
    }


def bureau_desk(user: User, *, year: int, on: date) -> tuple[str, dict[str, Any]]:
    projects = stats.register(user, year=year)
    shared = city(projects, user, year=year, on=on)
    missing = chasing.missing(projects, on=on)
    context = {
        **shared,
        "notice": chasing.notice(
            missing, at=clock.now(), month=owed_reports.standing(Project.objects.visible_to(user), on=on)
        ),
        "todo": [
            *of_month(shared["reporting"], user),
            *acts(user, year=year, on=on),
            *counts(shared["figures"], TODO, year=year),
        ],
        "calls": attention.calls(projects, on=on),
        "promised": count_of(projects, "promised", year=year, on=on),
        "week": weekly.changes(projects, nodes(user, year=year, on=on), on=on),
        "unassigned": projects.unassigned().paper_order().values("pk", "name", "total_investment"),
    }
    return "projects/desk.html", context


def leader_page(user: User, *, year: int, on: date, live: bool = False) -> tuple[str, dict[str, Any]]:
    """一页纸 of the city: 定稿 if there is one, else as it is now with the lists behind its figures."""
    kept = editions.current(year)
    scopes = {"others": [one for one in papers.scopes(year=year) if one[0] != CITY], "kept": kept}
    if kept and (paper := editions.paper(kept, PaperKind.ONE_PAGE, CITY)) and not live:
        return "projects/desk_leader.html", {**scopes, "paper": paper, "edition": kept}
    facts = papers.facts_of(CITY, on=on, year=year)
    city_level = reasons.issue_counts(Issue.objects.visible_to(user), on=on)["city"]
    issues = Count("市级协调问题", city_level, f"{reverse('issue_list')}?level=city")
    return "projects/desk_leader.html", {
        "paper": papers.one_page(CITY, on=on, facts=facts),
        **scopes,
        "todo": [*counts(facts.whole, OF_LEADERS, year=year), due_nodes(user, year=year, on=on), issues],
        "guard": facts.guard,
    }


def park_desk(user: User, *, year: int, on: date) -> tuple[str, dict[str, Any]]:
    projects = stats.register(user, year=year)
    whole = stats.figures(projects, on=on, year=year)
    units = list(units_of(user, on=on))
    own = [unit for unit in units if unit.parent_id not in {one.pk for one in units}]
    reporting = reporting_now(user, year=year)
    context = {
        "sentence": stats.own_sentence(
            "、".join(unit.name for unit in own), whole, month=investment.closed_month(year)
        ),
        "reporting": reporting,
        "figures": whole,
        "todo": [*of_month(reporting, user), *acts(user, year=year, on=on), *counts(whole, OWN, year=year)],
        "unexplained": Count(
            "逾期原因未填", projects.overdue(on=on).without_reason().count(), list_url(year, chip="unexplained")
        ),
        "without_reason": attention.without_reason(projects, on=on),
        "due": attention.due_this_week(projects, on=on),
        "stale": attention.stale(projects, on=on),
    }
    return "projects/desk_park.html", context


def reporting_now(user: User, *, year: int) -> dict[str, Any] | None:
    """The period that is open, how it is called on a page of that year, and how many of those asked have reported;
    None between two periods."""
    period = periods.current()
    if period is None:
        return None
    label = period.label if period.year == year else str(period)
    return {"period": period, "label": label, "tally": periods.tally(period, user)}


def of_month(reporting: dict[str, Any] | None, user: User) -> list[Count]:
    """The open month: who has not handed in, what came back; for the bureau also what waits for its review."""
    if not reporting:
        return []
    period, tally = reporting["period"], reporting["tally"]
    month = f"year={period.year}&month={period.month}"
    table, label = f"{reverse('report_list')}?{month}", f"{reporting['label']}月报"
    waiting = [Count("待审核", tally[ReportState.SUBMITTED], f"{reverse('review_desk')}?{month}")]
    return [
        Count(f"{label}未报", tally["missing"] + tally[ReportState.DRAFT], f"{table}&state=open"),
        *(waiting if user.role == Role.STAFF else []),
        Count("退回未改", tally[ReportState.RETURNED], f"{table}&state=returned"),
    ]


def nodes(user: User, *, year: int, on: date) -> QuerySet[Milestone]:
    return nodes_of(user, year=year, units=[one.pk for one in units_of(user, on=on)] if user.role == Role.PARK else [])


def due_nodes(user: User, *, year: int, on: date) -> Count:
    due = nodes(user, year=year, on=on).filter(NODE_SETS["this_week"].condition(on)).count()
    return Count("本周到期节点", due, f"{reverse('milestone_list')}?year={year}&state=this_week")


def acts(user: User, *, year: int, on: date) -> list[Count]:
    """Nodes due this week, requests that wait for the bureau's answer, what is silent in the 周调度."""
    waiting = ChangeRequest.objects.visible_to(user).waiting().count()
    asked = Count("节点调整申请", waiting, reverse("change_list"))
    silent = count_of(stats.register(user, year=year), "silent_this_week", year=year, on=on)
    return [due_nodes(user, year=year, on=on), asked, silent, *issues_of(user, on=on)]


def issues_of(user: User, *, on: date) -> list[Count]:
    """要素保障问题: for the bureau those to hand over and to close, for a unit those it works on; for both the late."""
    found = reasons.issue_counts(Issue.objects.visible_to(user), on=on)
    kinds = {"new": "问题待交办", "solved": "问题待销号"} if user.role == Role.STAFF else {"working": "问题办理中"}
    address = reverse("issue_list")
    return [
        Count(label, found[key], f"{address}?state={key}") for key, label in {**kinds, "overdue": "问题超期"}.items()
    ]


def count_of(projects: ProjectQuerySet, key: str, *, year: int, on: date) -> Count:
    found = projects.filter(NAMED[key].condition(on)).count()
    return Count(NAMED[key].label, found, list_url(year, chip=key))


def counts(found: stats.Figures, keys: tuple[str, ...], *, year: int) -> list[Count]:
    return [Count(NAMED[key].label, found[key].count, list_url(year, chip=key)) for key in keys]


def list_url(year: int, **query: str) -> str:
    parts = "&".join(f"{name}={value}" for name, value in query.items())
    return f"{reverse('project_list')}?year={year}&{parts}"
