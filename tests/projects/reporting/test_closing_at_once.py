"""While the bureau closes a month a unit hands in, a reviewer returns: nothing is left behind in a closed month."""

import threading
import time

import pytest
from django.core.exceptions import ValidationError

from projects import investment, periods, reporting
from projects.choices import ReportState
from projects.models import MonthlyReport, ReportingPeriod
from tests.factories import lead
from tests.projects.reporting.months import SEPTEMBER, filled, handed_in, month, running
from tests.projects.test_conflicts import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.db]


@pytest.fixture
def closing(monkeypatch):
    """Set once the month is being closed; from then on it takes a while."""
    begun, settle = threading.Event(), investment.settle

    def slowly(*, year):
        begun.set()
        time.sleep(0.5)
        return settle(year=year)

    monkeypatch.setattr(investment, "settle", slowly)
    return begun


def test_what_is_handed_in_while_the_month_is_closed_is_refused(staff, park_user, closing):
    period = month(SEPTEMBER, by=staff)
    draft = filled(running(), period, by=park_user)

    def hand_in():
        closing.wait()
        reporting.submit(report=draft, by=park_user)

    (refused,) = at_once(lambda: periods.close(period=period, by=staff), hand_in)

    assert isinstance(refused, ValidationError)
    assert refused.messages == [reporting.CLOSED]
    assert MonthlyReport.objects.get().state == ReportState.DRAFT


def test_what_is_returned_while_the_month_is_closed_stays_counted(staff, park_user, closing):
    period = month(SEPTEMBER, by=staff)
    report = handed_in(running(), period, by=park_user)
    reporting.approve(reports=[report], by=staff)

    def give_back():
        closing.wait()
        reporting.give_back(report=report, why="请核实", by=lead())

    (refused,) = at_once(lambda: periods.close(period=period, by=staff), give_back)

    assert refused.messages == ["这一期已关闭，要退回请先重新开放。"]
    assert MonthlyReport.objects.get().state == ReportState.APPROVED


def test_two_months_are_never_open_at_once(staff):
    august, september = (month(number, by=staff, opened=False) for number in (8, 9))

    (refused,) = at_once(*(lambda one=one: periods.start(period=one, by=staff) for one in (august, september)))

    assert isinstance(refused, ValidationError)
    assert ReportingPeriod.objects.open().count() == 1
