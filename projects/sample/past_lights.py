"""What the lights of the sample were: at each month-end, and on the Sundays before, so that a week has a before.

Judged by `dimensions` from what was known then: stages, nodes, the 累计 of the months that were closed, reports.
"""

from collections import defaultdict
from copy import copy
from datetime import date, timedelta
from decimal import Decimal

from projects import lights
from projects.choices import MAJOR_PV, LightDimension
from projects.dimensions import Asked, Known, LateNode, Verdict, evaluate
from projects.models import (
    GroupEntry,
    LightRule,
    LightSnapshot,
    Milestone,
    MonthEndLight,
    MonthlyReport,
    MonthPlan,
    Project,
    ReportingPeriod,
    YearPlan,
)
from projects.sample.handing_in import day_of
from projects.sample.past import Past, as_on

WEEKS = 13
Late = dict[LateNode, int]


def record(*, year: int, on: date) -> int:
    """Store the light of each project at each month-end and each change of it before `on`; returns how many changes."""
    known = Then(year)
    last: dict[int, str] = {}
    changes, ends = [], []
    for day in known.days(on):
        rule, period = lights.rule_on(day), known.closed_on(day)
        for project in known.projects:
            verdict = known.verdict(project, day, rule)
            if period:
                ends.append(month_end(project, period, verdict, rule))
                known.remember(project, verdict)
                verdict = known.verdict(project, day, rule)  # a node that was late twice is red from now on
            if verdict.light != last.get(project.pk):
                changes.append(LightSnapshot(project=project, day=day, light=verdict.light))
                last[project.pk] = verdict.light
    MonthEndLight.objects.bulk_create(ends, batch_size=500)
    lights.keep(changes)
    return len(changes)


def month_end(project: Project, period: ReportingPeriod, verdict: Verdict, rule: LightRule) -> MonthEndLight:
    return MonthEndLight(
        period=period,
        project=project,
        light=verdict.light,
        why=verdict.light_why,
        parts=verdict.light_parts,
        rule=rule,
    )


class Then:
    """What there was to judge the projects of a year by on an earlier day. Eight queries."""

    def __init__(self, year: int):
        self.projects = list(Project.objects.live().in_year(year).order_by("pk"))
        self.past = Past(self.projects)
        self.periods = list(ReportingPeriod.objects.filter(year=year, opened_at__isnull=False).order_by("month"))
        self.plans = {plan.project_id: plan for plan in YearPlan.objects.filter(year=year)}
        self.nodes: dict[int, list[Milestone]] = defaultdict(list)
        for node in Milestone.objects.filter(project__in=self.projects):
            self.nodes[node.project_id].append(node)
        self.done: dict[int, list[tuple[int, Decimal | None]]] = defaultdict(list)
        reports = MonthlyReport.objects.filter(period__year=year, period__closed_at__isnull=False)
        for pk, month, ytd in reports.order_by("period__month").values_list("project", "period__month", "ytd_done"):
            self.done[pk].append((month, ytd))
        self.months: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
        for pk, month, planned in MonthPlan.objects.filter(plan__year=year).values_list(
            "plan__project", "month", "planned"
        ):
            self.months[pk].append((month, planned))
        self.major_pv = set(GroupEntry.objects.filter(group__slug=MAJOR_PV).values_list("project_id", flat=True))
        self.late: dict[int, Late] = defaultdict(lambda: defaultdict(int))

    def days(self, on: date) -> list[date]:
        """The month-ends, and the last Sundays before `on`."""
        sunday = on - timedelta(days=on.weekday() + 1)
        sundays = {sunday - timedelta(weeks=ago) for ago in range(WEEKS + 1)}
        return sorted(sundays | {day_of(one.closed_at) for one in self.periods if one.closed_at})

    def closed_on(self, day: date) -> ReportingPeriod | None:
        return next((one for one in self.periods if one.closed_at and day_of(one.closed_at) == day), None)

    def remember(self, project: Project, verdict: Verdict) -> None:
        """Which nodes were late at a month-end."""
        for name, *_, last in verdict.light_parts:
            if name == LightDimension.NODES and isinstance(last, list):
                for title, due in last:
                    self.late[project.pk][title, due] += 1

    def verdict(self, project: Project, day: date, rule: LightRule) -> Verdict:
        then, plan = self.past.as_of(project, day), self.plans.get(project.pk)
        nodes = [as_on(node, day) for node in self.nodes[project.pk]]
        kind = plan.year_type if plan else ""
        return evaluate(then, nodes, year_type=kind, on=day, rule=rule, known=self.known(project, plan, day))

    def known(self, project: Project, plan: YearPlan | None, day: date) -> Known:
        month = max((one.month for one in self.periods if one.closed_at and day_of(one.closed_at) <= day), default=0)
        then = copy(plan) if plan else None
        if then:
            through = [one for one in self.done[project.pk] if one[0] <= month]
            then.done_month, then.done = through[-1] if through else (None, None)
        planned = self.months[project.pk]
        so_far = sum((amount for number, amount in planned if then and number <= (then.done_month or 0)), Decimal(0))
        times = self.late.get(project.pk, {})
        return Known(
            plan=then,
            planned=so_far if planned and then and then.done_month else None,
            is_major_pv=project.pk in self.major_pv,
            asked=self.asked(day),
            repeated=frozenset(node for node, count in times.items() if count >= lights.TWICE),
        )

    def asked(self, day: date) -> Asked | None:
        """The newest period past its deadline; in the sample everybody has reported up to then."""
        opened = [one for one in self.periods if one.opened_at and day_of(one.opened_at) <= day]
        due = [one for one in opened if lights.due_day(one) < day]
        return Asked(due[-1].label, lights.due_day(due[-1]), None) if due else None
