"""A unit that changes hands between the making of the day's messages and their sending."""

from datetime import date, timedelta

import pytest

from parks.models import ParkAssignment
from portal import mail, scheduler
from portal.choices import MailState
from portal.models import OutgoingMail, ScheduledRun
from tests.factories import park_manager
from tests.projects.reminders.days import at, live, names, start

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = date(2021, 9, 30)


@pytest.fixture
def queued(set_today):
    """The start is due on the day; its unit's only person has a message that is not sent yet."""
    live(set_today, DAY - timedelta(days=1))
    set_today(DAY)
    old = park_manager("P01", username="old")
    start()
    scheduler.tick(now=at(DAY))
    assert names(OutgoingMail.objects.filter(state=MailState.QUEUED)) == ["old"]
    return old


def leave(person):
    ParkAssignment.objects.filter(user=person).update(to_date=DAY - timedelta(days=1))


def join(unit, username):
    """Somebody who acts for the unit from this day on."""
    person = park_manager(unit, username=username)
    ParkAssignment.objects.filter(user=person).update(from_date=DAY)
    return person


def look_again():
    """What a quarter of an hour later does: 提醒对账, then sending. Returns what the look found missing."""
    ScheduledRun.objects.update(checked_at=None)
    scheduler.tick(now=at(DAY, 9, 30))
    while mail.drain(now=at(DAY, 9, 30)):
        pass
    return ScheduledRun.objects.get(job="reminders", period=str(DAY)).missing


def told(username):
    return [one for one in OutgoingMail.objects.filter(user__username=username) if one.state == MailState.SHOWN]


def test_the_successor_is_told_what_was_meant_for_who_left(queued):
    leave(queued)
    join("P01", "new")

    assert look_again() == 0

    assert told("old") == []
    (message,) = told("new")
    assert "今天到期1个" in message.subject
    assert look_again() == 0
    assert len(told("new")) == 1, "a second look tells it once more"


def test_a_newcomer_beside_who_was_told_gets_no_message_and_no_alarm(queued):
    join("P01", "new")

    assert look_again() == 0

    assert len(told("old")) == 1
    assert told("new") == []


def test_a_person_of_another_unit_is_no_successor(queued):
    leave(queued)
    other = join("P02", "other")

    assert look_again() == 0

    assert told("other") == []
    assert OutgoingMail.objects.filter(user=other).count() == 0


@pytest.mark.logs_errors
def test_what_an_old_hand_was_not_told_is_still_an_alarm(queued):
    OutgoingMail.objects.all().delete()

    assert look_again() == 1
