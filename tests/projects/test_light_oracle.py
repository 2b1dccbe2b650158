"""A thousand random projects: the stored light equals one computed afresh by a slow, simple reckoning of its own."""

import random
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from portal.calendar import SHANGHAI
from projects import investment, lights, month_lights, nodes
from projects.choices import Hold, Stage, YearType
from projects.models import (
    GroupEntry,
    LightOverride,
    LightRule,
    Milestone,
    MonthEndLight,
    MonthlyReport,
    MonthPlan,
    Project,
    ProjectGroup,
    ReportingPeriod,
    YearPlan,
)
from tests.factories import EnterpriseFactory, ProjectFactory, UserFactory, lead, park

pytestmark = [pytest.mark.django_db, pytest.mark.db]
TODAY = date(2021, 9, 30)
OFF = {date(2021, 9, day) for day in (20, 21)}  # 中秋
WORKED = {date(2021, 9, 18), date(2021, 9, 26)}


# --- the oracle: domain.md §5.3 written down once more, a project at a time -------------------------------------------


def oracle(project, on):
    """The light, and that of each dimension."""
    rule = max(LightRule.objects.filter(effective_from__lte=on), key=lambda one: (one.effective_from, one.version))
    plan = YearPlan.objects.filter(project=project, year=2021).first()
    if project.hold or project.unverified or (plan and plan.year_type == "reserve"):
        parts = {}
    else:
        parts = {
            "nodes": of_nodes(project, on, rule),
            "investment": of_investment(project, plan, rule),
            "listed": of_listed(project, on, rule),
            "reporting": of_reporting(project, plan, on, rule),
        }
    light = "grey"
    if {parts.get("nodes", "grey"), parts.get("investment", "grey")} != {"grey"}:
        light = next(one for one in ("red", "yellow", "green") if one in parts.values())
    for override in LightOverride.objects.filter(project=project):
        if override.ended_at is None and override.until >= on:
            light = override.light
    return light, parts


def of_nodes(project, on, rule):
    found = list(Milestone.objects.filter(project=project))
    if not [node for node in found if node.current_to or node.state == "done"]:
        return "grey"
    worst = "green"
    six = [one for one in GroupEntry.objects.filter(project=project, group__slug="major-pv") if one.status != "left"]
    for node in found:
        if node.state != "open" or not node.current_to or node.current_to >= on:
            continue
        if node.code == "TC" and project.stage == "trial":
            continue
        limit = rule.red_over_days
        if six and node.code in ("KG", "TC"):
            limit = min(limit, rule.key_red_over_days)
        before = 0
        for month in MonthEndLight.objects.filter(project=project):
            for part in month.parts:
                before += part[0] == "nodes" and [node.title, str(node.current_to)] in (part[3:] or [[]])[0]
        if (on - node.current_to).days > limit or before >= 2:
            return "red"
        worst = "yellow"
    return worst


def of_investment(project, plan, rule):
    if plan is None or not plan.annual_plan or plan.done is None or plan.done_month < 2:
        return "grey"
    if plan.year_type == "new":
        start = project.planned_start_to
        if start is None or start > date(2021, plan.done_month, monthrange(2021, plan.done_month)[1]):
            return "grey"
    months = list(MonthPlan.objects.filter(plan=plan))
    due = Fraction(plan.annual_plan) * plan.done_month / 12
    if months:
        due = sum((Fraction(one.planned) for one in months if one.month <= plan.done_month), Fraction(0))
    if not due:
        return "grey"
    r = Fraction(plan.done) / due
    if r < Fraction(rule.investment_red, 100):
        return "red"
    return "yellow" if r < Fraction(rule.investment_yellow, 100) else "green"


def of_listed(project, on, rule):
    if project.stat_listed:
        return "green"
    known = project.total_investment is not None and project.total_investment >= rule.listed_from
    if not known or project.actual_start_to is None or project.stat_listed is None:
        return "grey"
    light = "green"
    for months, worse in ((rule.listed_yellow_months, "yellow"), (rule.listed_red_months, "red")):
        year, month, day = project.actual_start_to.timetuple()[:3]
        for _ in range(months):
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        last = date(year, month, min(day, monthrange(year, month)[1]))
        light = worse if on > last else light
    return light


def of_reporting(project, plan, on, rule):
    past = [one for one in ReportingPeriod.objects.filter(year=2021) if one.opened_at and day_of(one.due_at) < on]
    if not past or plan is None or plan.year_type == "reserve" or project.stage in ("completed", "capacity"):
        return "grey"
    period = max(past, key=lambda one: one.month)
    since = day_of(period.due_at)
    for report in MonthlyReport.objects.filter(project=project).select_related("period"):
        if report.period.month >= period.month and report.state in ("submitted", "approved"):
            return "green"
        if report.period == period and report.state == "returned":
            since = max(since, day_of(report.reviewed_at))
    if day_of(project.created_at) > day_of(period.due_at):
        return "grey"
    late, day = 0, since + timedelta(days=1)
    while day < on:
        late += day in WORKED or (day.weekday() < 5 and day not in OFF)
        day += timedelta(days=1)
    if not late:
        return "green"
    return "red" if late > rule.report_red_days else "yellow"


def day_of(moment):
    return moment.astimezone(SHANGHAI).date()


# --- the thousand ----------------------------------------------------------------------------------------------------


def near(chance, span=90):
    return chance.choice([None, TODAY + timedelta(days=chance.randint(-span, span))])


def make_project(chance, enterprise):
    start, finish = near(chance, 250), near(chance)
    return ProjectFactory(
        enterprise=enterprise,
        unit=park("P01"),
        stage=chance.choice(["", *Stage.values]),
        hold=chance.choice([*[Hold.NONE] * 8, Hold.SUSPENDED, Hold.WITHDRAWN]),
        unverified=chance.random() < 0.05,
        year_type=chance.choice(["", *YearType.values, *YearType.values[:3]]),
        annual_plan=chance.choice([None, Decimal(0), Decimal(chance.randint(100, 90000)) / 7]),
        total_investment=chance.choice([None, Decimal(499), Decimal(500), Decimal(chance.randint(400, 90000))]),
        planned_start_to=start, planned_start_from=start,
        planned_finish_to=finish, planned_finish_from=finish,
        actual_start_to=near(chance) if chance.random() < 0.4 else None,
        stat_listed=chance.choice([None, False, False, True]),
        created_at=datetime.combine(TODAY - timedelta(days=chance.randint(0, 200)), time(9), SHANGHAI),
    )  # fmt: skip


def make_month(number, person, *, closed):
    due = datetime.combine(date(2021, number, 25), time(17), SHANGHAI)
    at = due - timedelta(days=20)
    return ReportingPeriod.objects.create(
        year=2021, first_month=number, month=number, due_at=due, as_of=date(2021, number, 28), opened_at=at,
        opened_by=person, closed_at=due + timedelta(days=3) if closed else None,
    )  # fmt: skip


def make_reports(chance, projects, periods, person):
    made = []
    for project in projects:
        total = Decimal(0)
        plan = project.plans.get().annual_plan or Decimal(5000)
        for period in periods:
            if chance.random() < 0.25:
                continue
            total += plan * chance.choice([0, 2, 5, 6, 7, 8, 10]) / 100
            state = chance.choice(["approved"] * 6 + ["submitted", "returned", "draft"])
            late = datetime.combine(date(2021, period.month, 25), time(9), SHANGHAI) + timedelta(
                days=chance.randint(-5, 4)
            )
            made.append(MonthlyReport(
                project=project, period=period, state=state, month_done=total, ytd_done=total, progress="施工",
                returned_why="请补充" if state == "returned" else "", filled_by=person, reviewed_at=late,
            ))  # fmt: skip
    MonthlyReport.objects.bulk_create(made)


def make_plans_by_month(chance, projects):
    made = []
    for plan in YearPlan.objects.filter(project__in=chance.sample(projects, len(projects) // 5)):
        share = Decimal(chance.randint(0, 9000)) / 11
        months = [MonthPlan(plan=plan, month=n, planned=share if n > chance.randint(0, 9) else 0) for n in range(1, 13)]
        made += months
    MonthPlan.objects.bulk_create(made)


def build(seed, count):
    chance, person, enterprise = random.Random(seed), UserFactory(), EnterpriseFactory()
    projects = [make_project(chance, enterprise) for _ in range(count)]
    nodes.follow(projects, by=None)
    group = ProjectGroup.objects.get(slug="major-pv", year=2021)
    for project in chance.sample(projects, count // 10):
        GroupEntry.objects.create(group=group, project=project, status=chance.choice(["listed", "applied", "left"]))
    months = [make_month(number, person, closed=number < 9) for number in range(5, 10)]
    make_reports(chance, projects, months, person)
    make_plans_by_month(chance, projects)
    manager = lead()
    for project in chance.sample(projects, count // 10):
        until, ended = (
            near(chance, 40) or TODAY,
            chance.choice([None, None, datetime.combine(TODAY, time(8), SHANGHAI)]),
        )
        light = chance.choice(["red", "yellow", "green"])
        LightOverride.objects.create(
            project=project, light=light, reason="已核实", until=until, by=manager, ended_at=ended
        )
    investment.settle(year=2021)
    return months


def test_stored_lights_equal_an_independent_reckoning_for_a_thousand_projects():
    months = build(seed=6, count=1000)
    for month, day in ((months[2], TODAY - timedelta(days=20)), (months[3], TODAY - timedelta(days=9))):
        lights.refresh_all(on=day)
        store_month_end(month)

    lights.refresh_all(on=TODAY)

    seen = set()
    for project in Project.objects.all():
        light, parts = oracle(project, TODAY)
        kept = {name: shown for name, shown, *_ in project.light_parts if name not in ("override", "computed")}
        assert (project.light, kept) == (light, parts), project.pk
        seen.update((name, shown) for name, shown in parts.items())
    everything = {(name, shown) for name in ("nodes", "investment", "listed", "reporting")
                  for shown in ("red", "yellow", "green", "grey")}  # fmt: skip
    assert everything - seen == set()
    assert lights.refresh_all(on=TODAY) == 0


def store_month_end(period):
    rule = lights.rule_on(TODAY)
    rows = Project.objects.values_list("pk", *month_lights.COPIED)
    MonthEndLight.objects.bulk_create(
        [MonthEndLight(period=period, project_id=pk, light=light, why=why, parts=parts, rule=rule)
         for pk, light, why, parts in rows]
    )  # fmt: skip


@pytest.mark.parametrize("on", [date(2021, 9, day) for day in (25, 26, 27, 28, 29)])
def test_lights_follow_each_day_after_a_deadline(on):
    build(seed=on.day, count=60)

    lights.refresh_all(on=on)

    for project in Project.objects.all():
        assert project.light == oracle(project, on)[0]
