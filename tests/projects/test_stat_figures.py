"""列统口径: the statistics office's list is read, compared and kept apart from what units report."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from portal import clock
from portal.excel.cells import NUMBER, TEXT, Cell
from projects import amount_tables, sheet, stat_figures
from projects.models import Project, StatFigure, YearPlan
from tests.factories import ProjectFactory, park_manager

pytestmark = [pytest.mark.django_db, pytest.mark.db]
PAGE = "/settings/statistics/"


def table(folder: Path, *rows: tuple) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "名单.xlsx")
    return folder / "名单.xlsx"


def read(path: Path, by, month: int = 8) -> list[stat_figures.Row]:
    return stat_figures.read(path, filename=path.name, year=2021, month=month, by=by)


def write(path: Path, by, month: int = 8) -> int:
    return stat_figures.write(read(path, by, month), year=2021, month=month, filename=path.name, by=by)


def kept() -> dict[tuple[str, int], Decimal]:
    return {(one.project.name, one.month): one.ytd_done for one in StatFigure.objects.select_related("project")}


@pytest.mark.parametrize(
    ("on", "expected"),
    [(date(2021, 9, 27), (2021, 8)), (date(2022, 1, 10), (2021, 12)), (date(2022, 2, 7), (2021, 12)),
     (date(2022, 3, 1), (2022, 2))],
)  # fmt: skip
def test_in_january_the_list_of_december_is_awaited(as_user, staff, set_today, on, expected):
    project = ProjectFactory(unit="P01")
    YearPlan.objects.create(project=project, year=2022, year_type="continuing")
    set_today(on)

    page = as_user(staff).get(PAGE).content.decode()

    assert stat_figures.expected(on) == expected
    assert f"<h1>{expected[0]}年列统名单</h1>" in page
    assert f'<option value="{expected[1]}" selected>' in page


@pytest.fixture
def projects() -> list[Project]:
    return [ProjectFactory(name=name, unit="P01") for name in ("甲项目", "乙项目", "丙项目")]


def test_a_list_is_found_under_its_title_and_read_by_number_code_or_name(projects, staff, tmp_path):
    first, second, third = projects
    Project.objects.filter(pk=second.pk).update(project_code="2101-511112-04-01-123456")
    Project.objects.filter(pk=third.pk).update(former_names="丙老项目")
    path = table(
        tmp_path, ("乐山市2021年列统项目",), (None,), ("系统编号", "项目代码", "项目名称", "1—8月累计完成投资"),
        (first.number, None, "名字写错了", 4630), (None, "2101-511112-04-01-123456", "乙", "0.56亿"),
        (None, None, "丙老项目", "1,200.50"), (None, None, "合计", 99999),
    )  # fmt: skip

    rows = read(path, staff)

    assert [(row.line.project, row.line.amount, row.verdict) for row in rows] == [
        (first, Decimal(4630), "新增"), (second, Decimal(5600), "新增"), (third, Decimal("1200.50"), "新增")
    ]  # fmt: skip


def test_a_heading_in_yi_is_read_in_yi(projects, staff, tmp_path):
    path = table(tmp_path, ("项目名称", "累计完成投资（亿元）"), ("甲项目", 1.25))

    assert read(path, staff)[0].line.amount == 12500


@given(wan=st.integers(0, 10**9))
def test_an_amount_in_yi_loses_nothing(wan):
    yi = Decimal(wan) / 10000

    for cell in (Cell(NUMBER, f"{yi:f}"), Cell(TEXT, f"{yi:f}"), Cell(NUMBER, f"{yi:f}", '0.00"亿元"')):
        line = amount_tables.line_of(cell, "B2", "甲", [Project(name="甲")], "亿元")
        assert (line.amount, line.fault) == (wan, "")
    told = amount_tables.line_of(Cell(NUMBER, f"{wan}", '0.00"万元"'), "B2", "甲", [Project(name="甲")], "亿元")
    assert told.amount == wan  # what the cell says of itself goes before the heading


def test_every_fault_is_named_with_its_cell_and_the_rest_is_written(projects, staff, tmp_path):
    ProjectFactory(name="乙项目", unit="P02")
    path = table(
        tmp_path, ("项目名称", "累计完成投资"),
        ("甲项目", 10), ("没有的项目", 20), ("乙项目", 30), ("丙项目", "约3千万"), ("甲项目", 40),
    )  # fmt: skip

    faults = {row.line.cell: row.line.fault[:7] for row in read(path, staff) if row.line.fault}

    assert faults == {"B3": "库内没有这个项", "B4": "有2个同名项目", "B5": "“约3千万”是", "B6": "与B2是同一个"}
    assert write(path, staff) == 1
    assert kept() == {("甲项目", 8): Decimal(10)}


def test_a_second_list_changes_what_it_names_and_nothing_else(projects, staff, tmp_path):
    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10), ("乙项目", 20)), staff)
    path = table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10), ("乙项目", 25), ("丙项目", 5))

    assert [row.verdict for row in read(path, staff)] == ["不变", "修改", "新增"]
    assert write(path, staff) == 2

    assert kept() == {("甲项目", 8): Decimal(10), ("乙项目", 8): Decimal(25), ("丙项目", 8): Decimal(5)}
    changed = StatFigure.objects.get(project__name="乙项目")
    assert [one.ytd_done for one in changed.history.all()] == [Decimal(25), Decimal(20)]
    with pytest.raises(ValidationError, match="没有需要写入"):
        write(path, staff)


def test_a_fall_against_the_month_before_is_shown_and_may_be_written(projects, staff, tmp_path):
    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 100)), staff, month=7)

    (row,) = read(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 90)), staff)

    assert row.note.startswith("比7月的100.00万元少")
    assert not row.line.fault


def test_who_stands_in_the_list_is_listed_unless_the_bureau_said_otherwise(projects, staff, tmp_path):
    Project.objects.filter(name="乙项目").update(stat_listed=False)

    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 1), ("乙项目", 1)), staff)

    assert dict(Project.objects.values_list("name", "stat_listed")) == {"甲项目": True, "乙项目": False, "丙项目": None}


def test_both_figures_stand_apart_on_the_page_of_the_project(projects, staff, tmp_path):
    first, second, _ = projects
    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 4630)), staff)

    figures = {one.name: sheet.figures(one, one.plans.get(), year=2021) for one in (first, second)}

    assert ("列统口径1—8月完成投资", "0.46", "亿元") in figures["甲项目"]
    assert ("列统口径完成投资", "待统计", "") in figures["乙项目"]


def test_a_file_without_a_heading_says_what_is_needed(staff, tmp_path):
    with pytest.raises(ValidationError, match="需要一列“系统编号”或“项目名称”，和一列“本年累计完成投资”"):
        read(table(tmp_path, ("甲", "乙"), (1, 2)), staff)


def test_units_do_not_import_the_list(projects, tmp_path):
    path = table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 1))

    with pytest.raises(PermissionDenied):
        read(path, park_manager("P01"))


def test_the_page_shows_first_and_writes_then(projects, staff, as_user, tmp_path):
    path, browser = table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10), ("没有", 1)), as_user(staff)
    with path.open("rb") as file:
        preview = browser.post(PAGE, {"month": "8", "file": file})
    assert (preview.status_code, kept()) == (200, {})
    assert (
        "新增<strong>1</strong>个，修改<strong>0</strong>个，不变0个，错误<strong>1</strong>个"
        in preview.content.decode()
    )

    browser.post(f"{PAGE}write/", hidden(preview))

    assert kept() == {("甲项目", 8): Decimal(10)}


def hidden(preview, month: str = "8") -> dict[str, str]:
    """What the preview sends along."""
    return {"year": "2021", "month": month, "filename": "名单.xlsx", "packed": preview.context["packed"]}


def test_a_preview_that_was_overtaken_writes_nothing(projects, staff, lead, as_user, tmp_path):
    browser = as_user(staff)
    with table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10)).open("rb") as file:
        preview = browser.post(PAGE, {"month": "8", "file": file})
    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 12)), lead)

    answer = browser.post(f"{PAGE}write/", hidden(preview), follow=True)

    assert "预览之后有人改过列统数，没有写入。" in answer.content.decode()
    assert kept() == {("甲项目", 8): Decimal(12)}


def test_a_preview_writes_its_own_month_for_its_own_reader(projects, staff, lead, as_user, tmp_path):
    with table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10)).open("rb") as file:
        preview = as_user(staff).post(PAGE, {"month": "8", "file": file})

    as_user(staff).post(f"{PAGE}write/", hidden(preview, month="7"))
    as_user(lead).post(f"{PAGE}write/", hidden(preview))

    assert kept() == {}


def test_a_month_to_come_is_refused(projects, staff, as_user, tmp_path):
    with table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10)).open("rb") as file:
        answer = as_user(staff).post(PAGE, {"month": "10", "file": file})

    assert answer.status_code == 422
    assert "现在是2021年9月，还没有1—10月的列统数" in answer.content.decode()


def test_a_list_of_the_wrong_month_is_taken_back_whole(projects, staff, as_user, tmp_path):
    path, browser = table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10), ("乙项目", 20)), as_user(staff)
    write(path, staff, month=7)
    write(path, staff, month=9)
    address = f"{PAGE}undo/?year=2021&month=9"
    asked = browser.get(address).content.decode()
    assert "撤销2021年1—9月的列统数（2个项目）吗？" in asked

    browser.post(address, {"seen": seen_on(asked)})

    assert kept() == {("甲项目", 7): Decimal(10), ("乙项目", 7): Decimal(20)}
    assert browser.get(address).status_code == 404
    gone = StatFigure.history.filter(history_type="-")
    assert {(one.month, one.history_user, one.history_change_reason) for one in gone} == {
        (9, staff, "撤销1—9月列统名单")
    }


def seen_on(page: str) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def test_a_list_that_was_corrected_since_it_was_asked_about_is_not_taken_back(projects, staff, lead, as_user, tmp_path):
    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10)), staff)
    browser, address = as_user(staff), f"{PAGE}undo/?year=2021&month=8"
    asked = browser.get(address).content.decode()
    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 12)), lead)

    answer = browser.post(address, {"seen": seen_on(asked)}, follow=True).content.decode()

    assert "刚被别人改过或撤销，没有改动" in answer
    assert kept() == {("甲项目", 8): Decimal(12)}


def test_a_correction_is_the_newest_import(projects, staff, tmp_path):
    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 10)), staff)
    StatFigure.objects.update(at="2021-09-01T00:00:00Z")
    write(table(tmp_path, ("项目名称", "累计完成投资"), ("甲项目", 12)), staff)

    assert StatFigure.objects.get().at.date() >= clock.today() - timedelta(days=1)


@pytest.mark.parametrize("packed", ["", "nonsense", "W10:1abc:zzzz"])
def test_a_preview_that_is_not_ours_writes_nothing(projects, staff, as_user, packed):
    answer = as_user(staff).post(f"{PAGE}write/", {"year": "2021", "month": "8", "packed": packed}, follow=True)

    assert "预览已过期，请重新上传列统名单。" in answer.content.decode()
    assert kept() == {}


@pytest.mark.parametrize(("content", "says"), [(b"", "文件是空的"), (b"%PDF-1.4", "另存为"), (b"PK\x03\x04broken", "")])
def test_a_file_that_is_no_workbook_is_refused_in_words(staff, as_user, tmp_path, content, says):
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)

    with path.open("rb") as file:
        answer = as_user(staff).post(PAGE, {"month": "8", "file": file})

    assert answer.status_code == 422
    assert says in answer.content.decode()
