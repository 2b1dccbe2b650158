"""The 25th: 五通桥 fills 55 reports in one table, by keys, by pasting a block from WPS, and on the phone."""

from collections import Counter
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from portal.models import User
from projects import periods
from projects.choices import ReportState
from projects.models import MonthlyReport, ReportingPeriod
from tests.e2e import registers

ROWS = 55
BEFORE_THE_DEADLINE = date(2021, 9, 24)
PASTE = """text => {
  const data = new DataTransfer();
  data.setData('text/plain', text);
  const pasted = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(pasted);
}"""
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def september(live, page: Page, set_today) -> ReportingPeriod:
    registers.imported()
    set_today(BEFORE_THE_DEADLINE)
    staff = User.objects.get(username="staff")
    periods.prepare(year=2021, by=staff)
    return periods.start(period=ReportingPeriod.objects.get(year=2021, month=9), by=staff)


@pytest.fixture
def table(september, page: Page, sign_in) -> Page:
    sign_in(User.objects.get(username="park-wutongqiao"))
    page.goto("/reports/")
    expect(page.locator("#reports tbody tr")).to_have_count(ROWS)
    return page


def test_fifty_five_rows_need_figures_the_arrow_down_and_one_click(table: Page):
    pressed: Counter[str] = Counter()

    def press(key: str) -> None:
        table.keyboard.press(key)
        pressed[key] += 1

    table.locator("input[data-cell=done]").first.focus()
    for _ in range(ROWS):
        table.keyboard.type("0")
        press("ArrowDown")
    table.locator("input[data-cell=progress]").first.focus()
    for _ in range(ROWS):
        table.keyboard.type("前期")
        press("ArrowDown")
    table.keyboard.press("Tab")
    expect(table.locator("#reports .tag", has_text="草稿")).to_have_count(ROWS, timeout=60_000)
    table.get_by_role("button", name="全部提交").click()

    expect(table.get_by_text("已提交55个，共报55/55")).to_be_visible(timeout=60_000)
    assert pressed == {"ArrowDown": 2 * ROWS}
    assert MonthlyReport.objects.filter(state=ReportState.SUBMITTED).count() == ROWS


def test_a_block_from_wps_fills_cells_from_here_on(table: Page):
    block = "0\t基础施工\t征拆未完成\r\n0\t主体施工\t\r\n0\t设备安装\t用电\r\n"
    table.locator("input[data-cell=done]").first.focus()

    table.evaluate(PASTE, block)

    expect(table.locator("#reports .tag", has_text="草稿")).to_have_count(3, timeout=30_000)
    typed = MonthlyReport.objects.order_by("pk").values_list("progress", "problem")
    assert sorted(typed) == [("主体施工", ""), ("基础施工", "征拆未完成"), ("设备安装", "用电")]


def test_what_was_typed_survives_a_reload(table: Page):
    cell = table.locator("input[data-cell=problem]").first
    cell.fill("385亩中42亩未完成征拆")
    cell.press("Enter")
    expect(table.locator("#reports .tag", has_text="草稿")).to_have_count(1, timeout=30_000)

    table.reload()

    expect(table.locator("input[data-cell=problem]").first).to_have_value("385亩中42亩未完成征拆")


def test_the_phone_has_cards_and_a_form_for_each(table: Page):
    table.set_viewport_size(PHONE)
    table.goto("/reports/?state=open")

    table.get_by_role("link", name="演示项目041").click()
    table.get_by_label("本月完成投资（万元）").fill("0.56亿")
    table.get_by_label("形象进度").fill("设备安装80%")
    table.get_by_role("button", name="提交并填下一个").click()

    expect(table.get_by_text("已提交“演示项目041")).to_be_visible()
    report = MonthlyReport.objects.get()
    assert (report.month_done, report.state) == (5600, ReportState.SUBMITTED)
