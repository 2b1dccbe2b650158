"""A clerk's first ten minutes with an empty register, and the sudden question at the door."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.models import User
from projects.models import Project
from projects.reference import REGISTER
from tests.e2e import dragging, registers

PLAIN_HTTP = "Object.defineProperty(window, 'isSecureContext', {value: false})"
ANSWER = [
    "截至9月27日",
    "五通桥基地2021年计划新开工项目20个、总投资52.62亿元",
    "已开工6个",
    "未开工14个、34.42亿元",
    "超过计划开工时间10个、27.15亿元",
    "未到计划时间4个、7.27亿元",
    "口径：不含储备、停缓建",
]
PHONE = re.compile(r"1[3-9]\d{9}|0833|\d{3}\*{4}\d{4}")


def answer_pasted(page: Page, context: BrowserContext) -> str:
    """Copy the paragraph of the list and paste it into a text box of another page."""
    page.get_by_role("button", name="复制文字").click()
    expect(page.locator("#live")).to_contain_text("已复制")
    other = context.new_page()
    other.goto("/projects/new/")
    box = other.locator("textarea[name=remark]")
    box.press("Control+V")
    text = box.input_value()
    other.close()
    return text


def ask(page: Page, question: str) -> None:
    page.get_by_label("搜索项目").fill(question)
    page.get_by_label("搜索项目").press("Enter")
    expect(page.locator(".truth-line strong")).to_be_visible()


def test_the_answer_is_pasted_ten_minutes_after_the_start(live, page: Page, context: BrowserContext, login):
    registers.accounts()
    login(page, "staff")
    expect(page.get_by_role("link", name="导入推进表")).to_be_visible()

    dragging.drag_in(page, REGISTER)
    expect(page.locator(".sheet")).to_contain_text("写入后在库279个、1380.00亿元，与公布数一致")
    assert dragging.tallies(page)["新增"] == 279
    dragging.write(page)
    ask(page, "五通桥 未开工")

    expect(page.locator(".truth-line")).to_contain_text("全市279个 · 1380.00亿元，与公布数一致")
    text = answer_pasted(page, context)
    assert [part for part in ANSWER if part not in text] == []
    assert not PHONE.search(text)


@pytest.fixture
def clerk(live, page: Page, context: BrowserContext, sign_in) -> Page:
    registers.imported()
    sign_in(User.objects.get(username="staff"))
    page.goto("/")
    return page


def test_the_answer_is_pasted_on_plain_http_too(clerk: Page, context: BrowserContext):
    context.add_init_script(PLAIN_HTTP)

    ask(clerk, "五通桥 未开工")

    text = answer_pasted(clerk, context)
    assert [part for part in ANSWER if part not in text] == []


def test_the_late_ones_of_a_park_leave_out_what_is_not_verified(clerk: Page):
    ask(clerk, "高新区 逾期未开工")

    expect(clerk.locator(".truth-line strong")).to_contain_text("逾期未开工 8个")
    expect(clerk.locator("#projects tbody tr")).to_have_count(8)
    expect(clerk.locator("#projects")).not_to_contain_text("协鑫")


def test_the_first_page_says_the_published_figure_and_the_late(clerk: Page):
    sentence = clerk.locator("p.sentence").first

    expect(sentence).to_contain_text("项目279个、总投资1380.00亿元，与公布数一致")
    expect(sentence).to_contain_text("计划新开工90个，已开工17个，逾期未开工46个、218.03亿元")
    expect(sentence).to_contain_text("逾期未竣工35个、86.79亿元")


def test_importing_over_the_sample_asks_before_anything_goes_backwards(live, page: Page, sign_in):
    registers.sample()
    before = dict(Project.objects.live().values_list("pk", "stage"))
    sign_in(User.objects.get(username="staff"))

    dragging.drag_in(page, REGISTER)
    tallies = dragging.tallies(page)
    kept = page.get_by_label("保留库内值", exact=True)
    assert (len(before), tallies["新增"], tallies["错误"]) == (279, 0, 0)
    assert tallies["待确认"] > 0
    assert kept.count() > 0
    assert all(one.is_checked() for one in kept.all())
    expect(page.locator(".import-change", has_text="阶段会倒退")).to_have_count(kept.count())
    if page.get_by_role("button", name="写入", exact=True).count():
        dragging.write(page)

    assert dict(Project.objects.live().values_list("pk", "stage")) == before
