"""On site with a phone: one project reported from WeChat's browser, with a photograph that does not say its day."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from portal.models import User
from projects import periods, reporting
from projects.choices import ReportState
from projects.models import MonthlyReport, Project, ReportFile, ReportingPeriod, YearPlan
from tests.e2e import registers
from tests.portal.test_files import picture

PHONE = {"width": 390, "height": 844}
WECHAT = "Mozilla/5.0 (Linux; Android 11; M2011K2C) AppleWebKit/537.36 (KHTML, like Gecko) Mobile MicroMessenger/8.0.15"
IN_A_BROWSER = "微信里不能直接下载：请点右上角“…”，选“在浏览器打开”。"
BEFORE_THE_DEADLINE = date(2021, 9, 24)
MEGABYTES = 4


@pytest.fixture
def browser_context_args(browser_context_args):
    return browser_context_args | {"viewport": PHONE, "user_agent": WECHAT, "has_touch": True}


@pytest.fixture
def project(live, page: Page, set_today) -> Project:
    """演示项目041 with 46,300 from January to August, as the paper says."""
    registers.imported()
    set_today(BEFORE_THE_DEADLINE)
    staff, found = User.objects.get(username="staff"), Project.objects.get(name__startswith="演示项目041")
    periods.prepare(year=2021, by=staff)
    month = {one.month: one for one in ReportingPeriod.objects.filter(year=2021)}
    periods.start(period=month[8], by=staff)
    reporting.open_with(project=found, period=month[8], ytd=Decimal(46300), progress="设备安装70%", by=staff)
    periods.close(period=month[8], by=staff)
    periods.start(period=month[9], by=staff)
    YearPlan.objects.filter(project=found, year=2021).update(opening_cumulative=162500)
    return found


def large_picture() -> bytes:
    """A photograph of about four megabytes that says nothing of its day."""
    content = picture((4000, 3000), quality=95)
    return content + b"\0" * max(MEGABYTES * 1024 * 1024 - len(content), 0)


def report() -> MonthlyReport:
    return MonthlyReport.objects.get(period__month=9)


def test_one_project_with_a_photograph_from_wechat(project, page: Page, sign_in):
    sign_in(User.objects.get(username="park-wutongqiao"))
    page.goto("/reports/")
    page.get_by_role("link", name="演示项目041").first.click()
    page.get_by_label("本月完成投资（万元）").fill("0.56亿")

    live = page.locator("#report-live")
    expect(live).to_contain_text("1—9月累计51,900万元，完成年度计划的72.3%，低于序时2.7个百分点")
    expect(live).to_contain_text("占总投资84.7%")
    expect(live).to_contain_text("已自动保存")
    assert report().month_done == 5600

    page.get_by_role("button", name="设备安装", exact=True).click()
    page.get_by_label("形象进度").fill("设备安装80%")
    page.get_by_label("照片（可不传）").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": large_picture()}
    )
    day = page.get_by_label("请填拍摄日期")
    expect(day).to_be_visible(timeout=20_000)
    with page.expect_response(lambda answer: answer.url.endswith("/edit/")):
        day.fill("2021-09-23")
        day.dispatch_event("change")
    photo = ReportFile.objects.get()
    assert max(photo.file.width, photo.file.height) >= 1600
    assert photo.taken_on == date(2021, 9, 23)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    page.get_by_role("button", name="提交并填下一个").click()

    expect(page.get_by_text("已提交“演示项目041")).to_be_visible()
    assert (report().state, report().progress, report().ytd_done) == (ReportState.SUBMITTED, "设备安装80%", 51900)


def test_a_draft_survives_closing_the_browser_and_an_ended_session(project, page: Page, sign_in):
    sign_in(User.objects.get(username="park-wutongqiao"))
    page.goto(f"/reports/{project.pk}/")
    page.get_by_label("本月完成投资（万元）").fill("5600")
    expect(page.locator("#report-live")).to_contain_text("已自动保存")
    page.goto("about:blank")

    page.goto(f"/reports/{project.pk}/")
    expect(page.get_by_label("本月完成投资（万元）")).to_have_value("5600")

    Session.objects.all().delete()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("形象进度").fill("设备安装80%")
    expect(page.get_by_label("密码")).to_be_visible()
    sign_in(User.objects.get(username="park-wutongqiao"))
    page.goto(f"/reports/{project.pk}/")
    expect(page.get_by_label("本月完成投资（万元）")).to_have_value("5600")


def test_where_wechat_cannot_download_the_page_says_where_to_open_it(project, page: Page, sign_in):
    sign_in(User.objects.get(username="park-wutongqiao"))

    page.goto("/reports/")
    expect(page.get_by_text(IN_A_BROWSER)).to_be_visible()
    page.goto("/projects/")
    page.locator("details.export-menu > summary").first.click()
    expect(page.get_by_text(IN_A_BROWSER)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.goto("/materials/")
    expect(page.get_by_text(IN_A_BROWSER)).to_be_visible()
