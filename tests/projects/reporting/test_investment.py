"""完成投资: the newest closed month counts, with its own 序时; who did not report keeps the last 累计."""

from decimal import Decimal

import pytest

from parks.models import Park
from projects import investment, periods, reporting, stats
from projects.investment import Done
from projects.models import YearPlan
from tests.projects.reporting.months import ON, handed_in, month, opening, running

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def city(person):
    found = stats.figures(stats.register(person, year=2021), on=ON, year=2021)
    return found.done(investment.closed_month(2021))


def test_the_closed_month_counts_and_the_open_one_stands_beside(staff, park_user):
    projects = [running(), running(), running()]
    august = month(8, by=staff)
    for project, ytd in zip(projects, (46300, 60000, 20000), strict=True):
        opening(project, august, ytd, by=staff)
    periods.close(period=august, by=staff)
    september = month(9, by=staff)
    reporting.approve(reports=[handed_in(projects[0], september, by=park_user, done=5600)], by=staff)
    open_month = city(staff)
    periods.close(period=september, by=staff)
    closed = city(staff)

    assert (open_month.span, open_month.done, investment.percent(open_month.schedule)) == (
        "1—8月",
        126300,
        Decimal("66.7"),
    )
    assert (closed.span, closed.done, investment.percent(closed.schedule)) == ("1—9月", 131900, Decimal("75.0"))
    assert sorted(YearPlan.objects.values_list("done_month", flat=True)) == [8, 8, 9]


def test_reopening_takes_the_month_back(staff, park_user):
    project = running()
    august = month(8, by=staff)
    opening(project, august, 46300, by=staff)
    periods.close(period=august, by=staff)
    september = month(9, by=staff)
    reporting.approve(reports=[handed_in(project, september, by=park_user, done=5600)], by=staff)
    periods.close(period=september, by=staff)

    periods.reopen(period=september, by=staff, reason="补报")

    assert city(staff).done == 46300


def test_each_unit_adds_up_to_the_whole(staff):
    first, second = running(), running()
    august = month(8, by=staff)
    opening(first, august, "33.85", by=staff)
    opening(second, august, 20, by=staff)
    periods.close(period=august, by=staff)
    lines = stats.unit_lines(stats.register(staff, year=2021), Park.objects.reporting(), on=ON, year=2021)

    parts = [line.done for line in lines[1:]]

    assert sum(one.done for one in parts) == city(staff).done


@pytest.mark.parametrize(
    ("month", "done", "plan", "rate", "words"),
    [
        (3, "3136400", "10150000", "30.9", "高于序时5.9个百分点"),
        (8, "74", "100", "74.0", "高于序时7.3个百分点"),
        (5, "44", "100", "44.0", "高于序时2.3个百分点"),
        (8, "92.6", "100", "92.6", "高于序时25.9个百分点"),
        (10, "85.1", "100", "85.1", "高于序时1.8个百分点"),
        (3, "31.6", "100", "31.6", "高于序时6.6个百分点"),
        (4, "43.2", "100", "43.2", "高于序时9.9个百分点"),
        (4, "37.8", "100", "37.8", "高于序时4.5个百分点"),
        (8, "218.63", "367.88", "59.4", "低于序时7.2个百分点"),
        (6, "50", "100", "50.0", "与序时持平"),
    ],
)
def test_the_gap_to_schedule_as_published(month, done, plan, rate, words):
    found = Done(month, Decimal(done), Decimal(plan))

    assert (str(investment.percent(found.rate)), investment.gap_words(found.gap)) == (rate, words)


def test_without_a_closed_month_nothing_is_said():
    assert Done(None, Decimal(0), Decimal(100)).words == ""
