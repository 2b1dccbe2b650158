"""全部邮件: what became of every message, which jobs ran, what is owed, whom no letter reaches."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from portal import clock, mail_status, mail_words
from portal.choices import MailState, RunState
from portal.models import AuditEntry, ClockReading, MailGate, OutgoingMail, ScheduledRun, User
from tests.factories import UserFactory, leader, park_manager, staff

pytestmark = pytest.mark.django_db
ALL = "/mail/?view=all"
NOON = datetime(2021, 9, 27, 12, tzinfo=clock.SHANGHAI)


def message(person, **fields):
    now = clock.now()
    known = {"kind": "daily", "user": person, "address": person.email, "due_at": now, "give_up_at": now}
    key = f"m:{OutgoingMail.objects.count()}"
    return OutgoingMail.objects.create(**{"key": key, **known, "rendered_at": now, **fields})


@pytest.fixture
def admin(as_user, sysadmin):
    return as_user(sysadmin)


@pytest.fixture
def keeper(as_user, lead):
    return as_user(lead)


# --- who sees what -----------------------------------------------------------------------------------------------


def test_the_administrator_sees_persons_and_kinds_but_no_subject_or_text(admin, keeper):
    message(staff(name="王小明", email="w@bureau.test"), subject="五通桥：逾期未开工10个", body="演示项目070")

    seen, by_lead = admin.get("/mail/").content.decode(), keeper.get(ALL).content.decode()

    assert "王小明" in seen
    assert "提醒和周调度" in seen
    assert "五通桥" not in seen
    assert "五通桥：逾期未开工10个" in by_lead
    assert "演示项目070" not in seen + by_lead


@pytest.mark.parametrize("make", [staff, leader, lambda: park_manager("P01")])
def test_others_get_their_own_messages_only_whatever_they_ask_for(as_user, make):
    message(staff(name="王小明"), subject="他人的消息")

    page = as_user(make()).get(ALL).content.decode()

    assert "还没有消息" in page
    assert "他人的消息" not in page
    assert "王小明" not in page


def test_the_lead_finds_both_pages(keeper, lead):
    message(lead, subject="我的周调度")

    page = keeper.get("/mail/").content.decode()

    assert "我的周调度" in page
    assert 'href="/mail/?view=all"' in page


# --- what became of them -----------------------------------------------------------------------------------------


def test_state_and_person_narrow_the_list(admin):
    refused = message(staff(name="王小明", email="w@bureau.test"), state=MailState.FAILED, smtp_code=550)
    message(staff(name="李大力", email="l@bureau.test"), state=MailState.SENT)

    def found(query):
        return [row["mail"].pk for row in admin.get(f"{ALL}&{query}").context["rows"]]

    assert found("state=failed") == [refused.pk]
    assert found("person=小明") == [refused.pk]
    assert found("person=w@bureau") == [refused.pk]
    assert found("state=failed&person=李") == []
    assert len(found("state=nonsense")) in (0, 2)


def test_an_empty_list_shows_the_way_out(admin):
    assert "没有符合条件的邮件" in admin.get(f"{ALL}&state=dead").content.decode()


@pytest.mark.parametrize(
    ("fields", "what", "do"),
    [
        ({"state": "failed", "smtp_code": 550, "error": "no such user"}, "应答550：邮箱地址不存在", "核对邮箱"),
        ({"state": "failed", "smtp_code": 552}, "对方邮箱已满", "清理邮箱"),
        ({"state": "failed", "smtp_code": 599}, "应答599：对方服务器拒收", "邮件管理员"),
        ({"state": "queued", "smtp_code": 451, "error": "greylisted"}, "暂时出错", "自动再试"),
        ({"state": "queued", "error": "连接中断"}, "没有接通发信服务器", "自动再试"),
        ({"state": "dead", "error": "到期仍未能发出"}, "到期仍未发出：发信服务器一直没有接通", "重发"),
        ({"state": "dead", "smtp_code": 451}, "到期仍未发出：应答451", "重发"),
        ({"state": "cancelled", "error": "收件人账号已停用"}, "收件人账号已停用", "不必处理"),
        ({"state": "sent", "smtp_code": 250}, "", ""),
    ],
)
def test_a_reason_says_what_happened_and_what_to_do(fields, what, do):
    found = mail_words.explain(OutgoingMail(**fields))

    assert what in found.what
    assert do in found.do


def test_the_servers_own_words_are_shown_and_escaped(admin):
    message(staff(email="w@bureau.test"), state=MailState.FAILED, smtp_code=550, error="5.1.1 <script>no</script>")

    page = admin.get(ALL).content.decode()

    assert "5.1.1 &lt;script&gt;" in page
    assert "重发" in page


def test_what_waits_and_what_failed_is_counted(admin):
    person = staff(email="w@bureau.test")
    message(person, due_at=clock.now() + timedelta(days=1))
    for state in ("queued", "failed", "failed", "dead", "sent"):
        message(person, state=state)

    counts = mail_status.counts(OutgoingMail.objects.all(), now=clock.now())

    assert (counts.waiting, counts.late, counts.refused, counts.given_up) == (2, 1, 2, 1)
    assert "其中1封已到时间" in admin.get(ALL).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_the_same_queries_for_any_number(admin, number, django_assert_num_queries):
    for index in range(number):
        message(UserFactory(email=f"a{index}@bureau.test", bounces=3), state="failed", smtp_code=550)
        UserFactory(role="park")
        message(UserFactory())
    admin.get(ALL)

    with django_assert_num_queries(19):
        admin.get(ALL)


# --- the jobs ----------------------------------------------------------------------------------------------------


def run(job, period, at, **fields):
    return ScheduledRun.objects.create(
        job=job, period=period, due_at=at, **{"state": RunState.DONE, "ended_at": at, **fields}
    )


def at(day, hour=8, minute=30):
    return datetime(2021, *day, hour, minute, tzinfo=clock.SHANGHAI)


def test_each_job_tells_its_last_and_next_run():
    run("reminders", "2021-09-27", at((9, 27)), made=12)
    run("digests", "2021-W38", at((9, 27)), made=30)

    lines = {line.title: line for line in mail_status.job_lines(now=NOON)}

    assert lines["职责提醒"].next_at == at((9, 28))
    assert lines["周调度"].next_at == at((10, 8))  # the week ends in the holiday
    assert (lines["职责提醒"].period, lines["周调度"].period) == ("9月27日", "9月20日—26日")
    assert [line.overdue for line in lines.values()] == [None, None]


def test_a_run_that_did_not_happen_is_told():
    run("reminders", "2021-09-24", at((9, 24)))

    missed = {line.title: line.overdue for line in mail_status.job_lines(now=NOON)}
    in_time = {line.title: line.overdue for line in mail_status.job_lines(now=at((9, 26), 8, 35))}

    assert missed["职责提醒"] == at((9, 26))  # a worked Sunday
    assert in_time["职责提醒"] is None


def test_a_look_makes_no_row(admin):
    admin.get(ALL)

    assert ScheduledRun.objects.count() == 0


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2021-09-27", "9月27日"),
        ("2021-W38", "9月20日—26日"),
        ("2021-W39", "9月27日—10月3日"),
        ("2026-W53", "12月28日—1月3日"),
        ("start", "start"),
    ],
)
def test_a_period_is_written_as_people_say_it(period, words):
    assert mail_status.written(period) == words


def test_a_difference_of_the_reconciliation_is_an_alarm(admin):
    run("reminders", "2021-09-27", at((9, 27)), owed=10, missing=2, checked_at=at((9, 27), 9))

    page = admin.get(ALL).content.decode()

    assert 'role="alert"' in page
    assert "职责提醒应发10项，少2项" in page
    assert "manage.py send_reminders --on 2021-09-27" in page


def test_without_a_difference_there_is_no_alarm(admin):
    run("reminders", "2021-09-26", at((9, 26)), owed=10, missing=2, checked_at=at((9, 26), 9))
    run("reminders", "2021-09-27", at((9, 27)), owed=10, missing=0, checked_at=at((9, 27), 9))

    page = admin.get(ALL).content.decode()

    assert 'class="why-box alarm"' not in page
    assert "应发10项，一项不少" in " ".join(page.split())


# --- clock and gate ----------------------------------------------------------------------------------------------


@pytest.fixture
def suspect():
    return ClockReading.objects.create(host="web-1", wall=clock.machine_now(), suspect=True, note="本机时间从甲跳到乙")


def test_a_suspect_clock_is_shown_and_confirmed_by_the_administrator(admin, suspect):
    before = admin.get(ALL).content.decode()

    after = admin.post(reverse("mail_clock"), follow=True).content.decode()

    assert "本机时间从甲跳到乙" in before
    assert "时间正确，继续" in before
    assert "已确认本机时间正确" in after
    assert not ClockReading.objects.exists()
    assert AuditEntry.objects.get(action="clock.confirm").detail == {"hosts": ["web-1 本机时间从甲跳到乙"]}


def test_the_lead_sees_the_suspicion_and_confirms_nothing(keeper, suspect):
    page = keeper.get(ALL).content.decode()

    assert "请系统管理员核对服务器时间" in page
    assert "时间正确，继续" not in page
    assert keeper.post(reverse("mail_clock")).status_code == 403


def test_a_shut_gate_says_until_when(admin):
    until = int((clock.machine_now() + timedelta(minutes=5)).timestamp() * 1000)
    MailGate.objects.create(pk=1, streak=6, until_ms=until, note="[Errno 111] Connection refused")

    page = admin.get(ALL).content.decode()

    assert "连续6次没有接通" in page
    assert "以前暂停发信" in page
    assert "Connection refused" in page


# --- people ------------------------------------------------------------------------------------------------------


def test_people_without_mailbox_are_listed_with_what_they_have_not_read(admin):
    person = park_manager("P02", name="犍为填报员")
    message(person)
    message(person, read_at=clock.now())
    park_manager("P03", name="有邮箱的", email="x@bureau.test")
    park_manager("P04", name="已停用的", is_active=False)

    found = {one.name: one.unread for one in mail_status.without_mailbox()}

    assert found == {"犍为填报员": 1}
    assert "犍为填报员" in admin.get(ALL).content.decode()


def test_an_address_that_bounced_three_times_is_flagged_with_the_way_out(admin, keeper):
    person = staff(name="王小明", email="w@bureau.test", bounces=3)
    message(person, state=MailState.FAILED, smtp_code=550, error="no such user")
    staff(email="fine@bureau.test", bounces=2)

    page, by_lead = admin.get(ALL).content.decode(), keeper.get(ALL).content.decode()

    assert "连续退信的邮箱（1）" in page
    assert "no such user" in page
    assert f'href="{reverse("person_edit", args=[person.pk])}"' in page
    assert reverse("person_edit", args=[person.pk]) not in by_lead


def test_a_new_address_starts_from_nought(sysadmin):
    from parks import accounts

    person = staff(email="old@bureau.test", bounces=5)

    accounts.change_person(person=person, name=person.name, role=person.role, email="new@bureau.test", by=sysadmin)

    assert User.objects.get(pk=person.pk).bounces == 0
