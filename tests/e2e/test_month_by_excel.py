"""The 25th by Excel: 五通桥 fills the table of 55 rows, uploads it once, corrects three cells and hands all in."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from portal.models import User
from projects import periods, reporting
from projects.choices import BEFORE_BUILDING, ReportState
from projects.models import MonthlyReport, Project, ReportingPeriod
from tests.e2e import registers
from tests.e2e.dragging import drop
from tests.factories import park_manager

ROWS = 55
HEADING = 3
THE_25TH = date(2021, 9, 26)  # the 25th is a Saturday, the 26th a working day
OPENINGS = {"041": 46300, "047": 800}
NUMBER, NAME, DONE, PROGRESS, PROBLEM, EXPLAINED = 1, 2, 6, 7, 8, 9


def project(number: str) -> Project:
    return Project.objects.get(name__startswith=f"演示项目{number} ")


@pytest.fixture
def september(live, page: Page, set_today) -> ReportingPeriod:
    """August closed with what 041 and 047 had done, September open."""
    registers.imported()
    set_today(THE_25TH)
    staff = User.objects.get(username="staff")
    periods.prepare(year=2021, by=staff)
    august = periods.start(period=ReportingPeriod.objects.get(year=2021, month=8), by=staff)
    for number, done in OPENINGS.items():
        reporting.open_with(project=project(number), period=august, ytd=Decimal(done), progress="主体施工", by=staff)
    periods.close(period=august, by=staff)
    september = ReportingPeriod.objects.get(year=2021, month=9)
    midnight = september.due_at + timedelta(hours=6, minutes=59)  # 23:59: the test may run after the office closed
    periods.edit(period=september, due_at=midnight, as_of=september.as_of, by=staff)
    return periods.start(period=september, by=staff)


@pytest.fixture
def table(september, page: Page, sign_in, tmp_path) -> Path:
    """The table as 五通桥 downloads it."""
    sign_in(User.objects.get(username="park-wutongqiao"))
    page.goto("/reports/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载填报表").first.click()
    assert download.value.suggested_filename == "五通桥基地2021年9月月报填报表（演示数据）.xlsx"
    kept = tmp_path / download.value.suggested_filename
    download.value.save_as(kept)
    return kept


def fill(table: Path, target: Path, **changes: dict[int, object]) -> dict[str, int]:
    """Fill every row with an ordinary month, then what `changes` says of a project; return the row of each project."""
    book = load_workbook(table)
    sheet = book["填报表"]
    early = set(Project.objects.filter(stage__in=BEFORE_BUILDING).values_list("number", flat=True))
    rows = {}
    for row in range(HEADING + 1, sheet.max_row + 1):
        sheet.cell(row, DONE, 0 if sheet.cell(row, NUMBER).value in early else 10)
        sheet.cell(row, PROGRESS, "9月主体施工至二层")
        rows[sheet.cell(row, NAME).value[4:7]] = row
    for number, cells in changes.items():
        for column, value in cells.items():
            sheet.cell(rows[number.removeprefix("p")], column).value = value
    book.save(target)
    return rows


def test_the_25th_by_excel(table: Path, page: Page, sign_in, tmp_path, context):
    filled = tmp_path / "五通桥9月.xlsx"
    rows = fill(
        table, filled,
        p041={DONE: -200}, p042={DONE: "约3千万"}, p043={PROGRESS: None}, p047={DONE: 900, EXPLAINED: "设备集中到货"},
    )  # fmt: skip
    assert len(rows) == ROWS

    # one pass names the three cells and what to do
    page.goto("/reports/")
    page.get_by_role("link", name="上传填报表").first.click()
    drop(page, filled)
    expect(page.locator(".sentence")).to_have_text("错误3个、他人已改0个、填写52个、不变0个、未填0个。", timeout=60_000)
    wrong = page.get_by_role("region", name="错误").locator("tbody tr")
    told = {"041": (DONE, "异常说明"), "042": (DONE, "约数"), "043": (PROGRESS, "请填写形象进度")}
    for number, (column, remedy) in told.items():
        cell = f"{'ABCDEFGHI'[column - 1]}{rows[number]}"
        expect(wrong.filter(has_text=f"演示项目{number}")).to_contain_text(re.compile(rf"{cell}：.*{remedy}"))
    assert MonthlyReport.objects.filter(period__month=9).count() == 0

    # one click makes 52 drafts
    page.get_by_role("button", name="把52个存为草稿").click()
    expect(page.get_by_text("52个项目已存为草稿")).to_be_visible(timeout=60_000)
    expect(page.locator("#reports .tag", has_text="草稿")).to_have_count(52)

    # the three are corrected in the table on the screen
    for number, done in (("041", "-200"), ("042", "3000"), ("043", "10")):
        row = page.locator("#reports tbody tr", has_text=f"演示项目{number} ")
        early = project(number).stage in BEFORE_BUILDING
        row.locator("input[data-cell=done]").fill("0" if early else done)
        row.locator("input[data-cell=progress]").fill("9月主体施工至二层")
        row.locator("input[data-cell=progress]").press("Tab")
        expect(row.locator(".tag")).to_have_text("草稿", timeout=30_000)
    for number in ("041", "042"):
        row = page.locator("#reports tbody tr", has_text=f"演示项目{number} ")
        if row.locator("input[data-cell=confirmed]").count():
            row.locator("input[data-cell=confirmed]").fill("核减重复上报")
            row.locator("input[data-cell=confirmed]").press("Tab")
            expect(row.locator("input[data-cell=confirmed]")).to_have_value("核减重复上报")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="全部提交").click()
    expect(page.get_by_text("已提交55个，共报55/55")).to_be_visible(timeout=60_000)

    # the bureau: 55 wait; what is clear passes at once
    sign_in(User.objects.get(username="staff"))
    page.goto("/review/")
    expect(page.get_by_text("待审核55个")).to_be_visible()
    page.get_by_role("button", name="无异常全部通过").click()
    left = page.locator("#review tbody tr")
    expect(left).to_have_count(2)
    expect(left.filter(has_text="演示项目041")).to_contain_text("本月完成投资为负数")
    expect(left.filter(has_text="演示项目047")).to_contain_text("超过此前月均")
    assert MonthlyReport.objects.filter(period__month=9, state=ReportState.APPROVED).count() == 53


def test_one_project_reported_by_two_people_at_once_loses_nothing(table: Path, page: Page, sign_in, tmp_path):
    first, second = tmp_path / "甲.xlsx", tmp_path / "乙.xlsx"
    fill(table, first, p047={DONE: 120, PROBLEM: "用电"})
    fill(table, second, p047={DONE: 150})
    other = park_manager("P01", username="park-second", name="第二填报员")
    for person, file, button in (
        (User.objects.get(username="park-wutongqiao"), first, "把55个存为草稿"),
        (other, second, "把勾选的存为草稿"),
    ):
        sign_in(person)
        page.goto("/reports/upload/")
        drop(page, file)
        expect(page.get_by_role("button", name=button)).to_be_visible(timeout=60_000)
        if person == other:
            clash = page.get_by_role("region", name="他人已改").locator("tbody tr")
            expect(clash).to_have_count(1)
            expect(clash).to_contain_text("本月完成投资（万元）：120.00")
            expect(clash).to_contain_text("本月完成投资（万元）：150")
            page.get_by_label("用表里的：演示项目047").check()
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text("已存为草稿")).to_be_visible(timeout=60_000)

    report = MonthlyReport.objects.get(project=project("047"), period__month=9)
    assert (report.month_done, report.problem, report.filled_by) == (150, "用电", other)
    assert sorted(report.history.values_list("month_done", flat=True)) == [120, 150]
