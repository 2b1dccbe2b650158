"""Vectors of domain.md §7.5, on the holidays of 2021 as published."""

from datetime import date, timedelta

import pytest

from portal.calendar import WorkCalendar


def span(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


OFF_2021 = [
    *span("2021-01-01", "2021-01-03"),
    *span("2021-02-11", "2021-02-17"),
    *span("2021-04-03", "2021-04-05"),
    *span("2021-05-01", "2021-05-05"),
    *span("2021-06-12", "2021-06-14"),
    *span("2021-09-19", "2021-09-21"),
    *span("2021-10-01", "2021-10-07"),
    *span("2022-01-01", "2022-01-03"),
]
WORKED_2021 = ["2021-02-07", "2021-02-20", "2021-04-25", "2021-05-08", "2021-09-18", "2021-09-26", "2021-10-09"]
CALENDAR = WorkCalendar({**dict.fromkeys(OFF_2021, False), **{date.fromisoformat(day): True for day in WORKED_2021}})


@pytest.mark.parametrize("day", ["2021-02-07", "2021-09-26", "2021-10-09"])
def test_a_weekend_worked_in_exchange_is_a_working_day(day):
    assert CALENDAR.is_workday(date.fromisoformat(day)) is True


@pytest.mark.parametrize("day", ["2021-02-15", "2021-10-04", "2021-09-25"])
def test_a_holiday_or_plain_weekend_is_off(day):
    assert CALENDAR.is_workday(date.fromisoformat(day)) is False


def test_2021_has_250_working_days():
    assert CALENDAR.count(date(2020, 12, 31), date(2021, 12, 31)) == 250


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2021-04-25", "2021-04-25"),
        ("2021-07-25", "2021-07-26"),
        ("2021-09-25", "2021-09-26"),
        ("2021-12-25", "2021-12-27"),
    ],
)
def test_a_report_deadline_rolls_forward(day, expected):
    assert CALENDAR.roll_forward(date.fromisoformat(day)) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        ("2021-09-30", -3, "2021-09-27"),
        ("2021-10-08", -3, "2021-09-28"),
        ("2021-02-18", -3, "2021-02-08"),
        ("2021-09-30", 1, "2021-10-08"),
        ("2021-09-30", 5, "2021-10-13"),
        ("2021-12-31", 1, "2022-01-04"),
        ("2021-09-20", 0, "2021-09-20"),
    ],
)
def test_working_days_are_added_over_holidays(day, days, expected):
    assert CALENDAR.add(date.fromisoformat(day), days) == date.fromisoformat(expected)


def test_a_reminder_rolls_back_to_a_worked_saturday():
    assert CALENDAR.roll_back(date(2021, 9, 20)) == date(2021, 9, 18)


@pytest.mark.parametrize(
    ("monday", "digest"),
    [
        ("2021-02-15", "2021-02-18"),
        ("2021-04-05", "2021-04-06"),
        ("2021-05-03", "2021-05-06"),
        ("2021-06-14", "2021-06-15"),
        ("2021-09-20", "2021-09-22"),
        ("2021-10-04", "2021-10-08"),
    ],
)
def test_a_monday_digest_moves_to_the_first_working_day_of_its_week(monday, digest):
    assert CALENDAR.first_of_week(date.fromisoformat(monday)) == date.fromisoformat(digest)


def test_a_week_without_a_working_day_has_no_first_one():
    closed = WorkCalendar(dict.fromkeys(span("2022-01-31", "2022-02-06"), False))

    assert closed.first_of_week(date(2022, 2, 2)) is None


def test_the_send_window_is_closed_on_a_holiday_and_in_shanghai_time_otherwise():
    window = CALENDAR.send_window(date(2021, 9, 26))

    assert CALENDAR.send_window(date(2021, 10, 1)) is None
    assert [moment.isoformat() for moment in window] == ["2021-09-26T08:30:00+08:00", "2021-09-26T18:00:00+08:00"]


def test_counting_backwards_is_the_negative_of_counting_forwards():
    assert CALENDAR.count(date(2021, 10, 13), date(2021, 9, 30)) == -5
