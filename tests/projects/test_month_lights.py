"""月末灯色: stored with the closing of a month, taken back with its opening; late twice is red."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from portal.calendar import SHANGHAI
from projects import lights, nodes, periods, planning, reporting, tasks
from projects.models import MonthEndLight, Project, ReportingPeriod, YearPlan
from tests.factories import ProjectFactory
from tests.projects.reporting.months import handed_in, month, opening, running

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def light(project):
    return Project.objects.get(pk=project.pk).light


def parts(project):
    return {name: shown for name, shown, *_ in Project.objects.get(pk=project.pk).light_parts}


def test_a_closed_month_turns_the_light_with_a_reason_and_stores_it(staff, park_user, as_user):
    slow, good = running(), running()
    august = month(8, by=staff)
    opening(slow, august, 20000, by=staff)
    opening(good, august, 60000, by=staff)

    periods.close(period=august, by=staff)

    assert (light(slow), light(good)) == ("red", "green")
    stored = MonthEndLight.objects.get(project=slow)
    assert (stored.light, stored.why) == ("red", "规则V1：1—8月完成序时进度的41.7%，低于60%为红灯")
    page = as_user(staff).get(f"/projects/{slow.pk}/").content.decode()
    assert "2021年8月" in page
    assert "投资进度：规则V1：1—8月完成序时进度的41.7%" in page


def test_opening_the_month_again_takes_both_back(staff):
    project = running()
    august = month(8, by=staff)
    opening(project, august, 20000, by=staff)
    periods.close(period=august, by=staff)

    periods.reopen(period=ReportingPeriod.objects.get(pk=august.pk), by=staff, reason="补报")

    assert light(project) == "grey"
    assert not MonthEndLight.objects.exists()
    periods.close(period=ReportingPeriod.objects.get(pk=august.pk), by=staff)
    assert MonthEndLight.objects.count() == 1


def test_who_misses_a_month_keeps_what_the_last_figure_said(staff, park_user, as_user, set_today):
    silent = running()
    august = month(8, by=staff)
    opening(silent, august, 40000, by=staff)  # 83.6% of 序时 for eight months, 74% were it nine
    periods.close(period=august, by=staff)
    september = month(9, by=staff)
    periods.close(period=september, by=staff)

    assert parts(silent)["investment"] == "green"
    page = as_user(staff).get(f"/projects/{silent.pk}/").content.decode()
    assert "9月没有已审核的月报，投资进度仍按1—8月" in page


def test_a_missing_report_turns_yellow_and_red_and_green_when_it_comes(staff, park_user, set_today):
    finish, registered = date(2021, 12, 31), datetime(2021, 3, 1, tzinfo=SHANGHAI)
    project = running(planned_finish_to=finish, planned_finish_from=finish, created_at=registered)
    nodes.follow([project], by=None)
    period = month(9, by=staff)  # due on Sunday the 26th, which is worked
    seen = []
    for day in (27, 28, 30):
        set_today(date(2021, 9, day))
        tasks.refresh_lights()
        seen.append(parts(project)["reporting"])
    set_today(date(2021, 10, 9))
    tasks.refresh_lights()
    seen.append(light(project))

    report = handed_in(project, period, by=park_user)
    seen.append(light(project))
    reporting.give_back(report=report, by=staff, why="请补充")
    seen.append(light(project))

    assert lights.due_day(period) == date(2021, 9, 26)
    assert seen == ["green", "yellow", "yellow", "red", "green", "green"]


def test_a_node_late_at_two_month_ends_is_red_from_the_second_on(staff, set_today):
    project = ProjectFactory(unit="P01", planned_start_from=date(2021, 9, 1), planned_start_to=date(2021, 9, 1))
    nodes.follow([project], by=None)
    seen = []
    for number, day in ((8, date(2021, 9, 3)), (9, date(2021, 9, 30))):
        set_today(day)
        periods.close(period=month(number, by=staff), by=staff)
        seen.append((MonthEndLight.objects.get(project=project, period__month=number).light, light(project)))

    assert seen == [("yellow", "yellow"), ("yellow", "red")]
    set_today(date(2021, 10, 1))
    tasks.refresh_lights()
    assert light(project) == "red"


@pytest.mark.parametrize("number", [1, 4])
def test_closing_takes_the_same_queries_for_any_number(number, staff, django_assert_max_num_queries):
    august = month(8, by=staff)
    for _ in range(number):
        opening(running(), august, 20000, by=staff)

    with django_assert_max_num_queries(46):
        periods.close(period=august, by=staff)


def test_the_plain_register_keeps_its_lights_when_a_month_is_closed(register_2021, staff):
    august = month(8, by=staff)

    periods.close(period=august, by=staff)

    found = list(MonthEndLight.objects.values_list("light", flat=True))
    assert [found.count(one) for one in ("red", "yellow", "grey", "green")] == [61, 20, 41, 157]


def test_another_amount_for_the_year_turns_the_light(staff):
    project = running()
    august = month(8, by=staff)
    opening(project, august, 40000, by=staff)
    periods.close(period=august, by=staff)

    planning.set_amount(project=project, year=2021, to=Decimal(120000), by=staff, reason="调增")

    assert light(project) == "red"
    assert YearPlan.objects.get(project=project).done == 40000
