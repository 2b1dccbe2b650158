"""The same periods by hand, beforehand as a preview, and afterwards as 提醒对账."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from portal import clock, mail, scheduler, spans
from portal.choices import MailState
from portal.models import OutgoingMail, OutgoingMailItem, ScheduledRun
from portal.outbox import Item
from projects import daily, mailing, milestones
from projects.models import Milestone
from tests.factories import UserFactory, leader, park_manager
from tests.projects.reminders.days import at, live, span, start

pytestmark = [pytest.mark.django_db, pytest.mark.db]
MONDAY, THURSDAY = date(2021, 9, 27), date(2021, 9, 30)


def test_by_hand_again_adds_nothing(set_today, capsys):
    park_manager("P01", username="p1")
    start()
    set_today(THURSDAY)

    for _ in range(2):
        call_command("send_reminders", on="2021-09-30")

    assert capsys.readouterr().out.splitlines() == ["2021-09-30：新生成1条消息。", "2021-09-30：新生成0条消息。"]


def test_by_hand_a_day_before_the_newest_is_refused(set_today):
    live(set_today, THURSDAY)

    with pytest.raises(CommandError, match="不再补发"):
        call_command("send_reminders", on="2021-09-28")


def test_the_digest_by_hand_is_that_of_the_week(set_today):
    leader()

    for _ in range(2):
        call_command("send_digests", week="2021-W38")

    assert OutgoingMailItem.objects.filter(object_id=202138).count() == 1


def test_whatever_comes_first_by_hand_nothing_is_lost_and_there_is_one_message(set_today):
    park_manager("P01", username="p1")
    start(planned_start_from=MONDAY, planned_start_to=MONDAY)

    call_command("send_reminders", on="2021-09-27")
    call_command("send_digests", week="2021-W38")

    assert OutgoingMail.objects.count() == 1
    assert set(OutgoingMailItem.objects.values_list("subject", flat=True)) == {daily.NODE, daily.WEEK}


def test_what_comes_after_the_message_of_the_day_went_out_waits_for_the_next(set_today):
    person = park_manager("P01", username="p1")
    start(planned_start_from=MONDAY, planned_start_to=MONDAY)
    call_command("send_reminders", on="2021-09-27")
    mail.drain(now=at(MONDAY))

    call_command("send_digests", week="2021-W38")

    later = OutgoingMail.objects.get(user=person, state=MailState.QUEUED)
    assert later.due_at == at(date(2021, 9, 28), 8, 30)


def test_a_second_run_on_the_day_of_a_list_that_changed_since_adds_none(set_today):
    park_manager("P01", username="p1", wants_digest=False)
    settled = start(**span(2021, 8, 31))
    start(**span(2021, 8, 30))
    live(set_today, date(2021, 9, 26))
    live(set_today, MONDAY)
    milestones.complete(
        node=settled.milestones.get(code="KG"),
        actual=spans.parse("2021-09-27"),
        by=UserFactory(role="staff", wants_digest=False),
    )

    call_command("send_digests", week="2021-W38")

    assert OutgoingMailItem.objects.filter(subject=daily.LIST).count() == 1
    assert not OutgoingMail.objects.filter(state=MailState.QUEUED).exists()


def test_the_preview_is_what_then_goes_out(ten_due, set_today):
    live(set_today, date(2021, 9, 26))

    seen = {one.user.username: sorted(map(str, one.items)) for one in mailing.planned(on=MONDAY)}
    live(set_today, MONDAY)

    rows = OutgoingMailItem.objects.select_related("user")
    sent = {}
    for row in rows:
        item = Item(row.subject, row.object_id, row.due, row.level, row.unit)
        sent.setdefault(row.user.username, []).append(str(item))
    assert seen == {name: sorted(items) for name, items in sent.items()}


def test_reckoning_agrees_after_a_run_and_finds_every_lost_row(ten_due, set_today):
    live(set_today, date(2021, 9, 29))
    live(set_today, THURSDAY)
    run = ScheduledRun.objects.get(job="reminders", period="2021-09-30")
    agreed = mailing.check_day(run)
    lost = OutgoingMailItem.objects.filter(subject=daily.NODE, level="T")
    found = []
    for row in list(lost):
        row.delete()
        found.append(len(mailing.check_day(run).missing))

    assert (agreed.owed, agreed.missing) == (len(found), ())
    assert found == list(range(1, len(found) + 1))


def test_what_changed_after_the_run_is_no_difference(set_today):
    park_manager("P01", username="p1")
    live(set_today, THURSDAY)
    made = start()
    Milestone.history.update(history_date=clock.now() + timedelta(minutes=1))
    run = ScheduledRun.objects.get(job="reminders", period="2021-09-30")

    assert made.milestones.count() == 1
    assert mailing.check_day(run).missing == ()


@pytest.mark.logs_errors
def test_a_difference_is_on_record_and_in_the_log(set_today, caplog):
    park_manager("P01", username="p1")
    start()
    live(set_today, THURSDAY)
    OutgoingMailItem.objects.all().delete()
    ScheduledRun.objects.update(checked_at=None)

    scheduler.tick(now=at(THURSDAY, 10))

    assert ScheduledRun.objects.get(job="reminders", period="2021-09-30").missing == 1
    assert "1 of 1 items are missing" in caplog.text
