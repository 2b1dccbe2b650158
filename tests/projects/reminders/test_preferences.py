"""Whatever a person chooses between two digests, no duty message is lost and none comes twice."""

from datetime import date

import pytest

from portal import clock, preferences, unsubscribing
from portal.models import OutgoingMailItem, User
from projects import nodes
from tests.factories import ProjectFactory, park_manager
from tests.projects.reminders.days import live, span

pytestmark = pytest.mark.django_db
DIGEST, DUE, CHANGED, NEXT = date(2021, 10, 11), date(2021, 10, 13), date(2021, 10, 14), date(2021, 10, 18)


@pytest.fixture
def person(set_today):
    """Someone of 五通桥 whose project is to start on a Wednesday; an account of long ago."""
    set_today(DIGEST)
    made = park_manager("P01")
    User.objects.filter(pk=made.pk).update(preferences_at=clock.now().replace(year=2020))
    nodes.follow([ProjectFactory(unit="P01", **span(2021, 10, 13))], by=None)
    return made


def told(person):
    """The rungs the person was told."""
    return sorted(OutgoingMailItem.objects.filter(user=person, subject="node").values_list("level", flat=True))


def change(person, **choice):
    person.refresh_from_db()
    kept = {name: getattr(person, name) for name in preferences.FIELDS}
    preferences.change(user=person, **kept | choice, by=person)


def days(set_today, *passed):
    return [len(live(set_today, day)) for day in passed]


def test_moved_into_the_digest_they_come_with_it(person, set_today):
    change(person, duty_in_digest=True)

    counts = days(set_today, DIGEST, DUE, CHANGED, NEXT)

    assert counts == [1, 0, 0, 1]
    assert told(person) == ["T+1"]


def test_taken_back_in_mid_week_what_was_put_off_still_comes(person, set_today):
    change(person, duty_in_digest=True)
    days(set_today, DIGEST, DUE)
    set_today(DUE)
    change(person, duty_in_digest=False)

    counts = days(set_today, CHANGED, date(2021, 10, 15), NEXT)

    assert counts == [1, 0, 1]
    assert told(person) == ["T+1"]


def test_ending_the_digest_by_the_letter_loses_nothing(person, set_today):
    change(person, duty_in_digest=True)
    days(set_today, DIGEST, DUE, CHANGED)
    person.refresh_from_db()
    unsubscribing.end(user=person)

    days(set_today, date(2021, 10, 15), NEXT)

    assert told(person) == ["T+1"]


def test_moving_them_in_mid_week_repeats_nothing(person, set_today):
    days(set_today, DIGEST, DUE)
    change(person, duty_in_digest=True)

    counts = days(set_today, CHANGED, NEXT)

    assert counts == [0, 1]
    assert told(person) == ["T", "T+1"]


def test_changing_to_and_fro_tells_everything_once(person, set_today):
    for day, moved in ((DIGEST, True), (DUE, False), (CHANGED, True), (date(2021, 10, 15), False)):
        days(set_today, day)
        change(person, duty_in_digest=moved)

    days(set_today, NEXT, date(2021, 10, 19), date(2021, 10, 25))

    assert len(told(person)) == len(set(told(person))) >= 1
