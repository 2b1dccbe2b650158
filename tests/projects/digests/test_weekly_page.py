"""The page 周调度: the newest week as things are, an earlier one as it was sent."""

from datetime import date, datetime, time

import pytest

from portal import mail, outbox
from portal.clock import SHANGHAI
from projects.daily import WEEK
from projects.owed import week_item
from tests.factories import ProjectFactory, park_manager
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db


def page(browser, query=""):
    return browser.get(f"/weekly/{query}").content.decode()


def send(person, monday, on):
    """Let the person get the digest of the week on that day."""
    due = datetime.combine(on, time(8, 30), SHANGHAI)
    items = [week_item(monday, "")]
    end = datetime.combine(on, time(18), SHANGHAI)
    outbox.queue(key=f"day:{on}:{person.pk}", kind="daily", user=person, due_at=due, give_up_at=end, items=items)
    mail.drain(now=due)
    assert items[0].subject == WEEK


def test_the_newest_week_is_shown_as_things_are(as_user, staff, register_2021):
    html = page(as_user(staff))
    text = plain(html)

    assert "工业项目周调度（9月20日—26日）" in text
    assert "五、逾期未开工前5（按总投资）" in text
    assert 'data-copy="#weekly-text"' in html
    assert "复制催报通知" in text
    assert "后一周" not in text


def test_a_unit_sees_its_own_week_and_no_notice(as_user, park_user, register_2021):
    text = plain(page(as_user(park_user)))

    assert "五通桥周调度（9月20日—26日）" in text
    assert "本园区65个、418.61亿元。" in text
    assert not [word for word in ("复制催报通知", "犍为", "1380") if word in text]


def test_the_copy_is_the_text_of_the_mail(as_user, leader, register_2021):
    html = page(as_user(leader))

    copied = html.split('id="weekly-text" hidden>')[1].split("</div>")[0]
    assert copied.startswith(f"{leader.name}：\n一、进度　279个、1380亿元。")


def test_an_earlier_week_says_which_figures_are_of_today(as_user, staff, register_2021):
    text = plain(page(as_user(staff), "?week=2021-W36"))

    assert "工业项目周调度（9月6日—12日）" in text
    assert "变化是当周的，其他数字是今天（9月27日）的。" in text
    assert "三、9月6日—12日变化" in text
    assert "复制催报通知" not in text


def test_an_earlier_week_is_shown_as_it_was_sent(as_user, park_user, set_today):
    ProjectFactory(unit="P01", planned_start_to=date(2021, 8, 31))
    set_today(date(2021, 9, 13))
    send(park_user, date(2021, 9, 6), date(2021, 9, 13))
    ProjectFactory(unit="P01", planned_start_to=date(2021, 8, 31))
    set_today(date(2021, 9, 27))
    text = plain(page(as_user(park_user), "?week=2021-W36"))

    assert "五通桥：逾期未开工1个、原因未填1个｜9月6日—12日" in text
    assert "当时的数字，不再改动" in text
    assert "逾期未开工2个" not in text


def test_what_was_sent_for_another_unit_is_not_shown_again(as_user, park_user, set_today):
    ProjectFactory(unit="P01", name="演示项目甲", planned_start_to=date(2021, 8, 31))
    set_today(date(2021, 9, 13))
    send(park_user, date(2021, 9, 6), date(2021, 9, 13))
    park_user.assignments.update(to_date=date(2021, 9, 14))
    park_user.assignments.create(park=park_manager("P02").assignments.get().park, from_date=date(2021, 9, 15))
    set_today(date(2021, 9, 27))
    text = plain(page(as_user(park_user), "?week=2021-W36"))

    assert "演示项目甲" not in text
    assert "犍为周调度（9月6日—12日）" in text


def test_what_was_sent_to_another_person_is_not_shown(as_user, park_user, set_today):
    set_today(date(2021, 9, 13))
    send(park_manager("P01"), date(2021, 9, 6), date(2021, 9, 13))
    set_today(date(2021, 9, 27))

    assert "当周没有发给您的周调度" in plain(page(as_user(park_user), "?week=2021-W36"))


@pytest.mark.parametrize("week", ["2021-W39", "2021-W99", "2021-W53", "x", "2021-W3", "2100-W01", "²021-W38", ""])
def test_an_address_of_no_earlier_week_shows_the_newest(as_user, staff, week):
    assert "（9月20日—26日）" in plain(page(as_user(staff), f"?week={week}"))


def test_the_weeks_lead_to_each_other(as_user, staff):
    html = page(as_user(staff), "?week=2021-W01")

    assert "?week=2020-W53" in html
    assert "?week=2021-W02" in html


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_a_fixed_number_of_queries(as_user, staff, count, django_assert_num_queries):
    for _ in range(count):
        ProjectFactory(unit="P01", planned_start_to=date(2021, 8, 31))
    browser = as_user(staff)
    page(browser)

    with django_assert_num_queries(34):
        page(browser)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_unit_costs_a_fixed_number_of_queries(as_user, park_user, count, django_assert_num_queries):
    for _ in range(count):
        ProjectFactory(unit="P01", planned_start_to=date(2021, 8, 31))
    browser = as_user(park_user)
    page(browser)

    with django_assert_num_queries(21):
        page(browser)
