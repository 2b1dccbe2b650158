"""月报 that are missing or returned, in daily message, digests and notice: told once, and only while it still is so."""

from datetime import date, datetime, timedelta

import pytest

from portal import calendar, clock
from portal.clock import SHANGHAI
from portal.models import OutgoingMailItem, ScheduledRun
from projects import chasing, daily, digests, mail_preview, mailing, owed_reports, reporting
from projects.choices import Hold, Stage
from projects.daily import MONTH, RETURNED
from projects.models import Project
from tests.factories import leader, park, park_manager, staff
from tests.projects.reminders.days import at, live, names
from tests.projects.reporting import months

pytestmark = pytest.mark.django_db
BEFORE, EVE, SATURDAY, DEADLINE = date(2021, 9, 23), date(2021, 9, 24), date(2021, 9, 25), date(2021, 9, 26)
MONDAY, TUESDAY, WEDNESDAY = date(2021, 9, 27), date(2021, 9, 28), date(2021, 9, 29)
WEEK = {"first": date(2021, 9, 20), "last": date(2021, 9, 26), "on": MONDAY}


@pytest.fixture
def own():
    return park_manager("P01", username="p1", wants_digest=False)


@pytest.fixture
def boss():
    return staff(name="李某", wants_digest=False)


@pytest.fixture
def period(set_today, boss):
    """9月, open since the 22nd; its deadline is the 26th, a Sunday that is worked."""
    set_today(date(2021, 9, 22))
    return months.month(months.SEPTEMBER, by=boss)


@pytest.mark.db
def test_what_is_missing_is_told_on_the_eve_and_after_the_deadline_and_then_every_fifth_day(
    own, boss, period, set_today
):
    months.running(name="演示项目041 电池片")
    park_manager("P02", username="p2", wants_digest=False)
    days = [BEFORE, EVE, SATURDAY, DEADLINE, MONDAY, TUESDAY, WEDNESDAY, date(2021, 9, 30), date(2021, 10, 8),
            date(2021, 10, 9), date(2021, 10, 11)]  # fmt: skip

    told = [day for day in days if "p1" in names(live(set_today, day))]

    assert told == [EVE, MONDAY, date(2021, 10, 9)]
    assert {row.user_id for row in OutgoingMailItem.objects.filter(subject=MONTH)} == {own.pk}


def test_the_message_names_what_is_missing_and_until_when(own, period, set_today):
    months.running(name="演示项目041 电池片")
    live(set_today, BEFORE)

    (message,) = live(set_today, EVE)

    assert message.subject == "9月月报未报1个｜项目调度"
    assert "9月月报未报1个（截止9月26日17时）：演示项目041。" in message.body


def test_who_has_handed_in_is_not_told(own, period, set_today):
    months.handed_in(months.running(), period, by=own)
    live(set_today, BEFORE)

    assert live(set_today, EVE) == []


@pytest.mark.db
def test_a_returned_report_is_told_once_with_its_reason(own, boss, period, set_today):
    report = months.handed_in(months.running(name="演示项目041 电池片"), period, by=own)
    live(set_today, BEFORE)
    reporting.give_back(report=report, why="与形象进度不符", by=boss)

    (message,) = live(set_today, EVE)

    assert message.user == own
    assert message.subject == "月报退回1个｜项目调度"
    assert "1. 演示项目041 电池片（9月）：与形象进度不符。" in message.body
    assert live(set_today, SATURDAY) == []


@pytest.fixture
def returned_again(own, boss, period, set_today, monkeypatch):
    """A function: a report is returned on the eve at nine, what is given is done, and at noon it is returned again."""
    report = months.handed_in(months.running(name="演示项目041 电池片"), period, by=own)
    live(set_today, BEFORE)
    set_today(EVE)
    nine = clock.now()

    def after(between):
        reporting.give_back(report=report, why="与形象进度不符", by=boss)
        between()
        with monkeypatch.context() as noon:
            noon.setattr(clock, "now", lambda: nine + timedelta(hours=3))
            reporting.give_back(report=reporting.submit(report=report, by=own), why="单位写错", by=boss)

    return after


def test_a_report_that_is_returned_twice_on_a_day_is_told_twice(returned_again, set_today):
    returned_again(lambda: live(set_today, EVE))

    (message,) = live(set_today, DEADLINE)

    assert message.subject == "月报退回1个｜项目调度"
    assert "1. 演示项目041 电池片（9月）：单位写错。" in message.body
    assert OutgoingMailItem.objects.filter(subject=RETURNED).count() == 2


def test_returned_twice_before_anything_was_sent_it_stands_once(returned_again):
    today = mailing.working_days(calendar.current(), at(EVE, 0), at(EVE, 12))
    returned_again(lambda: mailing.make_day(today, at(EVE, 12)))

    items = list(OutgoingMailItem.objects.filter(subject=RETURNED).select_related("user"))
    assert len(items) == 1
    assert daily.still_due(items, EVE) == []


@pytest.mark.parametrize("change", [{"hold": Hold.SUSPENDED}, {"hold": Hold.WITHDRAWN}, {"stage": Stage.COMPLETED}])
def test_what_need_not_be_reported_any_more_is_not_asked_back(own, boss, period, set_today, change):
    report = months.handed_in(months.running(name="演示项目041 电池片"), period, by=own)
    live(set_today, BEFORE)
    reporting.give_back(report=report, why="与形象进度不符", by=boss)
    Project.objects.update(**change)

    assert live(set_today, EVE) == []
    assert owed_reports.standing(Project.objects.live(), on=MONDAY).returned == 0


def test_tomorrow_shows_it_and_the_books_agree(own, period, set_today):
    months.running()
    live(set_today, BEFORE)

    day = mail_preview.of_day(EVE, days=calendar.current())

    assert [(line.user, line.kinds) for line in day.lines] == [(own, ("月报催报",))]
    live(set_today, EVE)
    run = ScheduledRun.objects.filter(job="reminders").order_by("-due_at").first()
    assert mailing.check_day(run).missing == ()
    assert mailing.planned(on=EVE) == []


def standing():
    return owed_reports.standing(Project.objects.live(), on=MONDAY)


@pytest.fixture
def eleven(period):
    for unit, count in (("P02", 5), ("P99-511129", 3), ("P05", 1), (None, 2)):
        for _ in range(count):
            months.running(unit=park(unit) if unit else None)


def test_the_notice_names_units_and_counts(eleven):
    text = chasing.notice(chasing.Missing(()), at=datetime(2021, 9, 27, 9, 20, tzinfo=SHANGHAI), month=standing())

    assert text.startswith(
        "【催报】截至9月27日9时，9月月报尚有11个未报：犍为基地5个、沐川县3个、峨眉基地1个（另2个待明确填报单位）。"
        "请有关单位于今天17时前在系统“月报填报”中提交"
    )


def test_the_digests_of_bureau_unit_and_leaders_count_them(eleven, boss):
    told = {person.role: digests.compose(person, memo={}, **WEEK)
            for person in (boss, park_manager("P02"), leader())}  # fmt: skip

    assert told["staff"].subject.startswith("逾期未开工0个、9月未报11个｜")
    assert "催报9月月报11个：犍为5、沐川3、峨眉1（另2个待分派）。" in digests.text(told["staff"])
    assert told["park"].subject.startswith("犍为：9月未报5个")
    assert "9月月报未报5个（已过截止时间9月26日17时），请尽快填报。" in digests.text(told["park"])
    assert "9月月报未报11个。" in digests.text(told["leader"])


def test_the_bureau_reads_how_many_wait_for_it_without_anything_odd(own, boss, period):
    for done in (0, 100, -5):
        months.handed_in(months.running(), period, by=own, done=done, confirmed="核减")

    assert "9月月报待审核3个，其中2个无异常。" in digests.text(digests.compose(boss, memo={}, **WEEK))


def test_before_the_week_of_the_deadline_nothing_is_said(eleven):
    assert owed_reports.standing(Project.objects.live(), on=date(2021, 9, 17)) is None
