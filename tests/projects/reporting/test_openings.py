"""期初数: the 本年累计 of each project up to a month, imported once by 系统编号 or 项目名称."""

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from portal.models import AuditEntry
from projects import periods
from projects.models import MonthlyReport
from tests.projects.reporting.months import handed_in, month, opening, running

pytestmark = pytest.mark.django_db
HEADING = ["系统编号", "项目名称", "1—8月累计完成投资（万元）", "形象进度"]


@pytest.fixture
def august(staff):
    return month(8, by=staff, opened=False)


@pytest.fixture
def browser(as_user, staff):
    return as_user(staff)


def uploaded(browser, period, *rows, heading=HEADING):
    book, file = Workbook(), io.BytesIO()
    for row in [heading, *rows]:
        book.active.append(row)
    book.save(file)
    data = {"file": SimpleUploadedFile("期初数.xlsx", file.getvalue())}
    return browser.post(reverse("period_opening", args=[period.pk]), data)


def write(browser, period, preview):
    address = reverse("opening_write", args=[period.pk])
    return browser.post(address, {"carried": preview.context["carried"]}, follow=True).content.decode()


def faults(preview):
    return [(one.cell, one.words) for _, _, rows in preview.context["groups"] for row in rows for one in row.faults]


def test_figures_come_in_by_number_or_name(browser, august):
    first, second, third = running(), running(name="按名称找的项目"), running()
    rows = ([first.number, None, 46300, "主体"], [None, "按名称找的项目", "6亿"], [third.number, None, None])

    preview = uploaded(browser, august, *rows)
    page = write(browser, august, preview)

    assert "已导入2个项目的期初数（1—8月累计）" in page
    kept = MonthlyReport.objects.order_by("project").values_list("project", "ytd_done", "progress", "is_opening")
    assert list(kept) == [(first.pk, 46300, "主体", True), (second.pk, 60000, "", True)]
    assert AuditEntry.objects.get(action="report.opening").detail == {"rows": 2, "kept": 0, "wrong": 0}


def test_the_unit_of_the_heading_counts(browser, august):
    project = running()
    heading = ["系统编号", "1-8月完成投资（亿元）"]

    write(browser, august, uploaded(browser, august, [project.number, 4.63], heading=heading))

    assert MonthlyReport.objects.get().ytd_done == 46300


def test_all_faults_in_one_pass(browser, august, staff, park_user):
    reported, twice = running(), running()
    running(name="同名"), running(name="同名")
    handed_in(reported, month(7, by=staff), by=park_user)
    rows = (
        [None, "没有的项目", 1], [None, "同名", 1], [twice.number, None, "约3千万"], [reported.number, None, 5],
        [twice.number, None, -5],
    )  # fmt: skip

    preview = uploaded(browser, august, *rows)

    assert set(faults(preview)) == {
        ("B2", "年度项目库里没有这个项目，请核对系统编号或项目名称。"),
        ("B3", "有几个同名的项目，请填系统编号。"),
        ("C4", "“约3千万”是约数，请填准确的数（万元），如3000。"),
        ("A5", "这个项目已有月报，不能再导入期初数。"),
        ("C6", "本年累计不能是负数。"),
        ("C4", "第4、6行是同一个项目，内容不同。请只留一行。"),
        ("C6", "第4、6行是同一个项目，内容不同。请只留一行。"),
    }
    assert preview.context["writable"] == 0


def test_the_downloaded_table_comes_back_unchanged_and_corrected(browser, august, staff):
    first, second = running(), running()
    opening(first, august, 46300, by=staff)
    answer = browser.get(reverse("opening_table", args=[august.pk]))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=5)]
    unchanged = uploaded(browser, august, *rows, heading=[cell.value for cell in sheet[3]])
    rows = [[*row[:3], 46500 if row[0] == first.number else 7, row[4]] for row in rows]

    write(browser, august, uploaded(browser, august, *rows, heading=[cell.value for cell in sheet[3]]))

    assert [(label, count) for label, count in unchanged.context["counts"]] == [("错误", 0), ("填写", 0), ("不变", 1)]
    assert list(MonthlyReport.objects.order_by("project").values_list("ytd_done", flat=True)) == [46500, 7]
    assert second.pk > first.pk


def test_a_closed_month_takes_none(browser, staff):
    august = month(8, by=staff)
    periods.close(period=august, by=staff)

    page = browser.get(reverse("period_opening", args=[august.pk]), follow=True).content.decode()

    assert "本月已关闭" in page


def test_a_preview_of_another_month_cannot_be_written(browser, staff, august):
    project = running()
    preview = uploaded(browser, august, [project.number, None, Decimal(5)])
    july = month(7, by=staff, opened=False)

    assert "核对结果已失效" in write(browser, july, preview)
    assert MonthlyReport.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"not a workbook"])
def test_a_hostile_file_is_refused_in_words(browser, august, content):
    data = {"file": SimpleUploadedFile("期初数.xlsx", content)}

    answer = browser.post(reverse("period_opening", args=[august.pk]), data)

    assert answer.status_code == 422
    assert AuditEntry.objects.get(action="report.opening").result == "refused"


def test_the_page_of_periods_leads_there(browser, august):
    assert reverse("period_opening", args=[august.pk]) in browser.get("/settings/periods/?year=2021").content.decode()
