"""The shipped working days against the library that follows the published notices."""

from datetime import date, timedelta

import holidays
import pytest

from portal import calendar
from portal.models import CalendarDay, CalendarYear

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.mark.parametrize("year", range(2021, 2027))
def test_the_table_agrees_with_the_published_days_of_the_year(year):
    published = holidays.CN(years=year)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    days = [day for day in days if day.year == year]

    table = calendar.current()

    assert [day for day in days if table.is_workday(day)] == [day for day in days if published.is_working_day(day)]


@pytest.mark.parametrize(("monday", "last"), [("2022-01-31", "2022-02-06"), ("2026-02-16", "2026-02-22")])
def test_spring_festival_leaves_a_week_without_a_working_day(monday, last):
    table = calendar.current()

    assert table.first_of_week(date.fromisoformat(monday)) is None
    assert table.count(date.fromisoformat(monday) - timedelta(days=1), date.fromisoformat(last)) == 0


def test_a_day_the_bureau_adds_is_off_from_then_on():
    CalendarDay.objects.create(day=date(2021, 9, 29), kind="house", name="机关运动会")

    assert calendar.current().add(date(2021, 9, 28), 1) == date(2021, 9, 30)


def test_a_year_without_a_notice_is_not_confirmed():
    assert CalendarYear.objects.get(year=2027).confirmed is False
