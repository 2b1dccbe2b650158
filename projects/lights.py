"""Lights (灯): read what they are judged by, store what `dimensions` finds, keep what they were.

Stored on the project: the light, why, the late node that decides and every dimension. Recomputed when a project, its
plan or its reports change, when a month is closed or opened again, and when a day turns.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F, Q, Sum

from portal import calendar
from portal.calendar import SHANGHAI, WorkCalendar
from projects.choices import MAJOR_PV, EntryStatus, LightDimension, ReportState, YearType
from projects.dimensions import Asked, Known, LateNode, Verdict, days_late, evaluate, is_late
from projects.models import (
    GroupEntry,
    LightOverride,
    LightRule,
    LightSnapshot,
    Milestone,
    MonthEndLight,
    MonthlyReport,
    MonthPlan,
    Project,
    ProjectGroup,
    ReportingPeriod,
    YearPlan,
)
from projects.models.queries import ProjectQuerySet

CHUNK = 2000
STORED = ("light", "light_why", "late_since", "late_node", "light_parts")
NEEDED = (
    *STORED,
    *("hold", "unverified", "stage", "total_investment", "stat_listed", "created_at"),
    *("planned_start_to", "actual_start_to"),
)
HANDED_IN = (ReportState.SUBMITTED, ReportState.APPROVED)
TWICE = 2  # at how many month-ends a node may have been late before it is red
AsOf = dict[int, Verdict]


@dataclass(frozen=True)
class Circumstances:
    """What holds for every project on a day. `period`: the newest opened one of the year whose deadline's day has
    passed; in January December's, as long as it may still be reported."""

    on: date
    rule: LightRule
    days: WorkCalendar
    period: ReportingPeriod | None
    major_pv: frozenset[int]
    overrides: dict[int, LightOverride]


def rule_on(day: date) -> LightRule:
    """The rule in force on that day."""
    return LightRule.objects.filter(effective_from__lte=day).order_by("-effective_from", "-version")[0]


def circumstances(on: date, *, rule: LightRule | None = None) -> Circumstances:
    """Five queries; `rule` to look at another than that of the day."""
    asked = Q(year=on.year) | Q(year=on.year - 1, closed_at=None)
    opened = ReportingPeriod.objects.filter(asked, opened_at__isnull=False).order_by("-year", "-month")
    six = ProjectGroup.objects.filter(slug=MAJOR_PV).in_force(on.year)
    pv = GroupEntry.objects.filter(group__in=six, status__in=(EntryStatus.APPLIED, EntryStatus.LISTED))
    by_hand = LightOverride.objects.filter(ended_at=None, until__gte=on)
    return Circumstances(
        on=on,
        rule=rule or rule_on(on),
        days=calendar.current(),
        period=next((one for one in opened if due_day(one) < on), None),
        major_pv=frozenset(pv.values_list("project_id", flat=True)),
        overrides={one.project_id: one for one in by_hand},
    )


def due_day(period: ReportingPeriod) -> date:
    return period.due_at.astimezone(SHANGHAI).date()


# --- reading -------------------------------------------------------------------------------------------------------


def verdicts(projects: list[Project], now: Circumstances) -> AsOf:
    """Judge these projects by what is stored about them. At most five queries for any number."""
    ids = [project.pk for project in projects]
    nodes: dict[int, list[Milestone]] = defaultdict(list)
    for node in Milestone.objects.filter(project__in=ids):
        nodes[node.project_id].append(node)
    every = plans_of(ids, now.on)
    plans = {plan.project_id: plan for plan in every}
    late = [one.pk for one in projects if any(is_late(node, one, now.on) for node in nodes[one.pk])]
    of_year = {pk: plan for pk, plan in plans.items() if plan.year == now.on.year}
    planned, asked, repeated = planned_of(of_year), asked_of(ids, now, every), repeated_of(late)
    return {
        one.pk: evaluate(
            one,
            nodes[one.pk],
            year_type=plans[one.pk].year_type if one.pk in plans else "",
            on=now.on,
            rule=now.rule,
            known=Known(
                plan=of_year.get(one.pk),
                planned=planned.get(one.pk),
                is_major_pv=one.pk in now.major_pv,
                asked=asked.get(one.pk),
                repeated=repeated.get(one.pk, frozenset()),
                override=now.overrides.get(one.pk),
            ),
        )
        for one in projects
    }


def plans_of(projects: list[int], on: date) -> list[YearPlan]:
    """The plans of the year and of those before, the newest last: where there is none of the year, that one counts."""
    return list(YearPlan.objects.filter(project__in=projects, year__lte=on.year).order_by("year"))


def planned_of(plans: dict[int, YearPlan]) -> dict[int, Decimal]:
    """分月计划 up to the month of the 累计, of the projects that have one."""
    counted = {plan.pk: pk for pk, plan in plans.items() if plan.done_month}
    if not counted:
        return {}
    months = MonthPlan.objects.filter(plan__in=counted).order_by().values_list("plan")
    until = Sum("planned", filter=Q(month__lte=F("plan__done_month")))
    return {counted[plan]: total or Decimal(0) for plan, total in months.annotate(total=until)}


def asked_of(projects: list[int], now: Circumstances, plans: list[YearPlan]) -> dict[int, Asked]:
    """What was asked of each in the newest period past its deadline. A report of a later month stands for it; one that
    was returned is late from the day of its return on."""
    if now.period is None:
        return {}
    due = due_day(now.period)
    label = now.period.label
    since = dict.fromkeys(projects, due)
    handed = set()
    reports = MonthlyReport.objects.filter(
        project__in=projects, period__year=now.period.year, period__month__gte=now.period.month
    )
    for project, state, month, reviewed in reports.values_list("project", "state", "period__month", "reviewed_at"):
        if state in HANDED_IN:
            handed.add(project)
        elif state == ReportState.RETURNED and month == now.period.month and reviewed:
            since[project] = max(due, reviewed.astimezone(SHANGHAI).date())
    counted = {day: days_late(day, now.on, now.days) for day in set(since.values())}
    year, reserve = now.period.year, YearType.RESERVE
    ranged = {plan.project_id for plan in plans if plan.year == year and plan.year_type != reserve}
    return {pk: Asked(label, due, None if pk in handed else counted[day], pk in ranged) for pk, day in since.items()}


def repeated_of(projects: list[int]) -> dict[int, frozenset[LateNode]]:
    """The nodes that were late by the same plan at two month-ends or more."""
    if not projects:
        return {}
    seen: dict[int, dict[LateNode, int]] = defaultdict(lambda: defaultdict(int))
    for project, parts in MonthEndLight.objects.filter(project__in=projects).values_list("project", "parts"):
        for name, *_, last in parts:
            if name == LightDimension.NODES and isinstance(last, list):
                for title, day in last:
                    seen[project][title, day] += 1
    return {pk: frozenset(node for node, times in found.items() if times >= TWICE) for pk, found in seen.items()}


# --- storing -------------------------------------------------------------------------------------------------------


def refresh(projects: Iterable[Project], *, on: date, now: Circumstances | None = None) -> int:
    """Store the lights of these projects as of `on`, and a snapshot of each new light; returns how many changed.
    At most 13 queries for any number: 5 read what holds for all (`now`), 6 what is known of these, 2 write."""
    projects, now = list(projects), now or circumstances(on)
    found = verdicts(projects, now)
    changed, turned = [], []
    for project in projects:
        verdict = found[project.pk]
        if any(getattr(project, name) != getattr(verdict, name) for name in STORED):
            if project.light != verdict.light or not project.light_why:
                turned.append(LightSnapshot(project=project, day=on, light=verdict.light))
            for name in STORED:
                setattr(project, name, getattr(verdict, name))
            changed.append(project)
    write(changed)
    keep(turned)
    return len(changed)


def write(projects: list[Project]) -> None:
    """Store the columns of the light, all rows by one prepared statement: `bulk_update` writes a CASE for each column
    and row, which costs several times what judging them does."""
    if not projects:
        return
    fields = [field for field in Project._meta.concrete_fields if field.name in STORED]
    quoted = connection.ops.quote_name
    columns = ", ".join(f"{quoted(str(field.column))} = %s" for field in fields)
    statement = f"UPDATE {quoted(Project._meta.db_table)} SET {columns} WHERE {quoted('id')} = %s"  # noqa: S608
    rows = [
        [*(field.get_db_prep_save(getattr(one, field.name), connection) for field in fields), one.pk]
        for one in projects
    ]
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def keep(snapshots: list[LightSnapshot]) -> None:
    """Store what lights have become; a second change on the same day replaces the first."""
    LightSnapshot.objects.bulk_create(
        snapshots, batch_size=500, update_conflicts=True, unique_fields=["project", "day"], update_fields=["light"]
    )


def refresh_all(*, on: date, among: ProjectQuerySet | None = None) -> int:
    """Store the lights of all live projects (or those `among` them) as of `on`, in chunks; returns how many changed."""
    now, changed, last = circumstances(on), 0, 0
    while chunk := next_chunk(after=last, among=among):
        changed, last = changed + refresh(chunk, on=on, now=now), chunk[-1].pk
    return changed


def next_chunk(*, after: int, among: ProjectQuerySet | None = None) -> list[Project]:
    """Live projects by their keys, with no more columns than lights need."""
    found = Project.objects.live() if among is None else among
    return list(found.filter(pk__gt=after).order_by("pk").only(*NEEDED)[:CHUNK])


def counted(projects: ProjectQuerySet, *, on: date, rule: LightRule) -> dict[str, int]:
    """How many of these projects would have which light by that rule; stores nothing."""
    now, last, found = circumstances(on, rule=rule), 0, defaultdict[str, int](int)
    while chunk := next_chunk(after=last, among=projects):
        for verdict in verdicts(chunk, now).values():
            found[str(verdict.light)] += 1
        last = chunk[-1].pk
    return found
