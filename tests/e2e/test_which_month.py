"""Which month is this? The newest closed one counts everywhere, with its own 序时; the open one stands beside it."""

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from portal.models import User
from projects import digests, periods, reporting
from projects.models import MonthlyReport, Project, ReportingPeriod
from tests.e2e import registers
from tests.e2e.dragging import drop

OPENINGS = {"041": 46300, "042": "6亿", "043": 20000}
UNIT = "五通桥基地"


def project(number: str) -> Project:
    return Project.objects.get(name__startswith=f"演示项目{number} ")


@pytest.fixture
def desk(live, page: Page, sign_in) -> Page:
    registers.imported()
    sign_in(User.objects.get(username="staff"))
    return page


def press(page: Page, month: str, button: str) -> None:
    row = page.locator("tbody tr", has=page.get_by_role("rowheader", name=month, exact=True))
    row.get_by_role("button", name=button).click()


def exported(page: Page) -> tuple[Decimal, dict[str, str]]:
    """合计 of 1—N月完成投资 in 上报版, and who is marked 未报."""
    answer = page.request.get("/projects/export.xlsx?park=P01&form=paper")
    sheet = load_workbook(io.BytesIO(answer.body())).worksheets[0]
    head, total, *rows = sheet.iter_rows(min_row=3, values_only=True)
    name, done = head.index("项目名称"), next(i for i, title in enumerate(head) if "月完成投资" in str(title))
    marked = {row[name]: row[done + 1] for row in rows if row[name]}
    return Decimal(str(total[done])), marked


def places(page: Page, months: str, amount: str, schedule: str) -> None:
    """工作台, list with its foot, unit page: the same figure for 五通桥."""
    page.goto("/")
    expect(page.locator("#units tr", has_text=UNIT).first).to_contain_text(amount)
    page.goto("/projects/?park=P01")
    expect(page.locator(".truth-line").first).to_contain_text(f"{months}完成投资{amount}亿元")
    expect(page.locator("#list-sums")).to_contain_text(amount)
    expect(page.locator("#projects thead")).to_contain_text(f"{months}亿元")
    page.goto("/parks/P01/")
    figures = page.locator("#unit-money")
    expect(figures).to_contain_text(f"{months}完成投资")
    expect(figures).to_contain_text(f"{amount}亿元")
    expect(figures).to_contain_text(f"较序时（{schedule}）")


def digest_of(username: str) -> str:
    person = User.objects.get(username=username)
    week = {"first": date(2021, 9, 20), "last": date(2021, 9, 26), "on": date(2021, 9, 27), "memo": {}}
    return digests.text(digests.compose(person, **week))


def test_which_month_is_this(desk: Page, tmp_path):
    page = desk
    page.goto("/settings/periods/?year=2021")
    page.get_by_role("button", name="列出2021年的填报期").click()
    expect(page.get_by_role("rowheader", name="1—2月", exact=True)).to_be_visible()
    expect(page.get_by_role("rowheader", name="1月", exact=True)).to_have_count(0)  # January alone cannot be opened

    # opening figures 1—8月
    book = Workbook()
    book.active.append(["系统编号", "项目名称", "1—8月累计完成投资（万元）"])
    for number, done in OPENINGS.items():
        book.active.append([None, project(number).name, done])
    book.save(tmp_path / "期初数.xlsx")
    august = ReportingPeriod.objects.get(year=2021, month=8)
    page.goto(f"/settings/periods/{august.pk}/opening/")
    drop(page, tmp_path / "期初数.xlsx")
    expect(page.locator(".sentence")).to_contain_text("填写3个", timeout=60_000)
    expect(page.locator(".sentence")).to_contain_text("126,300")
    page.get_by_role("button", name="导入3个").click()
    expect(page.get_by_text("已导入3个项目的期初数（1—8月累计）")).to_be_visible()

    # close August, open September, 041 reports 5,600
    press(page, "8月", "开放")
    press(page, "8月", "关闭")
    press(page, "9月", "开放")
    september = ReportingPeriod.objects.get(year=2021, month=9)
    park, staff = User.objects.get(username="park-wutongqiao"), User.objects.get(username="staff")
    facts = {"month_done": Decimal(5600), "progress": "设备安装80%"}
    report = reporting.save_draft(project=project("041"), period=september, by=park, facts=facts)
    reporting.submit(report=report, by=park)

    places(page, "1—8月", "12.63", "66.7%")
    assert "1—8月完成投资12.63亿元" in digest_of("park-wutongqiao")
    assert exported(page)[0] == 126300
    expect(page.get_by_role("link", name="9月填报中1/55")).to_be_visible()
    page.goto("/reports/?park=P01")
    for number in ("042", "043"):
        expect(page.locator("#reports tbody tr", has_text=f"演示项目{number} ")).to_contain_text("逾期未报")

    # after closing September
    reporting.approve(reports=[MonthlyReport.objects.get(period=september)], by=staff)
    periods.close(period=september, by=staff)
    places(page, "1—9月", "13.19", "75.0%")
    assert "1—9月完成投资13.19亿元" in digest_of("park-wutongqiao")
    total, marked = exported(page)
    assert total == 131900
    assert {number: marked[project(number).name] for number in OPENINGS} == {"041": None, "042": "未报", "043": "未报"}
    page.goto("/projects/?park=P01&q=演示项目042")
    expect(page.locator("#projects tbody tr")).to_contain_text("未报")
