"""What the outbox promises, against a real mail server: nothing lost, nothing repeated unknowingly."""

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from portal import clock, gate, mail, notices, outbox, owners
from portal.choices import MailPhase, MailState
from portal.models import DeliveryAttempt, MailGate, OutgoingMail, OutgoingMailItem
from portal.outbox import Draft, Item, Text
from tests.factories import UserFactory
from tests.portal import smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.db]
NOON = datetime(2021, 9, 27, 12, tzinfo=clock.SHANGHAI)
SOON = NOON + timedelta(days=5)


def queue(key="test:1", **changes):
    fields = {"kind": "test", "user": UserFactory(email="li@bureau.test"), "due_at": NOON, "give_up_at": SOON}
    return outbox.queue(key=key, **{**fields, **changes})


def stored(row):
    return OutgoingMail.objects.get(pk=row.pk)


def test_a_due_message_is_accepted_once_with_its_own_message_id(server):
    row = queue()

    counts = [mail.drain(now=NOON), mail.drain(now=NOON)]

    assert counts == [1, 0]
    assert [letter["Message-ID"] for letter in server.accepted] == [row.message_id]
    assert (stored(row).state, stored(row).smtp_code) == (MailState.SENT, 250)


def test_the_same_key_is_queued_once():
    queue()

    assert queue() is None
    assert OutgoingMail.objects.count() == 1


def test_an_item_is_told_to_a_person_once_whatever_message_it_comes_in():
    person = UserFactory()
    item = Item("milestone", 7, date(2021, 9, 30), "T", "P01")
    queue("day:1", user=person, items=[item])

    second = queue("day:2", user=person, items=[item])

    assert second is None
    assert OutgoingMailItem.objects.count() == 1


def test_a_message_before_its_time_stays_in_the_box(server):
    queue(due_at=NOON + timedelta(hours=1))

    assert mail.drain(now=NOON) == 0
    assert server.accepted == []


def test_a_person_without_mailbox_has_the_message_on_the_site(server):
    row = queue(user=UserFactory(email=""))

    mail.drain(now=NOON)

    assert (stored(row).state, bool(stored(row).body), server.accepted) == (MailState.SHOWN, True, [])


def test_a_passing_refusal_is_tried_again_later_with_the_same_letter(server):
    server.data.append("451 try later")
    row = queue()

    mail.drain(now=NOON)
    after = stored(row)
    mail.drain(now=after.due_at)

    assert (after.state, after.smtp_code, after.uncertain) == (MailState.QUEUED, 451, 0)
    assert [letter["Message-ID"] for letter in server.accepted] == [row.message_id]


def test_a_final_refusal_of_the_recipient_ends_it_with_the_reason(server):
    server.rcpt.append("550 no such user")
    row = queue()

    mail.drain(now=NOON)

    assert (stored(row).state, stored(row).smtp_code, stored(row).error) == (MailState.FAILED, 550, "no such user")


def test_silence_after_the_body_is_counted_before_the_letter_goes_again(server):
    server.hang_up_after_data = 1
    row = queue()

    mail.drain(now=NOON)
    after = stored(row)
    mail.drain(now=after.due_at)

    assert after.uncertain == 1
    assert [letter["Message-ID"] for letter in server.accepted] == [row.message_id] * 2


def test_after_the_last_day_the_message_is_given_up_and_stays_visible(server):
    server.data.extend(["451 later"] * 3)
    row = queue(give_up_at=NOON + timedelta(minutes=1))

    mail.drain(now=NOON)
    mail.drain(now=NOON + timedelta(minutes=1))

    assert (stored(row).state, stored(row).smtp_code) == (MailState.DEAD, 451)


def test_a_message_to_a_disabled_person_is_cancelled(server):
    row = queue()
    row.user.is_active = False
    row.user.save()

    mail.drain(now=NOON)

    assert (stored(row).state, server.accepted) == (MailState.CANCELLED, [])


def test_a_worker_whose_row_was_taken_over_sends_nothing(server):
    queue()
    (stale,) = outbox.claim(now=NOON, owner="slow")
    OutgoingMail.objects.update(lease_ms=0)
    (fresh,) = outbox.claim(now=NOON, owner="quick")

    assert outbox.intent(stale, Text("x", "x")) is False
    assert outbox.intent(fresh, Text("x", "x")) is True


def test_a_take_over_in_phase_data_is_counted_as_possibly_out():
    queue()
    (first,) = outbox.claim(now=NOON, owner="dies")
    outbox.intent(first, Text("标题", "正文"))
    OutgoingMail.objects.update(lease_ms=0)

    (second,) = outbox.claim(now=NOON, owner="next")

    assert (second.uncertain, second.phase, second.subject) == (1, MailPhase.CLAIMED, "标题")


def test_a_dead_owner_on_this_host_frees_its_rows_at_once():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    owner = owners.name_of(process.pid)
    queue()
    outbox.claim(now=NOON, owner=owner)
    alive = outbox.reap()
    process.kill()
    process.wait()

    assert (alive, outbox.reap()) == (0, 1)
    assert len(outbox.claim(now=NOON, owner="next")) == 1


def test_an_owner_on_another_host_is_never_judged():
    assert owners.is_gone("elsewhere:abc:1:1") is False


def test_five_failures_of_the_server_shut_the_gate_and_one_answer_opens_it(server, settings):
    reachable, settings.EMAIL_PORT = settings.EMAIL_PORT, smtp_server.free_port()
    for number in range(7):
        queue(f"test:{number}")

    for _ in range(5):
        mail.drain(now=NOON)
    shut = gate.is_open(ms=outbox.machine_ms())
    settings.EMAIL_PORT = reachable
    gate.worked()
    mail.drain(now=NOON)

    assert shut is False
    assert len(server.accepted) == 7


def test_a_server_that_cannot_be_reached_uses_up_no_message(server, settings):
    reachable, settings.EMAIL_PORT = settings.EMAIL_PORT, smtp_server.free_port()
    row = queue()

    mail.drain(now=NOON)
    waiting = stored(row)

    assert (waiting.state, waiting.tries, waiting.rendered_at, waiting.due_at) == (MailState.QUEUED, 0, None, NOON)
    assert reachable


def test_people_without_mailbox_get_theirs_while_the_server_is_down(server, settings):
    settings.EMAIL_PORT = smtp_server.free_port()
    for number in range(25):
        queue(f"test:{number}")
    row = queue("test:site", user=UserFactory(email=""))

    mail.drain(now=NOON)

    assert stored(row).state == MailState.SHOWN


def test_after_a_pause_one_process_tries_and_the_others_wait(server):
    ms = outbox.machine_ms()
    MailGate.objects.create(pk=1, streak=5, until_ms=ms - 1)

    assert [gate.may_try(ms=ms), gate.may_try(ms=ms)] == [True, False]


def test_a_newer_message_takes_over_what_nobody_tried_to_send(server):
    person = UserFactory(email="li@bureau.test")
    older = queue("day:1", user=person, items=[Item("node", 1, date(2021, 9, 30), "T")])

    newer = queue("day:2", user=person, items=[Item("node", 2, date(2021, 9, 30), "T")])

    assert stored(older).state == MailState.CANCELLED
    assert sorted(newer.items.values_list("object_id", flat=True)) == [1, 2]


def test_a_message_that_was_tried_keeps_its_items(server):
    server.data.append("451 later")
    person = UserFactory(email="li@bureau.test")
    older = queue("day:1", user=person, items=[Item("node", 1, date(2021, 9, 30), "T")])
    mail.drain(now=NOON)

    newer = queue("day:2", user=person, items=[Item("node", 2, date(2021, 9, 30), "T")])

    assert list(newer.items.values_list("object_id", flat=True)) == [2]
    assert stored(older).items.count() == 1


def test_a_message_nobody_tried_to_send_takes_in_what_comes_later_that_day():
    person = UserFactory()
    row = queue("day:1", user=person, items=[Item("node", 1, date(2021, 9, 30), "T")])

    again = queue("day:1", user=person, items=[Item("node", 2, date(2021, 9, 30), "T")])

    assert again == row
    assert row.items.count() == 2


def test_a_refused_address_is_counted_until_it_takes_a_letter(server):
    server.rcpt.extend(["550 no such user"] * 3)
    person = UserFactory(email="gone@bureau.test")
    for number in range(4):
        queue(f"test:{number}", user=person)
        mail.drain(now=NOON)
        person.refresh_from_db()
        if number == 2:
            assert person.bounces == 3

    assert person.bounces == 0


def test_what_could_not_be_sent_in_time_is_given_up_without_a_try(server):
    row = queue(give_up_at=NOON - timedelta(minutes=1))

    mail.drain(now=NOON)

    assert (stored(row).state, server.accepted) == (MailState.DEAD, [])


def test_every_try_is_on_record(server):
    server.data.append("451 try later")
    row = queue()

    mail.drain(now=NOON)
    mail.drain(now=stored(row).due_at)

    outcomes = list(DeliveryAttempt.objects.order_by("number").values_list("outcome", "smtp_code"))
    assert outcomes == [(MailState.QUEUED, 451), (MailState.SENT, 250)]


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_send_each_message_once(server):
    for number in range(30):
        queue(f"test:{number}")

    def work():
        try:
            for _ in range(6):
                mail.drain(now=NOON, owner=f"worker-{threading.get_ident()}")
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(server.accepted) == 30
    assert len({letter["Message-ID"] for letter in server.accepted}) == 30


@pytest.mark.logs_errors
def test_a_message_that_cannot_be_made_does_not_hold_up_the_others(server, monkeypatch):
    broken, fine = queue("test:1"), queue("test:2")
    render = notices.TEST.render

    def faulty(mail, items, on):
        return render(mail, items, on) if mail.pk == fine.pk else 1 // 0

    monkeypatch.setattr(notices, "TEST", replace(notices.TEST, render=faulty))

    mail.drain(now=NOON)

    assert (stored(broken).state, stored(broken).error) == (MailState.QUEUED, "系统出错：ZeroDivisionError")
    assert stored(fine).state == MailState.SENT


def test_what_does_not_leave_soon_after_its_intent_is_given_back_without_its_text(server, monkeypatch):
    row = queue()
    monkeypatch.setattr(mail, "INTENT_SECONDS", -1)
    mail.drain(now=NOON)
    back = stored(row)
    monkeypatch.undo()
    mail.drain(now=NOON)

    assert (back.state, back.tries, back.rendered_at, back.body) == (MailState.QUEUED, 0, None, "")
    assert (stored(row).state, len(server.accepted)) == (MailState.SENT, 1)


def test_a_round_that_is_suspended_until_the_evening_keeps_the_rest_for_the_morning(server, monkeypatch):
    rows = [queue(f"test:{n}") for n in range(2)]
    in_office_hours = replace(mail.kind_of(rows[0]), any_time=False)
    monkeypatch.setattr(mail, "kind_of", lambda mail: in_office_hours)
    monkeypatch.setattr(clock, "now", lambda: NOON if not server.accepted else NOON.replace(hour=18, minute=1))

    mail.drain()

    assert [stored(row).state for row in rows] == [MailState.SENT, MailState.QUEUED]
    assert stored(rows[1]).due_at == NOON.replace(hour=8, minute=30) + timedelta(days=1)


def test_who_finds_all_taken_by_another_at_that_moment_looks_again(monkeypatch):
    rows = [queue(f"test:{number}") for number in range(2)]
    look = outbox.look_and_take
    answers = iter([({rows[0].pk: 0}, []), None])
    monkeypatch.setattr(outbox, "look_and_take", lambda now, **rest: next(answers) or look(now, **rest))

    assert len(outbox.claim(now=NOON, owner="second")) == 2


def draft(person, *numbers, key="day:1"):
    items = tuple(Item("node", number, date(2021, 9, 30), "T") for number in numbers)
    return Draft(f"{key}:{person.pk}", "test", person, NOON, SOON, items)


def test_many_are_queued_at_once_and_again_adds_nothing():
    people = UserFactory.create_batch(3, email="li@bureau.test")
    drafts = [draft(person, 1, 2) for person in people]

    added = [outbox.queue_all(drafts), outbox.queue_all(drafts)]

    assert added == [{one.key for one in drafts}, set()]
    assert (OutgoingMail.objects.count(), OutgoingMailItem.objects.count()) == (3, 6)
    assert {row.message_id for row in OutgoingMail.objects.all()} == {outbox.message_id(one.key) for one in drafts}


def test_of_many_each_takes_over_what_nobody_tried_to_send_and_leaves_out_what_was_told():
    people = UserFactory.create_batch(2, email="li@bureau.test")
    outbox.queue_all([draft(person, 1) for person in people])

    outbox.queue_all([draft(person, 1, 2, key="day:2") for person in people])

    states = OutgoingMail.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [MailState.CANCELLED] * 2 + [MailState.QUEUED] * 2
    told = OutgoingMail.objects.filter(state=MailState.QUEUED).values_list("items__object_id", flat=True)
    assert sorted(told) == [1, 1, 2, 2]


def test_of_many_those_there_already_take_in_more_unless_they_were_sent(server):
    sent, waiting = UserFactory.create_batch(2, email="li@bureau.test")
    outbox.queue_all([draft(sent, 1)])
    mail.drain(now=NOON)
    outbox.queue_all([draft(waiting, 1)])

    added = outbox.queue_all([draft(sent, 1, 2), draft(waiting, 1, 2)])

    assert added == {f"day:1:{waiting.pk}"}
    assert OutgoingMailItem.objects.filter(user=sent).count() == 1
    assert OutgoingMailItem.objects.filter(user=waiting).count() == 2


@pytest.mark.logs_errors
def test_a_fault_after_the_intent_counts_as_possibly_out(server, monkeypatch):
    row = queue()
    monkeypatch.setattr(mail.Line, "send", lambda line, message: 1 // 0)

    mail.drain(now=NOON)

    assert (stored(row).state, stored(row).uncertain) == (MailState.QUEUED, 1)
