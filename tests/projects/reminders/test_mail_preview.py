"""明日将发送: the page tells beforehand what the scheduler and the mailer then do, and does nothing itself."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command

from portal import calendar, clock
from portal.models import OutgoingMail, OutgoingMailItem, ScheduledRun, User
from projects import mail_preview, nodes
from projects.choices import NoteKind
from projects.models import ProgressNote
from tests.factories import ProjectFactory, park_manager, staff
from tests.projects.reminders.days import live, span

pytestmark = pytest.mark.django_db
PAGE = "/mail/preview/"
MONDAY, TUESDAY, THURSDAY = date(2021, 9, 27), date(2021, 9, 28), date(2021, 9, 30)


def due(day, unit="P01", **fields):
    """A project whose start is planned for that day."""
    made = ProjectFactory(unit=unit, **span(day.year, day.month, day.day), **fields)
    nodes.follow([made], by=None)
    return made


def page(browser, day=None):
    answer = browser.get(PAGE, {} if day is None else {"on": day})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# --- which day ---------------------------------------------------------------------------------------------------


def test_it_opens_with_the_next_working_day(as_user, staff):
    assert "9月28日（星期二）将发送" in page(as_user(staff))


def test_before_a_holiday_the_next_working_day_lies_behind_it(as_user, staff, set_today):
    set_today(THURSDAY)

    assert "10月8日（星期五）将发送" in page(as_user(staff))


@pytest.mark.parametrize("day", ["2021-09-26", "2020-01-01", "2031-01-01", "abc", "", "9999-12-31"])
def test_a_day_gone_by_or_far_off_or_no_day_shows_the_next_one(as_user, staff, day):
    assert "9月28日（星期二）将发送" in page(as_user(staff), day)


def test_today_may_be_asked_for(as_user, staff):
    assert "9月27日（星期一）将发送" in page(as_user(staff), "2021-09-27")


def test_a_day_off_says_so_and_shows_when_it_goes_out(as_user, staff):
    shown = page(as_user(staff), "2021-10-02")

    assert "10月2日当日不发送，顺延至10月8日。" in shown
    assert "10月8日（星期五）将发送" in shown


def test_a_worked_weekend_is_a_sending_day(as_user, staff):
    assert "不发送，顺延" not in page(as_user(staff), "2021-10-09")


# --- what is told ------------------------------------------------------------------------------------------------


def test_what_is_shown_beforehand_is_what_goes_out(set_today, sysadmin):
    staff(name="局里人")
    person = park_manager("P01", wants_digest=False)
    park_manager("P02")
    due(THURSDAY)
    due(date(2021, 10, 8), "P02")
    set_today(date(2021, 9, 26))
    live(set_today, date(2021, 9, 26))

    for day in (MONDAY, TUESDAY, date(2021, 9, 29), THURSDAY, date(2021, 10, 8)):
        shown = {line.user for line in mail_preview.of_day(day, days=calendar.current()).lines}
        assert shown == {one.user for one in live(set_today, day)}, day
    assert OutgoingMail.objects.filter(user=person).exists()


def test_what_was_told_is_not_announced_again(set_today):
    park_manager("P01")
    due(THURSDAY)
    before = mail_preview.of_day(THURSDAY, days=calendar.current())
    for day in (MONDAY, TUESDAY, date(2021, 9, 29), THURSDAY):
        live(set_today, day)

    after = mail_preview.of_day(THURSDAY, days=calendar.current())

    assert [len(before.lines), len(after.lines)] == [1, 0]


def test_one_line_per_person_with_kinds_counts_and_for_staff_the_items(as_user, staff):
    park_manager("P01", name="王填报", email="w@bureau.test")
    first, second = due(THURSDAY), due(THURSDAY)

    shown = page(as_user(staff), "2021-09-30")

    assert shown.count("王填报") == 1
    assert "节点提醒2项" in shown
    assert "邮件和站内消息" in shown
    assert all(f"{one.name}（五通桥基地）：开工 计划2021-09-30，今天到期" in shown for one in (first, second))


def test_the_administrator_sees_persons_kinds_and_counts_but_no_project(as_user, sysadmin):
    park_manager("P01", name="王填报")
    made = due(THURSDAY)

    shown = page(as_user(sysadmin), "2021-09-30")

    assert "王填报" in shown
    assert "节点提醒1项" in shown
    assert made.name not in shown
    assert "五通桥" not in shown


def test_the_digest_stands_on_the_first_working_day_after_its_sunday(as_user, staff):
    park_manager("P01", name="王填报", wants_digest=False)
    due(date(2021, 10, 8))

    shown = page(as_user(staff), "2021-10-08")

    assert "周调度" in shown
    assert "节点提醒1项、本单位节点清单1项" in shown


def test_a_promise_silences_the_preview_too():
    park_manager("P01")
    made = due(THURSDAY)
    ProgressNote.objects.create(project=made, kind=NoteKind.CHASE, noted_on=MONDAY, promised_on=date(2021, 10, 15))

    assert mail_preview.of_day(THURSDAY, days=calendar.current()).lines == ()


def test_units_with_nobody_are_named_with_how_much(as_user, staff, sysadmin):
    park_manager("P01")
    due(THURSDAY)
    due(THURSDAY, "P03")
    due(THURSDAY, "P03")
    due(THURSDAY, None)

    by_staff, by_admin = (page(as_user(one), "2021-09-30") for one in (staff, sysadmin))

    assert "没有人可发：</strong>夹江基地2项、待分派1项" in by_staff
    assert "夹江基地2项、待分派1项" in by_admin


def test_what_is_made_already_and_waits_is_counted(as_user, staff, set_today):
    park_manager("P01", username="p1")
    due(THURSDAY)
    set_today(THURSDAY)
    call_command("send_reminders", on=str(THURSDAY))

    assert "此前已生成、尚未发出的1条不在其中，到时一并发送。" in page(as_user(staff))


def test_nothing_to_send_says_so(as_user, staff):
    assert "当日没有要发送的消息" in page(as_user(staff), "2021-09-28")


def test_looking_writes_nothing(as_user, staff):
    park_manager("P01")
    due(THURSDAY)

    page(as_user(staff), "2021-09-30")

    assert [model.objects.count() for model in (OutgoingMail, OutgoingMailItem, ScheduledRun)] == [0, 0, 0]


def test_the_register_of_2021_goes_to_each_owner_once(register_2021, as_user, staff):
    for number in range(6):
        park_manager(f"P0{number}", username=f"p{number}")
    park_manager("P99", username="p99")

    day = mail_preview.of_day(THURSDAY, days=calendar.current())

    assert len({line.user for line in day.lines}) == len(day.lines)
    assert sum(len(line.nodes) for line in day.lines) == 10
    assert day.nobody == ()
    assert day.without_mailbox == len(day.lines)
    assert User.objects.filter(role="leader").count() == 0
    assert clock.today() + timedelta(days=3) == THURSDAY
