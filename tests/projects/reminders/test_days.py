"""Days as people live them: what comes on which day, from the scheduler to the letter."""

import threading
from datetime import date

import pytest
from django.db import connection

from parks.models import ParkAssignment
from portal import calendar, mail, scheduler
from portal.choices import MailState, RunState
from portal.models import OutgoingMail, OutgoingMailItem, ScheduledRun
from projects import daily, mailing
from projects.choices import MilestoneState, NoteKind
from projects.models import Milestone, ProgressNote, Project
from tests.factories import leader, park, park_manager, staff
from tests.portal import smtp_server
from tests.projects.reminders.days import at, live, names, start

pytestmark = [pytest.mark.django_db, pytest.mark.db]
MONDAY, THURSDAY = date(2021, 9, 27), date(2021, 9, 30)


def test_from_monday_to_the_holiday_only_the_list_and_the_day_itself_speak(ten_due, set_today):
    monday = live(set_today, MONDAY)
    between = live(set_today, date(2021, 9, 28)) + live(set_today, date(2021, 9, 29))
    thursday = live(set_today, THURSDAY)
    holiday = [one for day in range(1, 8) for one in live(set_today, date(2021, 10, day))]

    assert names(monday) == ["p0", "p1", "p2", "p3", "p4", "p5", "p99"]
    assert between == []
    due = Milestone.objects.filter(current_to=THURSDAY, project__unverified=False, state=MilestoneState.OPEN)
    units = {f"p{node.project.unit.code[2:]}" for node in due.select_related("project__unit")}
    assert set(names(thursday)) == {unit if len(unit) < 4 else "p99" for unit in units}
    assert OutgoingMailItem.objects.filter(level="T").count() == 10
    assert holiday == []


def test_the_digest_after_the_holiday_goes_out_on_its_first_working_day(ten_due, set_today):
    live(set_today, MONDAY)
    live(set_today, THURSDAY)

    friday = live(set_today, date(2021, 10, 8))

    weeks = OutgoingMailItem.objects.filter(mail__in=friday, subject=daily.WEEK)
    assert {row.object_id for row in weeks} == {202139}
    assert ScheduledRun.objects.get(job="digests", period="2021-W39").state == RunState.DONE


def test_digests_that_meet_on_one_day_become_one(set_today):
    person = staff()
    live(set_today, date(2022, 1, 28))

    day = live(set_today, date(2022, 2, 7))

    assert [one.user for one in day] == [person]
    assert sorted(row.object_id for row in day[0].items.all()) == [202204, 202205]
    assert "1月24日—2月6日" in day[0].subject
    assert ScheduledRun.objects.get(period="2022-W04").note == "并入2022-W05"


def test_the_week_fifty_three_is_one_week(set_today):
    days = calendar.current()

    periods = mailing.weeks(days, at(date(2026, 12, 20)), at(date(2027, 1, 12)))

    assert [(one.key, one.at.date()) for one in periods] == [
        ("2026-W51", date(2026, 12, 21)), ("2026-W52", date(2026, 12, 28)),
        ("2026-W53", date(2027, 1, 4)), ("2027-W01", date(2027, 1, 11)),
    ]  # fmt: skip


@pytest.mark.parametrize("day", [date(2021, 9, 26), date(2021, 10, 9)])
def test_worked_weekends_are_sending_days(day, set_today):
    park_manager("P01", username="p1")
    due = date(2021, 9, 26) if day == date(2021, 9, 26) else date(2021, 10, 9)
    start(planned_start_from=due, planned_start_to=due)

    assert names(live(set_today, day)) == ["p1"]


def test_a_hundred_looks_make_one_message(set_today):
    park_manager("P01", username="p1")
    start()

    for _ in range(100):
        live(set_today, THURSDAY)

    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_schedulers_at_once_make_one_message_per_person():
    for number in range(5):
        park_manager("P01", username=f"p{number}")
    start()

    def look():
        try:
            scheduler.tick(now=at(THURSDAY))
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert OutgoingMail.objects.count() == 5
    assert OutgoingMailItem.objects.filter(subject=daily.NODE).count() == 5


def test_three_days_without_mail_server_end_in_one_letter(settings, set_today):
    server, controller = smtp_server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp_server.free_port()
    park_manager("P01", username="p1", email="p1@bureau.test")
    for due in (THURSDAY, date(2021, 10, 8), date(2021, 10, 9)):
        start(planned_start_from=due, planned_start_to=due)

    for day in (THURSDAY, date(2021, 10, 8), date(2021, 10, 9)):
        live(set_today, day)
        scheduler_gate_opens()
    settings.EMAIL_PORT = controller.port
    live(set_today, date(2021, 10, 11))
    controller.stop()

    assert len(server.accepted) == 1
    text = server.accepted[0].get_payload(0) if server.accepted[0].is_multipart() else server.accepted[0]
    body = text.get_payload(decode=True).decode()
    assert all(project.name in body for project in Project.objects.all())


def scheduler_gate_opens():
    from portal import gate

    gate.worked()


def test_a_week_without_scheduler_makes_one_reminder_of_the_right_level(set_today):
    park_manager("P01", username="p1", wants_digest=False)
    start()
    live(set_today, date(2021, 9, 29))

    message = live(set_today, date(2021, 10, 11))

    assert [list(one.items.values_list("level", flat=True)) for one in message] == [["T+1", "L"]]
    assert ScheduledRun.objects.filter(job="reminders", note__startswith="并入").count() == 3
    assert not ScheduledRun.objects.filter(state=RunState.RUNNING).exists()


def test_a_digest_more_than_three_days_late_is_not_sent(set_today):
    leader()
    live(set_today, date(2021, 9, 17))

    late = live(set_today, date(2021, 10, 1))

    assert late == []
    assert ScheduledRun.objects.get(period="2021-W38").state == RunState.SKIPPED


def test_importing_and_moving_plans_send_nothing_by_themselves(set_today):
    park_manager("P01", username="p1")
    live(set_today, date(2021, 9, 28))
    start(planned_start_from=date(2021, 8, 1), planned_start_to=date(2021, 8, 31))

    assert live(set_today, date(2021, 9, 29)) == []


# --- settled, moved, left, before it is sent ---------------------------------------------------------------------


def queue_thursday(set_today):
    set_today(THURSDAY)
    scheduler.tick(now=at(THURSDAY, 8, 45))


@pytest.mark.parametrize(
    "change",
    [
        lambda made: Milestone.objects.update(state=MilestoneState.DONE),
        lambda made: Milestone.objects.update(current_to=date(2021, 12, 31)),
        lambda made: Project.objects.update(hold="suspended"),
        lambda made: ProgressNote.objects.create(
            project=made, kind=NoteKind.CHASE, channel="phone", promised_on=date(2021, 10, 15)
        ),
        lambda made: Project.objects.update(unit=park("P02")),
    ],
)
def test_what_was_settled_before_sending_is_not_sent(change, set_today):
    park_manager("P01", username="p1")
    made = start()
    queue_thursday(set_today)
    change(made)

    mail.drain(now=at(THURSDAY))

    assert OutgoingMail.objects.get().state == MailState.CANCELLED


def test_who_changes_the_unit_before_sending_reads_nothing_of_the_old_one(set_today):
    person = park_manager("P01", username="p1")
    old = start()
    queue_thursday(set_today)
    ParkAssignment.objects.update(park=park("P02"))

    mail.drain(now=at(THURSDAY))

    assert old.name not in OutgoingMail.objects.get(user=person).body


def test_who_changes_the_unit_between_two_tries_gets_no_second_one(settings, set_today):
    server, controller = smtp_server.start()
    server.data.append("451 later")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    park_manager("P01", username="p1", email="p1@bureau.test")
    start()
    queue_thursday(set_today)
    mail.drain(now=at(THURSDAY))
    ParkAssignment.objects.update(park=park("P02"))

    mail.drain(now=at(THURSDAY, 10))
    controller.stop()

    assert server.accepted == []
    assert OutgoingMail.objects.get().error == "收件人已不负责原来的单位"


def test_outside_the_house_a_letter_has_counts_only(settings, set_today, mailoutbox):
    settings.MAIL_DETAIL_DOMAINS = ["leshan.gov.cn"]
    park_manager("P01", username="p1", email="p1@qq.com")
    made = start()

    (message,) = live(set_today, THURSDAY)

    assert made.name in message.body
    assert made.name not in mailoutbox[0].body
    assert "今天到期1个" in mailoutbox[0].body
    assert "请登录系统" in mailoutbox[0].body
    assert mailoutbox[0].alternatives == []


# --- preferences -------------------------------------------------------------------------------------------------


def test_without_digest_the_monday_list_comes_and_an_equal_one_waits_five_working_days(set_today):
    park_manager("P01", username="p1", wants_digest=False)
    start(planned_start_from=date(2021, 8, 1), planned_start_to=date(2021, 8, 31))
    live(set_today, MONDAY)

    assert live(set_today, date(2021, 10, 8)) == []
    assert len(live(set_today, date(2021, 10, 11))) == 1


def test_duty_moved_into_the_digest_waits_for_it_and_is_not_lost(set_today):
    park_manager("P01", username="p1", duty_in_digest=True)
    made = start()
    live(set_today, MONDAY)

    assert live(set_today, THURSDAY) == []
    (message,) = live(set_today, date(2021, 10, 8))
    assert set(message.items.values_list("subject", flat=True)) == {daily.NODE, daily.WEEK}
    assert made.name in message.body


def test_only_red_gets_no_digest_without_a_red_light(set_today):
    leader(only_red=True)

    assert live(set_today, MONDAY) == []


def test_no_address_of_a_person_stands_in_the_log(set_today, caplog):
    park_manager("P01", username="p1", email="p1@bureau.test")
    start()

    live(set_today, THURSDAY)

    assert "p1@bureau.test" not in caplog.text


def test_an_owner_of_the_bureau_is_reminded_too(set_today):
    person = staff(username="owner")
    start()
    Milestone.objects.update(owner=person)

    assert [one.user for one in live(set_today, THURSDAY)] == [person]


def test_messages_of_one_digest_stand_together(set_today):
    """Two processes that send then write few digests each, not both every one."""
    for number, unit in enumerate(["P01", "P02"] * 3):
        park_manager(unit, username=f"reader{number}")

    made = live(set_today, date(2021, 9, 27))

    assert [one.user.username for one in sorted(made, key=lambda one: one.pk)] == [
        *("reader0", "reader2", "reader4"),
        *("reader1", "reader3", "reader5"),
    ]
