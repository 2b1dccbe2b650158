"""月报 duties reach everybody, whatever the person chose: with the digest, without one, in a mailbox of strangers."""

from datetime import date, datetime

import pytest

from portal import clock
from portal.models import User
from projects import reporting
from tests.factories import park_manager, staff
from tests.projects.reminders.days import live
from tests.projects.reporting import months

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=clock.SHANGHAI)
DAYS = [date(2021, 9, day) for day in (23, 24, 25, 26)]
MONDAY = date(2021, 9, 27)


@pytest.fixture
def boss():
    return staff(wants_digest=False)


def person(**choice):
    made = park_manager("P01", username="p1", **choice)
    User.objects.filter(pk=made.pk).update(preferences_at=LONG_AGO)
    return made


def of(messages, user):
    (found,) = [one for one in messages if one.user_id == user.pk]
    return found


def test_a_report_returned_long_before_the_deadline_is_told_with_the_digest(set_today, boss):
    own = person()
    set_today(date(2021, 9, 8))
    report = months.handed_in(
        months.running(name="演示项目041 电池片"), months.month(months.SEPTEMBER, by=boss), by=own
    )
    live(set_today, date(2021, 9, 10))
    reporting.give_back(report=report, why="与形象进度不符", by=boss)

    message = of(live(set_today, date(2021, 9, 13)), own)

    assert "今天提醒：\n月报退回1个：\n1. 演示项目041 电池片（9月）：与形象进度不符。" in message.body


def test_in_the_week_of_the_deadline_the_digest_says_it_once(set_today, boss):
    own = person()
    set_today(date(2021, 9, 22))
    report = months.handed_in(
        months.running(name="演示项目041 电池片"), months.month(months.SEPTEMBER, by=boss), by=own
    )
    for day in DAYS:
        live(set_today, day)
    reporting.give_back(report=report, why="与形象进度不符", by=boss)

    message = of(live(set_today, MONDAY), own)

    assert message.body.count("与形象进度不符") == 1


def test_put_off_until_a_digest_that_does_not_come_it_is_told_alone(set_today, boss):
    own = person(duty_in_digest=True, only_red=True)
    set_today(date(2021, 9, 22))
    months.month(months.SEPTEMBER, by=boss)
    months.running(name="演示项目041 电池片")
    before = [one for day in DAYS for one in live(set_today, day) if one.user_id == own.pk]

    message = of(live(set_today, MONDAY), own)

    assert before == []
    assert "9月月报未报1个（已过截止时间9月26日17时）：演示项目041。" in message.body


def test_a_mailbox_outside_the_house_reads_the_counts(set_today, boss, settings):
    settings.MAIL_DETAIL_DOMAINS = ["bureau.test"]
    own = person(email="wang@qq.com")
    set_today(date(2021, 9, 22))
    months.month(months.SEPTEMBER, by=boss)
    months.running(name="演示项目041 电池片")
    for day in DAYS:
        live(set_today, day)

    message = of(live(set_today, MONDAY), own)

    assert "9月未报1个" in message.letter
    assert "无待办事项" not in message.letter
    assert "演示项目" not in message.letter
