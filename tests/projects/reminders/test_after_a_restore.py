"""After a backup was restored nobody is told again what may have been told since it was made."""

from datetime import date

import pytest

from portal import backups, clock
from portal.models import OutgoingMail, OutgoingMailItem, ScheduledRun
from projects import mailing
from projects.daily import NODE, WEEK
from tests.factories import park_manager
from tests.projects.reminders.days import at, live, start

pytestmark = [pytest.mark.django_db, pytest.mark.db]
FRIDAY, MONDAY, TUESDAY, WEDNESDAY = (date(2021, 9, day) for day in (24, 27, 28, 29))


@pytest.fixture
def restored(monkeypatch):
    """Return a function that puts the messages and runs back to how they were before some day, at a moment."""

    def restored(*, before, at_moment):
        OutgoingMailItem.objects.filter(mail__due_at__gte=at(before, 0)).delete()
        OutgoingMail.objects.filter(due_at__gte=at(before, 0)).delete()
        ScheduledRun.objects.filter(due_at__gte=at(before, 0)).delete()
        with monkeypatch.context() as patched:
            patched.setattr(clock, "now", lambda: at_moment)
            backups.quieten()

    return restored


def told(messages):
    """What these speak of: nodes with their day and rung, digests."""
    return sorted(OutgoingMailItem.objects.filter(mail__in=messages).values_list("subject", "due", "level"))


def due(day, number):
    return start(name=f"演示项目{number}", planned_start_from=day, planned_start_to=day)


def test_what_monday_told_is_not_told_again_on_tuesday(set_today, restored):
    park_manager("P01")
    live(set_today, FRIDAY)
    due(MONDAY, "001")
    due(TUESDAY, "002")
    assert (NODE, MONDAY, "T") in told(live(set_today, MONDAY))

    restored(before=MONDAY, at_moment=at(MONDAY, 12))
    assert live(set_today, MONDAY, hour=13) == []

    assert told(live(set_today, TUESDAY)) == [(NODE, MONDAY, "T+1"), (NODE, TUESDAY, "T")]


def test_a_restore_before_the_morning_leaves_the_morning_its_messages(set_today, restored):
    park_manager("P01")
    live(set_today, FRIDAY)
    due(MONDAY, "001")

    restored(before=MONDAY, at_moment=at(MONDAY, 7))

    assert (NODE, MONDAY, "T") in told(live(set_today, MONDAY))


def test_a_backup_of_three_weeks_ago_repeats_no_week(set_today, restored):
    park_manager("P01")
    live(set_today, date(2021, 9, 3))
    for number, day in enumerate((date(2021, 9, 7), date(2021, 9, 15), FRIDAY, WEDNESDAY)):
        due(day, f"00{number}")

    restored(before=date(2021, 9, 6), at_moment=at(TUESDAY, 10))

    assert told(live(set_today, WEDNESDAY)) == [(NODE, WEDNESDAY, "T")]
    next_monday = told(live(set_today, date(2021, 10, 8)))
    assert [subject for subject, *_ in next_monday].count(WEEK) == 1


def test_who_is_told_with_the_digest_loses_nothing_by_a_restore_in_the_week(set_today, restored):
    person = park_manager("P01")
    person.duty_in_digest = True
    person.save()
    live(set_today, date(2021, 9, 10))
    for number, day in enumerate((8, 14, 16)):
        due(date(2021, 9, day), f"00{number}")
    live(set_today, date(2021, 9, 13))
    restored(before=date(2021, 9, 13), at_moment=at(date(2021, 9, 15), 12))
    assert told(live(set_today, date(2021, 9, 16))) == []

    digest = told(live(set_today, date(2021, 9, 22)))

    assert [day.day for subject, day, _ in digest if subject == NODE] == [14, 16]


@pytest.mark.parametrize(
    ("moment", "reminders", "digests"),
    [
        (at(date(2021, 9, 26), 7), 24, 22),  # a Sunday made a working day for the holiday; 22 September follows one
        (at(date(2021, 9, 12), 12), 10, 6),  # a Sunday
        (at(date(2021, 9, 13), 8), 10, 6),
        (at(date(2021, 9, 13), 9), 13, 13),
        (at(date(2021, 9, 15), 12), 15, 13),
    ],
)
def test_the_runs_until_the_restore_are_those_that_were_due(moment, reminders, digests):
    assert mailing.run_before("reminders", moment).day == reminders
    assert mailing.run_before("digests", moment).day == digests
