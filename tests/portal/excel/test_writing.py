"""What is written is read back equal, prints well and never becomes a formula."""

import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.excel import limits, reading, writing
from portal.excel.cells import NUMBER, TEXT
from portal.excel.writing import COUNT, MONEY, Column, Strong, Table
from portal.text import visible

PAYLOADS = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1",
    "＝1", "＋1", "－1", "＠x", "\u200b=1", "{=1}", "http://example.org", "mailto:a@b", "internal:A1", "<r>", "<r></r>",
    '<r></is></c><c r="Z1"><f>1+1</f></c></r>', "_x0041_", "]]>", "<![CDATA[x]]>", "&lt;f&gt;", "1e5", "007",
    "a\r\nb\tc", "  两端  ", "#REF!", "TRUE", "2021-03-15", "💧", "'=1",
]  # fmt: skip
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
LEFT_OUT = "".join(map(chr, (*range(9), 11, 12, *range(14, 32)))) + "\ufffe\uffff"
KEPT = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters=LEFT_OUT)


def written(tmp_path, tables, **options):
    file = tmp_path / "out.xlsx"
    writing.write(file, tables, **options)
    return file


def texts(file):
    with zipfile.ZipFile(file) as archive:
        assert [name for name in archive.namelist() if FORMULA.search(archive.read(name))] == []
    return [[cell.value for cell in row.values()] for row in reading.read(file)[0].rows.values()][1:]


@pytest.mark.parametrize("large", [False, True])
def test_dangerous_text_stays_text_and_comes_back_equal(tmp_path, large):
    table = Table("表", [Column("名称")], [[payload] for payload in PAYLOADS])

    assert texts(written(tmp_path, [table], large=large)) == [[visible(payload)] for payload in PAYLOADS]


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(KEPT, max_size=30).map(visible).filter(bool), min_size=1, max_size=30), st.booleans())
@example(["<r>x</r>", "=<r></r>"], True)
def test_any_text_comes_back_equal(tmp_path, words, large):
    file = written(tmp_path, [Table("表", [Column("名称")], [[word] for word in words])], large=large)

    assert texts(file) == [[word] for word in words]


def test_amounts_are_numbers_with_two_decimals_and_blanks_stay_blank(tmp_path):
    columns = [Column("名称", 30), Column("总投资(万元)", 16, MONEY), Column("数", 8, COUNT)]
    rows = [["甲", Decimal("277204.04"), 3], ["乙", None, None], Strong(["合计", Decimal("13800000.00"), 279])]
    file = written(
        tmp_path, [Table("推进表", columns, iter(rows), title="2021年表", left="填报单位：某局", right="单位：万元")]
    )

    found = reading.read(file)[0].rows

    assert [(cell.kind, cell.value) for cell in found[4].values()] == [
        (TEXT, "甲"),
        (NUMBER, "277204.04"),
        (NUMBER, "3"),
    ]
    assert found[4][2].format == "#,##0.00"
    assert list(found[5]) == [1]
    assert found[2][3].value == "单位：万元"


def test_the_page_is_a3_landscape_one_page_wide_with_the_heading_repeated(tmp_path):
    table = Table(
        "表", [Column("甲", 40), Column("乙")], [["x", "y"]], title="标题", right="单位：万元", notes=["注：略"]
    )
    sheet = openpyxl.load_workbook(written(tmp_path, [table]))["表"]

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        8,
        "landscape",
        0,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$3:$3", "C4")
    assert (sheet["A1"].alignment.horizontal, sheet["A3"].font.bold, sheet["A5"].value) == ("center", True, "注：略")
    assert sheet.column_dimensions["A"].width == pytest.approx(40.7, abs=0.1)


def test_text_a_formula_could_begin_with_is_quoted_for_later_editing(tmp_path):
    table = Table("表", [Column("名称")], [["=1"], ["甲"]])
    sheet = openpyxl.load_workbook(written(tmp_path, [table]))["表"]

    assert [sheet[place].quotePrefix for place in ("A2", "A3")] == [True, False]


def test_what_no_workbook_can_hold_is_left_out(tmp_path):
    table = Table("表", [Column("名称")], [["a\x00b\x1fc\ud800d"], ["长" * 40_000]])
    first, second = texts(written(tmp_path, [table]))

    assert first == ["abcd"]
    assert (len(second[0]), second[0][-4:]) == (limits.STRING, "已截断）")


def test_sheet_names_are_made_acceptable():
    assert [writing.sheet_name(name) for name in ("五通桥/园区:[1]", "", "长" * 40)] == [
        "五通桥 园区  1",
        "Sheet1",
        "长" * 31,
    ]


def test_a_row_must_be_as_long_as_the_heading(tmp_path):
    with pytest.raises(ValueError, match="zip"):
        written(tmp_path, [Table("表", [Column("甲")], [["x", "y"]])])
