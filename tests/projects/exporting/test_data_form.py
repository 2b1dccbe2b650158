"""导出: what the list shows, as a workbook that imports back unchanged."""

import zipfile
from io import BytesIO
from urllib.parse import unquote

import openpyxl
import pytest
from django.core.management import call_command
from django.http import QueryDict

from portal import clock
from portal.models import AuditEntry
from projects import exporting, groups, lifecycle, notes
from projects.filters import ProjectFilter
from projects.models import Project, ProjectGroup
from tests.factories import ProjectFactory
from tests.projects.importing import workbooks

pytestmark = [pytest.mark.django_db, pytest.mark.db]
NASTY = [
    *("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x")', "＝1＋1", "'=1+1", " =1"),
    *("<b>&amp;\"'", "_x000D_换行", "第一行\n第二行", "制表\t符", "👩‍🏭𠮷", "00123", "1.0", "2021.10", "12/3", "TRUE"),
    *("待定项目", "合计楼", "一、二期项目", "★星（犍为县）", "（二期）", "长" * 200),
]


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()


def export(by, query=""):
    found = ProjectFilter(QueryDict(query), user=by, year=2021, on=clock.today())
    file = BytesIO()
    form = exporting.data_form(found, by=by)
    form.write(file)
    return form, file


def rows(file) -> list[dict]:
    sheet = openpyxl.load_workbook(file)["项目"]
    lines = list(sheet.iter_rows(values_only=True))
    heading = next(line for line in lines if line[0] == "序号")
    return [dict(zip(heading, line, strict=True)) for line in lines[lines.index(heading) + 1 :]]


def import_back(file, *, by, path):
    path.write_bytes(file.getvalue())
    return workbooks.stage(path, by=by)


def test_the_whole_register_comes_back_unchanged(register_2021, staff, tmp_path):
    project = Project.objects.get(name__startswith="演示项目070")
    notes.add_progress(project=project, by=staff, progress="=进展", problem="385亩中42亩未征", reason="land")
    lifecycle.set_hold(project=project, to="suspended", version=project.version, by=staff, reason="资金")
    form, file = export(staff)
    batch = import_back(file, by=staff, path=tmp_path / "回.xlsx")

    assert form.count == 279
    assert [(r.name, r.changes, r.issues) for r in batch.rows.exclude(verdict="same")] == []
    assert batch.counts["same"] == 279
    assert set(batch.summary["sheets"][0]["unknown_columns"]) <= {"灯"}  # computed, never read back


def test_nasty_texts_come_back_unchanged_and_are_no_formulas(staff, tmp_path):
    industrial = ProjectGroup.objects.get(slug="industrial")
    for text in NASTY:
        texts = {"name": text, "content": text * 3, "remark": text, "address": text, "hold_reason": text}
        project = ProjectFactory(**texts, unit="P01", capacity=text[:100], liaison=text[:40], hold="suspended")
        groups.enter(project=project, group=industrial, by=staff)
        notes.add_progress(project=project, by=staff, progress=text, problem=text, next_step=text)
    _, file = export(staff)
    batch = import_back(file, by=staff, path=tmp_path / "回.xlsx")

    assert b"<f" not in sheet_xml(file)
    assert [(r.name, r.changes, r.issues) for r in batch.rows.exclude(verdict="same")] == []
    assert batch.counts["same"] == len(NASTY)


def sheet_xml(file) -> bytes:
    with zipfile.ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))


def test_the_columns_are_those_of_the_bureaus_table_with_the_number_last(register_2021, staff):
    _, file = export(staff)
    titles = list(rows(file)[0])
    book = openpyxl.load_workbook(exporting_register())

    assert titles[:26] == [cell.value for cell in book.active[3]][:26]
    assert titles[-1] == "系统编号"


def exporting_register():
    from projects.reference import REGISTER

    return REGISTER


def test_the_export_is_the_filtered_list(register_2021, staff):
    form, file = export(staff, "q=五通桥 未开工")

    assert (form.count, len(rows(file))) == (14, 14)
    assert {row["所在园区"] for row in rows(file)} == {"五通桥基地"}
    assert "五通桥基地、未开工" in form.filename


def test_a_park_person_exports_the_own_rows_only(register_2021, park_user, staff, leader):
    _, file = export(park_user)
    _, foreign = export(park_user, "park=P02")

    assert {row["所在园区"] for row in rows(file)} == {"五通桥基地"}
    assert len(rows(file)) == 65
    assert rows(foreign) == []


def test_a_leaders_export_masks_telephone_numbers(leader):
    ProjectFactory(unit="P01", liaison_phone="13800000058")
    _, file = export(leader)

    assert rows(file)[0]["联系电话"] == "138****0058"


def test_demo_rows_are_said_in_name_title_and_notes(staff):
    ProjectFactory(unit="P01", is_demo=True)
    form, file = export(staff)
    book = openpyxl.load_workbook(file)

    assert form.filename == "2021年工业投资项目2021-09-27（演示数据）.xlsx"
    assert "演示数据" in book["项目"]["A1"].value
    assert [row[0].value for row in book["说明"].iter_rows()][-1] == "演示数据"


def test_the_page_gives_the_file_under_its_chinese_name_and_is_audited(as_user, staff):
    ProjectFactory(unit="P01")
    answer = as_user(staff).get("/projects/export.xlsx", {"park": "P01", "q": "13800000001"})
    entry = AuditEntry.objects.get(action="project.export")

    assert "filename*=utf-8''" in answer["Content-Disposition"]
    assert "2021年工业投资项目" in unquote(answer["Content-Disposition"])
    assert openpyxl.load_workbook(BytesIO(answer.getvalue())).sheetnames == ["项目", "说明"]
    assert entry.detail == {
        "list": "projects",
        "form": "data",
        "rows": 0,
        "conditions": ["五通桥基地", "含“（电话略）”"],
    }


def test_the_command_writes_what_the_page_gives(staff, park_user, tmp_path):
    ProjectFactory(unit="P01")
    ProjectFactory(unit="P02")
    call_command("export_projects", str(tmp_path / "a.xlsx"), "--as", "park-wutongqiao")
    call_command("export_projects", str(tmp_path / "b.xlsx"), "--query", "park=P02")

    assert [len(rows(tmp_path / name)) for name in ("a.xlsx", "b.xlsx")] == [1, 1]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_rows(count, staff, django_assert_num_queries):
    for _ in range(count):
        ProjectFactory(unit="P01")
    form, _ = export(staff)

    with django_assert_num_queries(3):
        form.write(BytesIO())
