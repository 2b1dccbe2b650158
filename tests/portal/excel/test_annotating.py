"""A workbook comes back with its values and a red column; nothing in it has become a formula."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from portal.excel import annotating
from portal.excel.annotating import Notes
from portal.excel.refusal import Refused
from tests.portal.excel import hostile

PAYLOADS = [
    "=cmd|'/c calc'!A1",
    '=HYPERLINK("http://x","y")',
    "@SUM(1)",
    "-2+3",
    "+1",
    "＝1+1",
    "\t=1",
    "http://x.y",
    "<r>",
]


def made(file, *notes):
    return openpyxl.load_workbook(io.BytesIO(annotating.annotate(file, notes, title="错误说明")))


@pytest.fixture
def file(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "推进表"
    sheet.append(["2021年推进表"])
    sheet.append(["项目名称", "总投资", "计划开工", "入统"])
    sheet.append(["甲", 1234.5, date(2021, 3, 1), True])
    sheet.append(["乙", "#REF!", "2021.10", None])
    sheet["B3"].number_format, sheet["C3"].number_format = "#,##0.00", 'yyyy"年"m"月"'
    sheet.merge_cells("A1:D1")
    book.create_sheet("字典").append(["甲"])
    book["字典"].sheet_state = "hidden"
    book.save(tmp_path / "表.xlsx")
    return tmp_path / "表.xlsx"


def test_values_stay_where_they_were_and_the_column_stands_to_the_right(file):
    book = made(file, Notes(0, 2, {3: "B3：不对", 4: "B4：也不对"}))
    sheet = book["推进表"]

    assert [
        [cell.value.date() if isinstance(cell.value, datetime) else cell.value for cell in row]
        for row in sheet.iter_rows()
    ] == [
        ["2021年推进表", None, None, None, None],
        ["项目名称", "总投资", "计划开工", "入统", "错误说明"],
        ["甲", 1234.5, date(2021, 3, 1), True, "B3：不对"],
        ["乙", "#REF!", "2021.10", None, "B4：也不对"],
    ]
    assert (sheet["B3"].number_format, sheet["C3"].number_format) == ("#,##0.00", 'yyyy"年"m"月"')
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:D1"]
    assert sheet["E3"].font.color.rgb == "FFC00000"
    assert book["字典"].sheet_state == "hidden"


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_stays_text(tmp_path, payload):
    book = openpyxl.Workbook()
    book.active.append(["项目名称"])
    book.active.append([payload])
    book.active["A2"].data_type = "s"
    book.save(tmp_path / "表.xlsx")
    raw = annotating.annotate(tmp_path / "表.xlsx", [Notes(0, 1, {2: payload})], title="错误说明")

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert b"<f>" not in parts["xl/worksheets/sheet1.xml"]
    assert not [name for name in parts if "rels" in name and b"http://x" in parts[name]]
    cells = openpyxl.load_workbook(io.BytesIO(raw)).active
    assert [cells["A2"].value.strip(), cells["B2"].value.strip()] == [payload.strip()] * 2


@pytest.mark.parametrize(
    "kind", ["zip bomb", "document type", "far cell", "amplified string", "merge bomb", "deep", "pdf"]
)
def test_a_hostile_file_does_not_come_back(tmp_path, kind):
    (tmp_path / "表.xlsx").write_bytes(hostile.HOSTILE[kind][0]())

    with pytest.raises(Refused):
        annotating.annotate(tmp_path / "表.xlsx", [], title="错误说明")


@pytest.mark.parametrize("number", ["1e999999999", "99999999999999999999", "-1.5E-7"])
def test_numbers_no_workbook_can_hold_are_text(tmp_path, number):
    (tmp_path / "表.xlsx").write_bytes(
        hostile.workbook(sheet=hostile.sheet(f'<row r="1"><c r="A1"><v>{number}</v></c></row>'))
    )

    assert made(tmp_path / "表.xlsx").active["A1"].value is not None


def test_sheets_whose_names_clash_are_told_apart(tmp_path):
    sheets = '<sheet name="a" sheetId="1" r:id="rId1"/><sheet name="A" sheetId="2" r:id="rId1"/>'
    book = hostile.BOOK.replace('<sheet name="Sheet1" sheetId="1" r:id="rId1"/>', sheets)
    (tmp_path / "表.xlsx").write_bytes(hostile.workbook(book=book))

    assert made(tmp_path / "表.xlsx").sheetnames == ["a", "A(2)"]
