"""The table of a month: who must report, prefilled."""

from datetime import datetime
from decimal import Decimal

import pytest

from portal import clock
from projects import periods, report_rows
from projects.models import ReportingPeriod
from tests.factories import park
from tests.projects.reporting.months import filled, handed_in, month, opening, running

pytestmark = [pytest.mark.django_db, pytest.mark.db]
BEFORE = datetime(2021, 9, 25, 12, tzinfo=clock.SHANGHAI)
AFTER = datetime(2021, 9, 27, 12, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize("count", [1, 3])
def test_the_table_needs_the_same_queries_for_any_number(staff, park_user, django_assert_num_queries, count):
    period = month(9, by=staff)
    for _ in range(count):
        handed_in(running(), period, by=park_user)

    with django_assert_num_queries(5):
        found = report_rows.rows(period, staff)
        [(row.words(AFTER), row.oddities, row.faults, row.done.words) for row in found]

    assert len(found) == count


def test_a_park_sees_the_rows_of_its_own_unit(staff, park_user):
    own, _ = running(), running(unit=park("P02"))

    assert [row.project for row in report_rows.rows(month(9, by=staff), park_user)] == [own]


def test_a_row_knows_the_year_so_far_and_its_share(staff, park_user):
    project = running(annual_plan=Decimal(71800), total_investment=Decimal(253000))
    project.plans.update(opening_cumulative=Decimal(162500))
    august = month(8, by=staff)
    opening(project, august, 46300, by=staff)
    periods.close(period=august, by=staff)
    period = month(9, by=staff)
    filled(project, period, by=park_user, done=5600)

    (row,) = report_rows.rows(period, park_user)

    assert (row.before, row.ytd, row.since_start) == (46300, 51900, 214400)
    assert row.done.words == "1—9月完成投资5.19亿元，完成年度计划的72.3%，低于序时2.7个百分点"


def test_the_states_in_words(staff, park_user):
    period = month(9, by=staff)
    running()
    filled(running(), period, by=park_user)
    handed_in(running(), period, by=park_user)
    period = ReportingPeriod.objects.get(pk=period.pk)

    found = report_rows.rows(period, park_user)

    assert sorted(row.words(BEFORE) for row in found) == ["待审核", "未填", "草稿"]
    assert sorted(row.words(AFTER) for row in found) == ["待审核", "逾期未报", "逾期未报"]
