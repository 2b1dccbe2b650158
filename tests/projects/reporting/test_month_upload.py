"""下载填报表, 上传填报表: the table of a month out and back; every fault in one pass, nothing lost."""

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from portal.models import AuditEntry
from projects import periods, reporting
from projects.choices import ReportState
from projects.models import MonthlyReport
from tests import factories
from tests.factories import park
from tests.projects.reporting.months import filled, handed_in, month, opening, running

pytestmark = pytest.mark.django_db
FIRST = 4  # row of the first project in a downloaded table


@pytest.fixture
def projects(db):
    return [running(name=f"项目{number}") for number in (1, 2, 3)]


@pytest.fixture
def september(projects, staff):
    return month(9, by=staff)


def downloaded(browser, period):
    answer = browser.get(reverse("report_table"), {"period": period.pk})
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def uploaded(browser, book, *, name="填报表.xlsx"):
    file = io.BytesIO()
    book.save(file)
    return browser.post(reverse("report_upload"), {"file": SimpleUploadedFile(name, file.getvalue())})


def write(browser, preview, **more):
    carried = preview.context["carried"]
    return browser.post(reverse("report_upload_write"), {"carried": carried, **more}, follow=True)


def fill(book, row, done, progress, problem=None, confirmed=None):
    sheet = book["填报表"]
    for column, value in zip("FGHI", (done, progress, problem, confirmed), strict=True):
        if value is not None:
            sheet[f"{column}{row}"] = value


def row_of(book, name):
    return next(row for row in range(FIRST, 30) if book["填报表"][f"B{row}"].value == name)


def verdicts(preview):
    return {one.name: one.verdict for _, _, rows in preview.context["groups"] for one in rows}


def faults(preview):
    return [(one.cell, one.words) for _, _, rows in preview.context["groups"] for row in rows for one in row.faults]


# --- out -----------------------------------------------------------------------------------------------------------


def test_the_table_has_the_rows_of_the_page_prefilled(as_user, september, projects, staff, park_user):
    running(unit=park("P02"), name="别的园区的项目")
    filled(projects[0], september, by=park_user, done="5600.5", problem="征拆")
    book = downloaded(as_user(park_user), september)
    sheet = book["填报表"]
    row = row_of(book, "项目1")

    assert [sheet.cell(3, column).value for column in range(1, 11)] == [
        "系统编号", "项目名称", "年度计划投资（万元）", "1—8月累计（万元）", "上月形象进度",
        "本月完成投资（万元）", "形象进度", "存在问题", "异常说明", "版本（请勿修改）",
    ]  # fmt: skip
    assert [sheet.cell(row, column).value for column in range(1, 11)] == [
        projects[0].number, "项目1", 71800, 0, None, 5600.5, "9月设备安装", "征拆", None, "2021-09/1"
    ]  # fmt: skip
    assert sorted(sheet[f"B{row}"].value for row in range(FIRST, sheet.max_row + 1)) == ["项目1", "项目2", "项目3"]
    assert sheet.column_dimensions["J"].hidden
    assert AuditEntry.objects.filter(action="report.table").count() == 1


def test_the_page_offers_both_ways(as_user, september, park_user, leader):
    page = as_user(park_user).get("/reports/").content.decode()

    assert "电脑填报更快：" in page
    assert page.count("下载填报表") == 2
    assert "下载填报表" not in as_user(leader).get("/reports/").content.decode()


# --- back ----------------------------------------------------------------------------------------------------------


def test_a_table_that_comes_back_as_it_was_changes_nothing(as_user, september, projects, park_user):
    filled(projects[0], september, by=park_user)
    browser = as_user(park_user)
    preview = uploaded(browser, downloaded(browser, september))

    assert verdicts(preview) == {"项目1": "same"}
    assert preview.context["writable"] == 0


def test_good_rows_become_drafts_in_one_click_and_are_audited(as_user, september, projects, park_user):
    browser = as_user(park_user)
    book = downloaded(browser, september)
    fill(book, row_of(book, "项目1"), "0.56亿", "设备安装80%", "用电")
    fill(book, row_of(book, "项目2"), 33.855, "主体施工")

    preview = uploaded(browser, book)
    before = MonthlyReport.objects.count()
    page = write(browser, preview).content.decode()

    assert before == 0
    assert "2个项目已存为草稿" in page
    kept = MonthlyReport.objects.order_by("project").values_list("month_done", "progress", "problem", "state")
    assert list(kept) == [
        (Decimal(5600), "设备安装80%", "用电", ReportState.DRAFT),
        (Decimal("33.86"), "主体施工", "", ReportState.DRAFT),
    ]
    assert AuditEntry.objects.get(action="report.upload").detail == {"rows": 2, "kept": 0, "wrong": 0}


def test_all_faults_are_named_in_one_pass_with_cell_and_remedy(as_user, september, projects, park_user):
    running(name="项目4")
    browser = as_user(park_user)
    book = downloaded(browser, september)
    rows = [row_of(book, f"项目{number}") for number in (1, 2, 3, 4)]
    fill(book, rows[0], -200, "停工")
    fill(book, rows[1], "约3千万", "主体")
    fill(book, rows[2], 10, None)
    fill(book, rows[3], None, "主体")

    preview = uploaded(browser, book)

    assert set(faults(preview)) == {
        (f"F{rows[0]}", "本月完成投资为负数，累计将减少。确实要减的，请在“异常说明”里写明原因；填错的请改正。"),
        (f"F{rows[1]}", "“约3千万”是约数，请填准确的数（万元），如3000。"),
        (f"G{rows[2]}", "请填写形象进度，没有变化的可沿用上月。"),
        (f"F{rows[3]}", "请填写本月完成投资，没有完成的填0。"),
    }
    page = write(browser, preview).content.decode()
    assert MonthlyReport.objects.count() == 0
    assert f"项目2没有存：F{rows[1]}：" in page


def test_a_fall_with_its_reason_is_good(as_user, september, projects, park_user):
    browser = as_user(park_user)
    book = downloaded(browser, september)
    fill(book, row_of(book, "项目1"), -200, "停工", None, "核减重复上报")

    write(browser, uploaded(browser, book))

    assert MonthlyReport.objects.get().confirmed == "核减重复上报"


@pytest.mark.parametrize("whose", ["of another unit", "of nobody"])
def test_a_foreign_number_and_an_unknown_one_say_the_same(as_user, september, park_user, whose):
    foreign = running(unit=park("P02"), name="别人的项目")
    browser = as_user(park_user)
    book = downloaded(browser, september)
    book["填报表"]["A4"] = foreign.number if whose == "of another unit" else "LS2021-9999"
    book["填报表"]["B4"] = None
    fill(book, 4, 1, "主体")

    preview = uploaded(browser, book)

    assert faults(preview) == [("A4", "没有找到这个项目，或者不在本期应报范围。请以下载的填报表为准，不要改系统编号。")]
    assert "别人的" not in preview.content.decode()


def test_two_rows_of_one_project_are_both_wrong(as_user, september, projects, park_user):
    browser = as_user(park_user)
    book = downloaded(browser, september)
    for column in "ABJ":
        book["填报表"][f"{column}9"] = book["填报表"][f"{column}4"].value
    fill(book, 4, 1, "主体")
    fill(book, 9, 2, "主体")

    preview = uploaded(browser, book)

    assert faults(preview) == [
        ("A4", "第4、9行是同一个项目，内容不同。请只留一行。"),
        ("A9", "第4、9行是同一个项目，内容不同。请只留一行。"),
    ]


def test_blank_cells_and_rows_clear_nothing(as_user, september, projects, park_user):
    browser = as_user(park_user)
    book = downloaded(browser, september)
    filled(projects[0], september, by=park_user, problem="征拆")
    fresh = downloaded(browser, september)
    row = row_of(fresh, "项目1")
    fresh["填报表"][f"H{row}"] = None
    fresh["填报表"][f"F{row}"] = 7

    write(browser, uploaded(browser, book))
    write(browser, uploaded(browser, fresh))

    assert MonthlyReport.objects.values_list("month_done", "problem").get() == (7, "征拆")


# --- two people ----------------------------------------------------------------------------------------------------


def test_what_somebody_else_filled_meanwhile_is_shown_beside_and_kept(as_user, september, projects, park_user):
    other = factories.park_manager("P01", username="park-second", name="第二人")
    browser = as_user(park_user)
    book = downloaded(browser, september)
    filled(projects[0], september, by=other, done=700)
    fill(book, row_of(book, "项目1"), 800, "9月设备安装")

    preview = uploaded(browser, book)
    page = preview.content.decode()
    write(browser, preview)

    assert verdicts(preview) == {"项目1": "clash"}
    assert re.search(r"700\.00.*第二人.*800\.00", page, re.S)
    assert MonthlyReport.objects.get().month_done == 700


def test_the_own_figure_is_taken_when_the_person_says_so_and_the_other_stays_in_history(
    as_user, september, projects, park_user
):
    other = factories.park_manager("P01", username="park-second", name="第二人")
    browser = as_user(park_user)
    book = downloaded(browser, september)
    filled(projects[0], september, by=other, done=700)
    fill(book, row_of(book, "项目1"), 800, "9月设备安装")

    write(browser, uploaded(browser, book), take=projects[0].pk)

    report = MonthlyReport.objects.get()
    assert (report.month_done, report.filled_by) == (800, park_user)
    assert sorted(report.history.values_list("month_done", flat=True)) == [700, 800]


def test_two_previews_written_one_after_the_other_lose_nothing(as_user, september, projects, park_user):
    other = factories.park_manager("P01", username="park-second", name="第二人")
    browsers = [as_user(park_user), as_user(other)]
    previews = []
    for browser, done in zip(browsers, (700, 800), strict=True):
        book = downloaded(browser, september)
        fill(book, row_of(book, "项目1"), done, "主体")
        previews.append(uploaded(browser, book))

    pages = [write(browser, preview).content.decode() for browser, preview in zip(browsers, previews, strict=True)]

    assert "1个项目已存为草稿" in pages[0]
    assert "五通桥填报员已于" in pages[1]
    assert MonthlyReport.objects.get().month_done == 700


def test_an_old_table_whose_row_nobody_touched_leaves_the_newer_report(as_user, september, projects, park_user):
    filled(projects[0], september, by=park_user, done=700)
    browser = as_user(park_user)
    book = downloaded(browser, september)
    filled(projects[0], september, by=park_user, done=900)

    preview = uploaded(browser, book)

    assert verdicts(preview) == {"项目1": "same"}


def test_different_cells_of_one_row_come_together(as_user, september, projects, park_user):
    filled(projects[0], september, by=park_user, done=700)
    browser = as_user(park_user)
    book = downloaded(browser, september)
    filled(projects[0], september, by=park_user, done=900)
    book["填报表"][f"H{row_of(book, '项目1')}"] = "用电"

    write(browser, uploaded(browser, book))

    assert MonthlyReport.objects.values_list("month_done", "problem").get() == (900, "用电")


# --- what is not taken ---------------------------------------------------------------------------------------------


def test_what_was_handed_in_is_only_changed_by_way_of_the_bureau(as_user, september, projects, park_user):
    handed_in(projects[0], september, by=park_user)
    browser = as_user(park_user)
    book = downloaded(browser, september)
    unchanged = verdicts(uploaded(browser, book))
    book["填报表"][f"F{row_of(book, '项目1')}"] = 1

    preview = uploaded(browser, book)

    assert unchanged == {"项目1": "same"}
    assert faults(preview)[0][1] == "这个项目的月报待审核，要修改请联系市局投资科退回。"


def test_the_table_of_another_month_is_refused(as_user, projects, staff, park_user):
    august = month(8, by=staff)
    book = downloaded(as_user(park_user), august)
    opening(projects[0], august, 1, by=staff)
    periods.close(period=august, by=staff)
    month(9, by=staff)
    fill(book, 4, 1, "主体")

    answer = uploaded(as_user(park_user), book)

    assert answer.status_code == 422
    assert "这是2021-08的填报表，现在填报的是2021年9月" in answer.content.decode()


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old"])
def test_a_hostile_file_is_refused_in_words(as_user, september, park_user, content):
    file = SimpleUploadedFile("填报表.xlsx", content)

    answer = as_user(park_user).post(reverse("report_upload"), {"file": file})

    assert answer.status_code == 422
    assert re.search(r"(空的|不是Excel工作簿|旧版Excel)", answer.content.decode())
    assert AuditEntry.objects.get(action="report.upload").result == "refused"


def test_another_table_is_refused_in_words(as_user, september, park_user):
    book = Workbook()
    book.active.append(["项目名称", "总投资"])

    assert "没有找到填报表的表头" in uploaded(as_user(park_user), book).content.decode()


def test_a_preview_is_of_one_person_and_cannot_be_altered(as_user, september, projects, park_user):
    browser = as_user(park_user)
    book = downloaded(browser, september)
    fill(book, 4, 1, "主体")
    preview = uploaded(browser, book)
    other = factories.park_manager("P01", username="park-second", name="第二人")

    pages = [
        write(as_user(other), preview),
        browser.post(reverse("report_upload_write"), {"carried": "x"}, follow=True),
    ]

    assert all("核对结果已失效" in page.content.decode() for page in pages)
    assert MonthlyReport.objects.count() == 0


def test_a_name_stands_for_a_missing_number(as_user, september, projects, park_user):
    browser = as_user(park_user)
    book = downloaded(browser, september)
    row = row_of(book, "项目2")
    book["填报表"][f"A{row}"] = None
    fill(book, row, 12, "主体")

    write(browser, uploaded(browser, book))

    assert MonthlyReport.objects.get().project == projects[1]


def test_a_jump_is_taken_as_a_draft_and_asks_for_a_word(as_user, projects, staff, park_user):
    august = month(8, by=staff)
    opening(projects[0], august, 800, by=staff)
    periods.close(period=august, by=staff)
    september = month(9, by=staff)
    browser = as_user(park_user)
    book = downloaded(browser, september)
    fill(book, row_of(book, "项目1"), 900, "主体")

    preview = uploaded(browser, book)
    write(browser, preview)

    assert verdicts(preview) == {"项目1": "filled"}
    assert "提交前请在异常说明里写一句" in preview.content.decode()
    assert reporting.submit_all(period=september, by=park_user).count == 0


def test_the_same_few_queries_for_any_number_of_rows(as_user, september, projects, park_user):
    browser = as_user(park_user)
    counts = []
    for number in (1, 3):
        book = downloaded(browser, september)
        for name in ("项目1", "项目2", "项目3")[:number]:
            fill(book, row_of(book, name), 1, "主体")
        with CaptureQueriesContext(connection) as seen:
            uploaded(browser, book)
        counts.append(len(seen))

    assert counts[0] == counts[1]
