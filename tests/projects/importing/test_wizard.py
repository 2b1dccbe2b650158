"""列的对应: what a person says about sheets, headings, columns and units, and that it is remembered."""

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.importing import fields, headings
from projects.importing.aliases import MONTHS
from projects.models import ImportBatch, ImportMapping, Project
from tests.factories import ProjectFactory
from tests.projects.importing import workbooks

pytestmark = pytest.mark.django_db
START = "/projects/import/"
HEADINGS = ["项目名称", "总投资", "包保干部"]


@pytest.fixture
def clerk(as_user, staff):
    return as_user(staff)


def upload(client, path):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(START, {"file": file, "year": 2021})


def form(batch, **changed):
    """The form of the page as it is shown, with something else chosen."""
    data = {"year": batch.year}
    for number, sheet in enumerate(batch.summary["sheets"]):
        if sheet["used"]:
            first, last = (sheet["header_row"],) * 2 if isinstance(sheet["header_row"], int) else sheet["header_row"]
            data |= {f"take-{number}": "1", f"first-{number}": first, f"last-{number}": last}
        for column in sheet["columns"]:
            data[f"col-{number}-{column['at']}"] = column["field"]
            data[f"unit-{number}-{column['at']}"] = column["unit"] or ""
    return {key: value for key, value in (data | changed).items() if value is not None}


def send(client, batch, **changed):
    changed = {name.replace("_", "-"): value for name, value in changed.items()}
    return client.post(f"{START}{batch.pk}/columns/", form(batch, **changed))


def page(answer) -> str:
    return answer.content.decode()


def test_a_field_can_be_chosen_for_each_heading_that_is_read():
    special = {"annual_plan", "cumulative_done", *MONTHS}  # known by more than a word

    assert {*headings.EXACT.values(), *special} == fields.LABELS.keys()


def test_the_bureaus_own_table_goes_straight_to_the_preview(clerk, tmp_path):
    answer = upload(clerk, workbooks.table(tmp_path / "表.xlsx", ["项目名称", "总投资"], ["甲项目", 1]))

    assert answer.url == f"{START}{ImportBatch.objects.get().pk}/"
    assert "调整列的对应" in page(clerk.get(answer.url))


def test_a_column_nobody_knows_is_asked_about_once(clerk, tmp_path):
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", 1, "张某"])
    answer = upload(clerk, table)
    batch = ImportBatch.objects.get()
    assert answer.url == f"{START}{batch.pk}/columns/"
    shown = page(clerk.get(answer.url))
    assert "工作表“Sheet”有1列没有认出，不会导入：包保干部。" in shown
    assert "张某" in shown

    assert send(clerk, batch, col_0_C="city_leader").url == f"{START}{batch.pk}/"
    assert "已按" not in page(clerk.get(f"{START}{batch.pk}/"))
    clerk.post(f"{START}{batch.pk}/commit/")
    assert Project.objects.get().city_leader == "张某"

    next_table = workbooks.table(tmp_path / "二.xlsx", HEADINGS[::-1], ["李某", 1, "甲项目"])
    again = upload(clerk, next_table)
    assert again.url.count("columns") == 0
    assert "已按您" in page(clerk.get(again.url))
    clerk.post(f"{again.url}commit/")
    assert Project.objects.get().city_leader == "李某"


def test_leaving_the_columns_as_they_are_is_an_answer_too(clerk, tmp_path):
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", 1, "张某"])
    upload(clerk, table)
    send(clerk, ImportBatch.objects.get())

    assert "columns" not in upload(clerk, table).url
    assert "没有采用的列：包保干部" in page(clerk.get(f"{START}{ImportBatch.objects.latest('pk').pk}/"))


def test_a_colleague_of_the_bureau_need_not_say_it_again_but_a_park_does(clerk, as_user, lead, tmp_path):
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", 1, "张某"])
    upload(clerk, table)
    send(clerk, ImportBatch.objects.get(), col_0_C="city_leader")

    answer = upload(as_user(lead), table)
    assert "已按局工作人员" in page(as_user(lead).get(answer.url))


def test_a_unit_nobody_stated_is_asked_for(clerk, tmp_path):
    book = openpyxl.Workbook()
    for row in (["项目名称", "总投资"], ["甲项目", 3]):
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    answer = upload(clerk, tmp_path / "表.xlsx")
    batch = ImportBatch.objects.get()
    assert "“总投资”没有写明单位，请选择。" in page(clerk.get(answer.url))

    send(clerk, batch, unit_0_B="亿元")
    clerk.post(f"{START}{batch.pk}/commit/")
    assert Project.objects.get().total_investment == 30_000


def test_the_year_goes_before_that_of_the_title(clerk, tmp_path):
    upload(clerk, workbooks.table(tmp_path / "表.xlsx", ["项目名称", "总投资"], ["甲项目", 1]))
    batch = ImportBatch.objects.get()
    send(clerk, batch, year=2020)
    batch.refresh_from_db()

    assert (batch.year, batch.rows.count()) == (2020, 1)


def test_another_row_can_be_the_heading_and_another_sheet_be_read(clerk, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["项目名称", "总投资（万元）"])
    book.active.append(["甲项目", 1])
    other = book.create_sheet("名单")
    for row in (["某某工业局"], ["工程", "钱（万元）"], ["乙项目", 5]):
        other.append(row)
    book.save(tmp_path / "表.xlsx")
    upload(clerk, tmp_path / "表.xlsx")
    batch = ImportBatch.objects.get()
    assert [sheet["used"] for sheet in batch.summary["sheets"]] == [True, False]

    assert send(clerk, batch, take_1="1", first_1="2", last_1="2").url == f"{START}{batch.pk}/columns/"
    batch.refresh_from_db()
    said = send(clerk, batch, take_1="1", first_1="2", last_1="2")
    assert "工作表“名单”没有对应“项目名称”的列，请选择。" in page(said)
    send(clerk, batch, take_1="1", first_1="2", last_1="2", col_1_A="name", col_1_B="total_investment")
    assert [(row.name, row.values["total_investment"]) for row in batch.rows.all()] == [
        ("甲项目", "1.00"),
        ("乙项目", "5.00"),
    ]


def test_the_columns_of_a_heading_named_by_hand_are_shown_and_then_read(clerk, tmp_path):
    book = openpyxl.Workbook()
    for row in (["项目名称", "总投资（万元）"], ["旧的", 1], ["项目名称", "年度计划投资（万元）"], ["乙项目", 5]):
        book.active.append(row)
    book.save(tmp_path / "表.xlsx")
    upload(clerk, tmp_path / "表.xlsx")
    batch = ImportBatch.objects.get()

    answer = send(clerk, batch, first_0="3", last_0="3")
    assert answer.url == f"{START}{batch.pk}/columns/"
    batch.refresh_from_db()
    assert [column["title"] for column in batch.summary["sheets"][0]["columns"]] == ["项目名称", "年度计划投资（万元）"]
    assert send(clerk, batch).url == f"{START}{batch.pk}/"
    assert [row.name for row in batch.rows.all()] == ["乙项目"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"col_0_C": "name"}, "工作表“Sheet”的A、C列都对应“项目名称”，请只留一列，其余选“不导入”。"),
        ({"col_0_A": ""}, "工作表“Sheet”没有对应“项目名称”的列，请选择。"),
        ({"take_0": None}, "请至少选择一个要读取的工作表。"),
        ({"first_0": "30"}, "工作表“Sheet”的表头应在前20行之内，最多占3行，请核对。"),
    ],
)
def test_what_cannot_be_is_said_in_words(clerk, tmp_path, changed, sentence):
    upload(clerk, workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", 1, "张某"]))
    answer = send(clerk, ImportBatch.objects.get(), **changed)

    assert answer.status_code == 422
    assert sentence in page(answer)
    assert not ImportMapping.objects.exists()


def test_blank_cells_empty_only_when_asked_to(clerk, tmp_path):
    project = ProjectFactory(name="甲项目", unit="P01", city_leader="张某", stage="building")
    headings = ["项目名称", "所在园区", "联系市领导", "项目阶段"]
    upload(clerk, workbooks.table(tmp_path / "表.xlsx", headings, ["甲项目", "五通桥基地", None, None]))
    batch = ImportBatch.objects.get()
    assert "（空）" not in page(clerk.get(f"{START}{batch.pk}/"))

    clerk.post(f"{START}{batch.pk}/blank/", {"blank_clears": "1"})
    shown = page(clerk.get(f"{START}{batch.pk}/"))
    assert "（空）" in shown
    assert "项目阶段会被清空" in shown
    clerk.post(f"{START}{batch.pk}/commit/")
    project.refresh_from_db()
    assert (project.city_leader, project.stage) == ("", "building")


def test_blank_cells_can_be_told_to_say_nothing_again(clerk, tmp_path):
    ProjectFactory(name="甲项目", unit="P01", city_leader="张某")
    upload(clerk, workbooks.table(tmp_path / "表.xlsx", ["项目名称", "联系市领导", "总投资"], ["甲项目", None, None]))
    batch = ImportBatch.objects.get()
    clerk.post(f"{START}{batch.pk}/blank/", {"blank_clears": "1"})
    clerk.post(f"{START}{batch.pk}/blank/")

    assert "（空）" not in page(clerk.get(f"{START}{batch.pk}/"))
