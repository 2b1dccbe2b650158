"""A whole month, wide and on the phone: opened, reported with a photograph, returned and approved, lights, reminder,
closed, exported."""

import io
from datetime import date, datetime
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from portal import mail, scheduler
from portal.clock import SHANGHAI
from portal.models import OutgoingMail, User
from projects import periods, reporting
from projects.choices import YearType
from projects.models import Project, ReportingPeriod
from tests.e2e import registers
from tests.factories import ProjectFactory
from tests.portal.test_files import picture

WIDE, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
BEFORE, AFTER = date(2021, 9, 24), date(2021, 9, 27)  # the deadline is Sunday the 26th, a worked one
AUGUST = {"甲项目": 7000, "乙项目": 4400, "丙项目": 6000}  # of 12,000 each: 序时 8,000


@pytest.fixture
def month(live, set_today) -> ReportingPeriod:
    """August is closed; September is prepared."""
    registers.accounts()
    set_today(BEFORE)
    staff = User.objects.get(username="staff")
    periods.prepare(year=2021, by=staff)
    august = periods.start(period=ReportingPeriod.objects.get(year=2021, month=8), by=staff)
    for name, done in AUGUST.items():
        project = ProjectFactory(
            name=name, unit="P01", year_type=YearType.CONTINUING, stage="building", annual_plan=Decimal(12000),
            total_investment=Decimal(50000), planned_finish_to=date(2022, 6, 30), planned_finish_from=date(2022, 6, 1),
        )  # fmt: skip
        reporting.open_with(project=project, period=august, ytd=Decimal(done), progress="主体施工", by=staff)
    periods.close(period=august, by=staff)
    return ReportingPeriod.objects.get(year=2021, month=9)


def light_of(page: Page, name: str) -> str:
    page.goto(Project.objects.get(name=name).get_absolute_url())
    return page.locator("main").inner_text()


def report(page: Page, name: str, done: str, *, photo: bool = False) -> None:
    page.goto("/reports/")
    page.get_by_role("link", name=name).first.click()
    page.get_by_label("本月完成投资（万元）").fill(done)
    page.get_by_label("形象进度").fill("设备安装80%")
    expect(page.locator("#report-live")).to_contain_text("已自动保存")
    if photo:
        page.get_by_label("照片（可不传）").set_input_files(
            {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture((2400, 1800))}
        )
        expect(page.get_by_label("请填拍摄日期")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text(f"已提交“{name}”")).to_be_visible()


def test_a_month_from_opening_to_export(month, page: Page, sign_in, set_today):
    staff, park = User.objects.get(username="staff"), User.objects.get(username="park-wutongqiao")
    sign_in(staff)
    page.set_viewport_size(WIDE)
    assert "投资进度" in light_of(page, "乙项目")
    before = Project.objects.get(name="乙项目")
    assert before.light == "red"  # 4,400 of 8,000: 55 %

    # the bureau opens the month
    page.goto("/settings/periods/?year=2021")
    row = page.locator("tbody tr", has=page.get_by_role("rowheader", name="9月", exact=True))
    row.get_by_role("button", name="开放").click()
    expect(row).to_contain_text("填报中")

    # the unit reports two of three on the phone, one with a photograph
    sign_in(park)
    page.set_viewport_size(PHONE)
    report(page, "甲项目", "1000", photo=True)
    report(page, "乙项目", "1500")

    # the bureau returns one with a reason and approves the rest
    sign_in(staff)
    page.set_viewport_size(WIDE)
    page.goto("/review/")
    first = page.locator("#review tbody tr", has_text="甲项目")
    expect(first.get_by_role("link", name="照片1")).to_be_visible()
    first.get_by_role("link", name="退回").click()
    page.get_by_label("补充说明").fill("本月完成与形象进度不符，请核实")
    page.get_by_role("button", name="退回", exact=True).click()
    page.goto("/review/")
    page.get_by_role("button", name="无异常全部通过（1）").click()
    expect(page.get_by_text("没有待审核的月报。")).to_be_visible()

    # after the deadline the unit is told what is missing and what came back
    set_today(AFTER)
    scheduler.tick(now=datetime(2021, 9, 27, 8, 30, tzinfo=SHANGHAI))
    mail.drain(now=datetime(2021, 9, 27, 8, 31, tzinfo=SHANGHAI))
    told = OutgoingMail.objects.get(user=park, kind="daily")
    assert "退回1个" in told.subject
    assert "9月未报1个" in told.subject + told.body
    assert "本月完成与形象进度不符，请核实" in told.body

    # the unit corrects the returned one, red on the phone, and hands the last one in
    sign_in(park)
    page.set_viewport_size(PHONE)
    page.goto("/reports/?state=returned")
    page.get_by_role("link", name="甲项目").first.click()
    expect(page.get_by_text("退回：本月完成与形象进度不符，请核实")).to_be_visible()
    report(page, "甲项目", "900")
    sign_in(staff)
    page.set_viewport_size(WIDE)
    page.goto("/review/")
    page.get_by_role("button", name="无异常全部通过（1）").click()

    # closing: 丙 keeps its August figure, the light of 乙 changes with its reason
    page.goto("/settings/periods/?year=2021")
    row.get_by_role("button", name="关闭").click()
    expect(row).to_contain_text("已关闭")
    after = Project.objects.get(name="乙项目")
    assert after.light == "yellow"  # 5,900 of 9,000: 65.6 %
    shown = light_of(page, "乙项目")
    assert "为什么是黄灯：投资进度" in shown

    # and it all leaves as a workbook
    answer = page.request.get("/projects/export.xlsx?park=P01&form=paper")
    sheet = load_workbook(io.BytesIO(answer.body())).worksheets[0]
    head, total, *rows = sheet.iter_rows(min_row=3, values_only=True)
    name, done = head.index("项目名称"), next(i for i, title in enumerate(head) if "1—9月完成投资" in str(title))
    assert Decimal(str(total[done])) == 7900 + 5900 + 6000
    assert {row[name]: row[done] for row in rows if row[name] in AUGUST} == {
        "甲项目": 7900, "乙项目": 5900, "丙项目": 6000
    }  # fmt: skip
