"""Light nodes and quiet mail: what comes from Monday to after the holiday, and what a promise keeps away."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.models import OutgoingMail, OutgoingMailItem, User
from projects.models import Milestone
from tests.e2e import registers
from tests.projects.register import by_number
from tests.projects.reminders.days import live as morning

MONDAY, THURSDAY, PROMISED = date(2021, 9, 27), date(2021, 9, 30), date(2021, 10, 15)
READERS = ["county-muchuan", "lead", "leader", "park-emei", "park-gaoxin", "park-jiajiang", "park-qianwei",
           "park-shawan", "park-wutongqiao", "staff"]  # fmt: skip


@pytest.fixture
def clerk(live, page: Page, sign_in) -> Page:
    registers.imported()
    sign_in(User.objects.get(username="staff"))
    return page


def names(messages: list[OutgoingMail]) -> list[str]:
    return [one.user.username for one in messages]


def test_the_preview_names_each_person_once_before_anything_is_sent(clerk: Page, set_today):
    set_today(date(2021, 9, 26))

    clerk.goto("/mail/preview/?on=2021-09-27")

    rows = clerk.get_by_role("region", name="将发送的消息").locator("tbody tr")
    expect(rows).to_have_count(len(READERS))
    assert OutgoingMail.objects.count() == 0


def test_a_week_with_a_holiday(clerk: Page, set_today):
    monday = morning(set_today, MONDAY)
    quiet = morning(set_today, date(2021, 9, 28)) + morning(set_today, date(2021, 9, 29))
    thursday = morning(set_today, THURSDAY)
    holiday = [one for day in range(1, 8) for one in morning(set_today, date(2021, 10, day))]

    assert names(monday) == READERS
    assert (quiet, holiday) == ([], [])
    assert names(thursday) == ["park-emei", "park-gaoxin", "park-jiajiang", "park-qianwei", "park-shawan",
                               "park-wutongqiao"]  # fmt: skip
    told = OutgoingMailItem.objects.filter(mail__in=thursday)
    nodes = Milestone.objects.filter(pk__in=told.values("object_id"))
    assert (told.count(), nodes.filter(code="KG").count(), nodes.filter(code="TC").count()) == (10, 5, 5)


def test_a_promise_on_the_telephone_keeps_the_project_out_of_every_message(clerk: Page, set_today):
    project = by_number("070")
    clerk.goto(f"/projects/{project.pk}/chase/")
    clerk.get_by_label("电话").check()
    clerk.get_by_label("答复").fill("国庆后交地")
    clerk.get_by_label("承诺日期").fill(str(PROMISED))
    clerk.get_by_role("button", name="保存").click()
    expect(clerk.get_by_text("国庆后交地").first).to_be_visible()

    days = [MONDAY + timedelta(days=n) for n in range(22)]
    spoken = {str(day) for day in days for one in morning(set_today, day) if "演示项目070" in one.body}

    assert spoken == {"2021-10-18"}


def test_a_message_is_counted_at_the_top_until_it_is_read(clerk: Page, set_today, sign_in):
    morning(set_today, MONDAY)
    sign_in(User.objects.get(username="park-wutongqiao"))

    clerk.goto("/")
    clerk.get_by_role("link", name="消息 1").click()
    clerk.get_by_role("link", name="五通桥：逾期未开工10个").click()
    expect(clerk.get_by_text("五通桥079").or_(clerk.get_by_text("演示项目079")).first).to_be_visible()
    clerk.goto("/")

    expect(clerk.get_by_role("link", name="消息 1")).to_have_count(0)
