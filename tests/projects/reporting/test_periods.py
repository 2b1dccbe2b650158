"""The months of a year: prepared, opened one after the other, closed, opened again."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal import clock, poke
from projects import periods
from projects.choices import Deadline, PeriodState, Stage, YearType
from projects.models import ReportingPeriod
from tests.factories import park_manager
from tests.projects.reporting.months import filled, handed_in, month, running

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_the_first_two_months_are_one_period(staff):
    periods.prepare(year=2021, by=staff)

    labels = [(one.label, one.span) for one in ReportingPeriod.objects.order_by("month")]

    assert labels[:2] == [("1—2月", "1—2月"), ("3月", "1—3月")]
    assert len(labels) == 11


@pytest.mark.parametrize(
    ("number", "due"),
    [(4, date(2021, 4, 25)), (7, date(2021, 7, 26)), (9, date(2021, 9, 26)), (12, date(2021, 12, 27))],
)
def test_the_deadline_is_the_25th_at_five_rolled_forward(staff, number, due):
    period = month(number, by=staff, opened=False)

    assert period.due_at == datetime.combine(due, periods.DUE_TIME, clock.SHANGHAI)


@pytest.mark.parametrize(
    ("number", "due"), [(2, date(2021, 3, 3)), (6, date(2021, 7, 5)), (9, date(2021, 10, 8)), (12, date(2022, 1, 4))]
)
def test_the_deadline_may_be_the_3rd_of_the_next_month(staff, number, due):
    periods.prepare(year=2021, by=staff, deadline=Deadline.NEXT_MONTH)

    period = ReportingPeriod.objects.get(year=2021, month=number)

    assert period.due_at == datetime.combine(due, periods.DUE_TIME, clock.SHANGHAI)
    assert period.as_of.month == number


def test_preparing_again_adds_nothing(staff):
    periods.prepare(year=2021, by=staff)

    assert periods.prepare(year=2021, by=staff) == []


def test_one_period_is_open_at_a_time(staff):
    month(8, by=staff)

    with pytest.raises(ValidationError, match="8月还没有关闭"):
        month(9, by=staff)


def test_a_month_that_has_not_begun_is_not_opened(staff):
    with pytest.raises(ValidationError, match="还没有开始"):
        month(10, by=staff)


def test_an_earlier_month_is_not_opened_after_a_later_one(staff):
    periods.close(period=month(8, by=staff), by=staff)

    with pytest.raises(ValidationError, match="后面的月份"):
        month(7, by=staff)


def test_what_waits_for_review_keeps_a_period_open(staff, park_user):
    period = month(9, by=staff)
    handed_in(running(), period, by=park_user)

    with pytest.raises(ValidationError, match="还有1个月报待审核"):
        periods.close(period=period, by=staff)


def test_only_the_newest_closed_period_opens_again_and_with_a_reason(staff):
    august = periods.close(period=month(8, by=staff), by=staff)
    periods.close(period=month(9, by=staff), by=staff)

    with pytest.raises(ValidationError, match="最近关闭"):
        periods.reopen(period=august, by=staff, reason="补报")
    with pytest.raises(ValidationError, match="写明原因"):
        periods.reopen(period=ReportingPeriod.objects.get(month=9), by=staff, reason=" ")


def test_a_park_does_not_keep_periods(park_user):
    with pytest.raises(PermissionDenied):
        periods.prepare(year=2021, by=park_user)


@pytest.mark.parametrize(
    ("day", "state"),
    [(date(2021, 9, 26), PeriodState.OPEN), (date(2021, 9, 27), PeriodState.REVIEW)],
)
def test_after_the_deadline_a_period_is_under_review(staff, day, state):
    period = month(9, by=staff)

    assert period.state(datetime.combine(day, datetime.min.time(), clock.SHANGHAI).replace(hour=9)) == state


@pytest.mark.parametrize(
    "changes",
    [
        {"year_type": YearType.RESERVE},
        {"hold": "suspended"},
        {"hold": "withdrawn"},
        {"stage": Stage.COMPLETED},
        {"stage": Stage.CAPACITY},
    ],
)
def test_what_rests_or_is_finished_need_not_report(staff, changes):
    running(**changes)

    assert periods.tally(month(9, by=staff), staff)["asked"] == 0


def test_the_register_asks_237_projects_55_of_them_in_wutongqiao(register_2021, staff):
    period = month(9, by=staff)

    assert periods.tally(period, staff)["asked"] == 237
    assert periods.tally(period, park_manager("P01"))["asked"] == 55


def test_the_tally_counts_each_project_once(staff, park_user):
    period = month(9, by=staff)
    handed_in(running(), period, by=park_user)
    filled(running(), period, by=park_user)
    running()

    found = periods.tally(period, park_user)

    assert (found["asked"], found["reported"], found["draft"], found["missing"]) == (3, 1, 1, 1)


def test_closing_and_opening_again_let_the_figures_be_counted_anew(staff, monkeypatch):
    august = month(8, by=staff)
    told = []
    monkeypatch.setattr(poke, "after_commit", told.append)

    periods.close(period=august, by=staff)
    closed = told.count("projects.tasks.count_figures")
    periods.reopen(period=august, by=staff, reason="有单位漏报")

    assert (closed, told.count("projects.tasks.count_figures")) == (1, 2)


def test_what_a_colleague_did_meanwhile_stands(staff):
    august = month(8, by=staff)
    as_read = ReportingPeriod.objects.get(pk=august.pk)
    periods.close(period=august, by=staff)

    with pytest.raises(ValidationError, match="这一期已关闭"):
        periods.edit(period=as_read, due_at=as_read.due_at, as_of=as_read.as_of, by=staff)
    with pytest.raises(ValidationError, match="只能关闭正在填报或审核的一期"):
        periods.close(period=as_read, by=staff)

    assert ReportingPeriod.objects.get(pk=august.pk).closed_by == staff
