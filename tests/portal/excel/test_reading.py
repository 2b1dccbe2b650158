"""What a workbook's cells become."""

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from portal.excel import delimited, formats, reading
from portal.excel.cells import DATE, ERROR, NUMBER, TEXT, Area, Cell, address, filled, plain
from portal.excel.refusal import Refused
from tests.portal.excel import hostile


def read(tmp_path, book):
    file = tmp_path / "book.xlsx"
    if isinstance(book, bytes):
        file.write_bytes(book)
    else:
        book.save(file)
    return reading.read(file)


def cells(tmp_path, rows, **changed):
    return read(tmp_path, hostile.workbook(sheet=hostile.sheet(rows), **changed))[0].rows


def test_values_keep_their_kind_and_their_digits(tmp_path):
    rows = (
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2"><v>0.69</v></c><c r="C2"><v>13800000000</v></c>'
        '<c r="D2" t="b"><v>1</v></c><c r="E2" t="e"><v>#REF!</v></c><c r="F2" t="inlineStr"><is><r><t>富</t></r>'
        '<r><t>文本</t></r></is></c><c r="G2"/><c r="H2" t="str"><f>A1</f><v>文</v></c></row>'
    )

    assert cells(tmp_path, rows)[2] == {
        1: Cell(TEXT, "项目名称"), 2: Cell(NUMBER, "0.69"), 3: Cell(NUMBER, "13800000000"), 4: Cell("b", "TRUE"),
        5: Cell(ERROR, "#REF!"), 6: Cell(TEXT, "富文本"), 8: Cell(TEXT, "文"),
    }  # fmt: skip


def test_a_formula_counts_as_its_stored_result_and_without_one_as_an_error(tmp_path):
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v></v></c>'
        '<c r="D1" t="str"><f>IF(1,"")</f><v></v></c></row>'
    )

    assert cells(tmp_path, rows)[1] == {1: Cell(NUMBER, "2"), 2: Cell(ERROR, ""), 3: Cell(ERROR, "")}


def test_cells_without_address_are_counted(tmp_path):
    assert cells(tmp_path, "<row/><row><c/><c><v>5</v></c></row>") == {2: {2: Cell(NUMBER, "5")}}


def test_a_real_date_keeps_its_number_format(tmp_path):
    book = openpyxl.Workbook()
    for number, code in enumerate(("yyyy-mm-dd", 'yyyy"年"m"月"', "mmm-yy"), 1):
        book.active.cell(1, number, 44270).number_format = code

    assert read(tmp_path, book)[0].rows[1] == {
        1: Cell(DATE, "2021-03-15", "yyyy-mm-dd"), 2: Cell(DATE, "2021-03-15", 'yyyy"年"m"月"'),
        3: Cell(DATE, "2021-03-15", "mmm-yy"),
    }  # fmt: skip


def test_the_chinese_built_in_date_formats_are_known(tmp_path):
    styles = (
        f'{hostile.HEADER}<styleSheet xmlns="{hostile.MAIN}"><cellXfs>'
        '<xf/><xf numFmtId="57"/><xf numFmtId="31"/></cellXfs></styleSheet>'
    )
    types = hostile.TYPES.replace(
        "</Types>", f'<Override PartName="/xl/styles.xml" ContentType="{hostile.SPREADSHEET}.styles+xml"/></Types>'
    )
    rows = '<row r="1"><c r="A1" s="1"><v>44270</v></c><c r="B1" s="2"><v>44270</v></c></row>'
    content = hostile.parts(types=types, sheet=hostile.sheet(rows)) | {"xl/styles.xml": styles}

    found = read(tmp_path, hostile.packed(content))[0].rows[1]

    assert [(cell.kind, formats.shows_day(cell.format)) for cell in found.values()] == [(DATE, False), (DATE, True)]


def test_hidden_sheets_and_merged_areas_are_known(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "标题"
    book.active["C4"] = "x"
    book.active.merge_cells("A1:C2")
    book.active.merge_cells("A90:C91")
    book.create_sheet("字典").sheet_state = "veryHidden"

    sheets = read(tmp_path, book)

    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("Sheet", False), ("字典", True)]
    assert sheets[0].merges == [Area(1, 1, 2, 3)]
    assert [sorted(row) for _, row, _ in filled(sheets[0])] == [[1, 2, 3], [1, 2, 3], [], [3]]


def test_cells_that_are_only_formatted_do_not_count_however_far_out(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.active["XFD1048576"].fill = PatternFill("solid", fgColor="FF0000")

    assert read(tmp_path, book)[0].rows == {1: {1: Cell(TEXT, "x")}}


def test_pictures_links_and_comments_do_not_matter(tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.active["A1"].comment = Comment("批注", "某人")
    book.active["A1"].hyperlink = "http://192.0.2.1/"

    assert read(tmp_path, book)[0].rows == {1: {1: Cell(TEXT, "x")}}


def test_escaped_characters_are_read_as_meant(tmp_path):
    strings = hostile.STRINGS.replace("项目名称", "第一行_x000D_\n_x005F_x0041_ _x0000_")

    assert cells(tmp_path, hostile.GOOD_ROW, strings=strings)[1][1].value == "第一行\r\n_x0041_ "


def test_a_workbook_of_20000_rows_is_read_within_the_limits(tmp_path):
    words = "".join(f'<c r="{chr(66 + n)}%d" t="s"><v>{n % 2}</v></c>' for n in range(12))
    row = (
        '<row r="%d"><c r="A%d"><v>%d</v></c>'
        + words
        + '<c r="N%d"><v>277204.04</v></c><c r="O%d"><v>44270</v></c></row>'
    )
    rows = "".join(row.replace("%d", str(number)) for number in range(1, 20_001))

    assert len(cells(tmp_path, rows)) == 20_000


# ---- text files -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_csv_is_read_whatever_its_encoding_and_delimiter(tmp_path, encoding, delimiter):
    file = tmp_path / "upload"
    file.write_bytes(delimiter.join(["项目名称", "2021.10", "12.5", "", "㐀'x"]).encode(encoding))

    sheet = reading.read(file, name="清单.csv")[0]

    assert (sheet.name, sheet.rows) == (
        "清单",
        {1: {1: Cell(TEXT, "项目名称"), 2: Cell(TEXT, "2021.10"), 3: Cell(NUMBER, "12.5"), 5: Cell(TEXT, "㐀'x")}},
    )  # fmt: skip


def test_a_csv_keeps_line_breaks_in_fields_and_loses_the_protecting_apostrophe(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('"甲\n乙",\'=1+1,007\n')

    assert reading.read(file)[0].rows == {1: {1: Cell(TEXT, "甲\n乙"), 2: Cell(TEXT, "=1+1"), 3: Cell(TEXT, "007")}}


def test_bytes_of_no_encoding_are_refused():
    with pytest.raises(Refused, match="编码"):
        delimited.decode(b"\xff\xff\xff")


# ---- small parts ------------------------------------------------------------------------------------------------
def test_addresses_and_plain_numbers():
    assert [address(12, column) for column in (1, 14, 26, 27, 200)] == ["A12", "N12", "Z12", "AA12", "GR12"]
    assert [plain(Cell(NUMBER, text).number) for text in ("1.38E+10", "0.690", "12000.0", "-5")] == [
        *("13800000000", "0.69", "12000", "-5")
    ]


def test_what_a_number_format_shows():
    assert [
        formats.is_date(code) for code in ("yyyy-mm", "h:mm", "0.00", "", '#,##0.00"元"', "[Red]0", "m/d/yy h:mm")
    ] == [*(True, False, False, False, False, False, True)]
    assert [formats.unit(code) for code in ('0.00"亿元"', '#,##0.00" 万元"', "0.00", '0!.0,"万元"', "#,##0元")] == [
        *("亿元", "万元", "", "", "元")
    ]
    assert formats.is_foreign_currency("[$$-409]#,##0.00")
    assert not formats.is_foreign_currency("[$¥-804]#,##0.00")
