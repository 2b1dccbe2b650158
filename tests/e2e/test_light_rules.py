"""灯色规则: the lead looks at a milder rule, saves it, and list and project page say the new colour and why."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from portal.models import User
from projects.models import Project
from tests.e2e import registers

TODAY = date(2021, 9, 27)
LATE = "演示项目117 "  # planned start in July, 58 days late: red by the first rule
RED, YELLOW, GREEN, GREY = 61, 20, 157, 41  # users.md §4.1


@pytest.fixture
def lead(live, sign_in, set_today) -> User:
    registers.imported()
    set_today(TODAY)
    person = User.objects.get(username="lead")
    sign_in(person)
    return person


def turning(days: int) -> int:
    """How many projects of the register have a node that is late by more than so many days."""
    since = Project.objects.exclude(late_since=None).values_list("late_since", flat=True)
    return sum((TODAY - day).days > days for day in since)


def page_of(name: str) -> str:
    return Project.objects.get(name__startswith=name).get_absolute_url()


def test_a_rule_is_looked_at_saved_and_seen_with_its_reason(lead, page: Page):
    red = turning(60)
    assert 0 < red < RED
    page.goto(page_of(LATE))
    expect(page.locator("main")).to_contain_text("为什么是红灯")

    # looking changes nothing
    page.goto("/settings/rules/")
    expect(page.locator(".truth-line")).to_contain_text(f"红灯{RED}个，黄灯{YELLOW}个，绿灯{GREEN}个，未评价{GREY}个")
    page.get_by_label("节点逾期超过多少天为红灯").fill("60")
    page.get_by_label("修改原因").fill("局务会意见：汛期两个月内不计红灯")
    page.get_by_role("button", name="先看看").click()
    told = f"按新规则：红{red} 黄{RED + YELLOW - red} 绿{GREEN} 未评价{GREY}"
    expect(page.locator(".why-box")).to_contain_text(told)
    expect(page.get_by_label("修改原因")).to_have_value("局务会意见：汛期两个月内不计红灯")
    assert Project.objects.filter(light="red").count() == RED

    # saving does
    page.get_by_role("button", name="保存新规则").click()
    expect(page.get_by_text("灯色规则V2已保存，2021-09-27起启用。")).to_be_visible()
    expect(page.locator(".truth-line")).to_contain_text(f"现行规则V2。按现行规则：红灯{red}个")
    expect(page.locator("tbody tr", has_text="局务会意见：汛期两个月内不计红灯")).to_contain_text("现行")

    # list and project page follow
    page.goto("/projects/?light=red")
    expect(page.locator(".truth-line")).to_contain_text(re.compile(rf"(^|\D){red}个"))
    page.goto(page_of(LATE))
    main = page.locator("main")
    expect(main).to_contain_text("为什么是黄灯")
    expect(main).to_contain_text("逾期58天；规则V2：逾期1至60天为黄灯")
