"""提醒对账 finds every row that was lost, and nothing else."""

from datetime import date, datetime

import pytest

from parks import accounts
from portal import calendar, clock, scheduler, spans
from portal.models import OutgoingMailItem, ScheduledRun, User
from projects import daily, mailing, milestones, owed
from projects.models import Milestone
from tests.factories import UserFactory, park, park_manager
from tests.projects.reminders.days import at, live, span, start

pytestmark = [pytest.mark.django_db]
LONG_AGO = datetime(2020, 1, 1, tzinfo=clock.SHANGHAI)
SUNDAY, MONDAY, WEDNESDAY = date(2021, 9, 26), date(2021, 9, 27), date(2021, 9, 29)


def person(unit="P01", **choice):
    made = park_manager(unit, **choice)
    User.objects.filter(pk=made.pk).update(preferences_at=LONG_AGO)
    return made


def missing(job="digests"):
    """What the reckoning of the newest run misses."""
    run = ScheduledRun.objects.filter(job=job).order_by("-due_at").first()
    return (mailing.check_week if job == "digests" else mailing.check_day)(run).missing


def lose(subject):
    rows = OutgoingMailItem.objects.filter(subject=subject)
    assert rows.exists()
    rows.delete()


@pytest.mark.parametrize(
    ("choice", "subject"),
    [({"wants_digest": False}, daily.LIST), ({"duty_in_digest": True}, daily.NODE), ({}, daily.WEEK)],
)
def test_on_a_monday_every_lost_row_is_found(set_today, choice, subject):
    person(username="p1", **choice)
    start(**span(2021, 9, 26))
    live(set_today, SUNDAY)
    live(set_today, MONDAY)
    agreed = missing()

    lose(subject)

    assert (agreed, len(missing())) == ((), 1)


@pytest.mark.logs_errors
def test_a_digest_that_was_made_late_is_checked_too(set_today):
    person(username="p1")
    live(set_today, date(2021, 9, 24))
    set_today(WEDNESDAY)
    scheduler.tick(now=at(WEDNESDAY))
    lose(daily.WEEK)
    ScheduledRun.objects.update(checked_at=None)

    scheduler.tick(now=at(WEDNESDAY, 10))

    assert ScheduledRun.objects.get(job="digests", period="2021-W38").missing == 1


def test_who_reads_only_red_lights_is_not_missed_when_one_is_lit_after_the_run(set_today):
    person(username="p1", only_red=True)
    boss, made = UserFactory(role="staff", wants_digest=False), start(**span(2021, 10, 20))
    live(set_today, MONDAY)
    node = made.milestones.get(code="KG")
    milestones.set_plan(node=node, span=spans.parse("2021-03-01"), by=boss, reason="核对后更正")
    made.refresh_from_db()

    assert made.light == "red"
    assert missing() == ()


def test_an_account_that_was_enabled_after_the_run_is_not_missed(set_today):
    made, keeper = person(username="p1"), UserFactory(role="sysadmin")
    User.objects.filter(pk=made.pk).update(is_active=False)
    live(set_today, MONDAY)
    made.refresh_from_db()
    accounts.enable_person(person=made, by=keeper)

    assert missing() == ()


def test_what_a_colleague_left_on_the_day_of_the_list_is_not_missed(set_today):
    leaver, stays = person(username="p1", wants_digest=False), person(username="p2", wants_digest=False)
    Milestone.objects.filter(project=start(**span(2021, 9, 24))).update(owner=leaver)
    live(set_today, MONDAY)
    term = leaver.assignments.get()
    terms = [accounts.Term(term.park, term.from_date, SUNDAY, term), accounts.Term(park("P02"), MONDAY)]
    keeper = UserFactory(role="sysadmin")
    accounts.change_person(person=leaver, name=leaver.name, role="park", email="", by=keeper, terms=terms)

    assert [row.user for row in OutgoingMailItem.objects.filter(subject=daily.LIST)] == [leaver]
    assert [one.user for one in owed.monday_lists(MONDAY, but=set(), days=calendar.current())] == [stays]
    assert missing() == ()
