"""空白表: what to choose from, and that a filled one is imported."""

from io import BytesIO

import openpyxl
import pytest

from portal import clock
from projects.exporting import blank
from projects.importing import batches
from projects.models import Project
from tests.projects.importing import workbooks

pytestmark = [pytest.mark.django_db]
FILLED = {
    "项目名称": "演示新项目",
    "项目单位": "演示新企业有限公司",
    "所在园区": "其他特色园区(N)",
    "所在县(市、区)": "沐川县",
    "主导产业": "绿色化工",
    "产业链环节": "配套",
    "建设性质": "技改",
    "年度类型": "新开工",
    "总投资(万元)": 12000.5,
    "2021年计划投资(万元)": 3000,
    "计划开工时间": "2021年10月",
    "项目阶段": "前期",
    "重点级别": "市重点",
    "统计入库": "否",
    "最新进展": "已完成备案",
    "原因类别": "用地",
    "存在问题": "林地手续未批",
}


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()


def opened(user):
    file = BytesIO()
    blank.write(file, year=2021, user=user, on=clock.today())
    return openpyxl.load_workbook(file)


def heading(sheet):
    return {cell.value: cell.column for cell in sheet[3] if cell.value}


def choices(sheet):
    """The words to choose from, by heading."""
    titles = {cell.column_letter: cell.value for cell in sheet[3]}
    found = {}
    for one in sheet.data_validations.dataValidation:
        area = next(iter(one.sqref.ranges))
        found[titles[openpyxl.utils.get_column_letter(area.min_col)]] = one.formula1.strip('"').split(",")
    return found


def test_the_heading_is_ours_and_the_columns_with_fixed_words_offer_them(staff):
    book = opened(staff)
    offered = choices(book["项目"])

    assert book.sheetnames == ["项目", "填表说明"]
    assert [*heading(book["项目"])][:2] == ["项目名称", "统一项目代码"]
    assert [*heading(book["项目"])][-1] == "系统编号"
    assert offered["所在园区"][0] == "乐山高新区"
    assert offered["所在园区"][-1] == "其他特色园区(N)"
    assert len(offered["所在县(市、区)"]) == 11
    assert offered["年度类型"] == ["续建", "新开工", "计划竣工投产", "储备"]
    assert {"项目阶段", "主导产业", "建设性质", "重点级别", "原因类别", "统计入库"} <= offered.keys()


def test_a_park_chooses_among_its_own_units(park_user):
    assert choices(opened(park_user)["项目"])["所在园区"] == ["五通桥基地"]


def test_a_filled_one_is_imported(staff, tmp_path):
    book = opened(staff)
    places = heading(book["项目"])
    for title, value in FILLED.items():
        book["项目"].cell(4, places[title], value)
    book.save(tmp_path / "填好.xlsx")
    batch = workbooks.stage(tmp_path / "填好.xlsx", by=staff)
    batches.commit(batch, by=staff)
    project = Project.objects.get()

    assert batch.counts["new"] == 1
    assert [row.issues for row in batch.rows.all()] == [[]]
    assert (project.unit.name, project.get_stage_display(), str(project.planned_start)) == (
        "沐川县",
        "前期",
        "2021年10月",
    )
    assert project.newest_note.problem == "林地手续未批"


def test_an_empty_one_holds_no_project(staff, tmp_path):
    opened(staff).save(tmp_path / "空.xlsx")

    assert workbooks.stage(tmp_path / "空.xlsx", by=staff).rows.count() == 0
