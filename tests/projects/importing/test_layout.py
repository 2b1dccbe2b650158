"""Where a heading is found and how its rows are joined."""

import pytest

from portal.excel.refusal import Refused
from projects.importing.reading import read_sheets
from tests.projects.importing.sheets import HEAD, read, sheet

ROW = [1, "演示项目", "演示单位", "高新区", 1000, 500, "2021.3", "2022.3"]


def test_a_sheet_needs_a_name_and_another_heading_within_20_rows():
    with pytest.raises(Refused, match="没有找到表头"):
        read(*[["无关"]] * 20, HEAD, ROW)
    with pytest.raises(Refused, match="没有找到表头"):
        read(["序号", "项目名称"], [1, "演示项目"])

    assert read(*[["无关"]] * 19, HEAD, ROW).sheets[0].header_row == 20


def test_hidden_sheets_and_sheets_without_heading_are_not_used():
    parsed = read_sheets([sheet(["封面"], name="封面"), sheet(HEAD, ROW), sheet(HEAD, ROW, name="隐藏", hidden=True)])

    assert [entry.as_json()["used"] for entry in parsed.sheets] == [False, True, False]
    assert len(parsed.projects) == 1


def test_merged_parents_are_joined_with_their_children():
    parsed = read(
        ["2021年项目表"],
        ["项目名称", "项目业主", "总投资", "2021年投资计划", None, "1月", None],
        [None, None, None, "小计", "主要建设内容", "计划投资", "完成投资"],
        ["演示项目", "演示业主", 1000, 500, "主体", 7, 8],
        merges=["A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2"],
    )

    assert parsed.sheets[0].header_row == [2, 3]
    assert (str(parsed.projects[0].annual_plan), parsed.projects[0].row) == ("None", 4)
    assert parsed.sheets[0].unknown_columns == ["2021年投资计划·主要建设内容", "1月·计划投资", "1月·完成投资"]


def test_three_rows_of_heading():
    parsed = read(
        ["单位：万元"],
        ["项目名称", "项目业主", "投资情况", None, None],
        [None, None, "总投资", "2021年", None],
        [None, None, None, "计划投资", "完成投资"],
        ["演示项目", "演示业主", 1000, 500, 8],
        merges=["A2:A4", "B2:B4", "C2:E2", "C3:C4", "D3:E3"],
    )

    assert parsed.sheets[0].header_row == [2, 4]
    assert (str(parsed.projects[0].total_investment), str(parsed.projects[0].annual_plan)) == ("1000.00", "500.00")


def test_a_parent_row_above_the_names_belongs_to_the_heading():
    parsed = read(
        ["2021年项目表（单位：万元）", None, None, None, None, None],
        ["项目基本情况", None, None, "2021年", None, "备注"],
        ["序号", "项目名称", "项目业主", "计划投资", "完成投资", None],
        [1, "演示项目", "演示业主", 500, 8, None],
        merges=["A1:F1", "A2:C2", "D2:E2", "F2:F3"],
    )

    assert parsed.sheets[0].header_row == [2, 3]
    assert str(parsed.projects[0].annual_plan) == "500.00"


def test_a_word_split_over_two_rows_is_joined():
    parsed = read(
        ["项目名称", "建设单位", "建设起", "总投资"],
        [None, None, "止年限", "（万元）"],
        ["演示项目", "演示单位", "2020-2022", 1000],
    )

    assert parsed.sheets[0].header_row == [1, 2]
    assert (str(parsed.projects[0].planned_start), str(parsed.projects[0].planned_finish)) == ("2020年", "2022年")
    assert str(parsed.projects[0].total_investment) == "1000.00"


def test_even_the_name_may_be_split():
    parsed = read(["项目", "建设", "总投资"], ["名称", "单位", "(亿元)"], ["演示项目", "演示单位", 2])

    assert parsed.sheets[0].header_row == [1, 2]
    assert (parsed.projects[0].name, str(parsed.projects[0].total_investment)) == ("演示项目", "20000.00")


def test_the_first_project_is_no_heading():
    parsed = read(["项目名称", "总投资", "项目业主"], ["演示项目", None, None], ["演示项目二", None, "业主"])

    assert parsed.sheets[0].header_row == 1
    assert [project.row for project in parsed.projects] == [2, 3]


def test_spaces_and_line_breaks_in_headings_do_not_matter():
    parsed = read(["项 目 名 称", "总 投 资\n（万元）", "建设\n单位"], ["演示项目", "1,200", "演示单位"])

    assert str(parsed.projects[0].total_investment) == "1200.00"


@pytest.mark.parametrize(
    ("above", "heading", "unit"),
    [
        (["单位：万元"], "总投资", "万元"),
        (["单位:亿元"], "总投资", "亿元"),
        (["填报单位：某局", None, "单位：万元、亩"], "总投资", "万元"),
        (["2021年项目表（亿元）"], "总投资", "亿元"),
        (["金额单位：", "万元"], "总投资", "万元"),
        (["单位：万元"], "总投资（亿元）", "亿元"),
        (["2021年项目表"], "总投资", None),
    ],
)
def test_the_unit_of_the_heading_goes_before_that_above_the_table(above, heading, unit):
    assert read(above, ["项目名称", heading], ["演示项目", 2]).sheets[0].unit == unit


def test_the_year_stands_in_the_title_or_is_given():
    table = (["项目名称", "2022年计划投资(万元)", "计划开工"], ["演示项目", 100, "3月"])

    named = read_sheets([sheet(["2022年项目表"], *table)], year=2023)
    given = read_sheets([sheet(["项目表"], *table)], year=2022)
    neither = read_sheets([sheet(*table)])

    assert [(parsed.year, str(parsed.projects[0].annual_plan)) for parsed in (named, given, neither)] == [
        *((2022, "100.00"), (2022, "100.00"), (2021, "None"))
    ]
    assert str(named.projects[0].planned_start) == "2022年3月"


def test_columns_without_heading_are_ignored_and_others_are_listed():
    parsed = read(
        ["项目名称", "总投资(万元)", None, "用地面积"], ["演示项目", 1000, "#REF!", 30], [None, None, "x", None]
    )

    assert parsed.sheets[0].unknown_columns == ["用地面积"]
    assert (parsed.projects[0].status, parsed.skipped[-1].kind) == ("ok", "header")


def test_of_two_columns_for_one_field_the_better_heading_counts():
    parsed = read(["项目名称", "项目总投资及来源说明", "总投资(万元)"], ["演示项目", "自筹", 1000])

    assert str(parsed.projects[0].total_investment) == "1000.00"


def test_a_line_with_who_and_when_above_the_headings_is_no_part_of_them():
    parsed = read(
        ["2021年项目表", None, None, None, None, None],
        ["填报单位：某局", None, None, None, "2021年2月", None],
        ["序号", "项目名称", "项目业主", "总投资(万元)", "备注", "电话"],
        [1, "演示项目", "演示业主", 500, None, None],
        merges=["A1:F1", "A2:D2", "E2:F2"],
    )

    assert parsed.sheets[0].header_row == 3
    assert [row.kind for row in parsed.skipped] == ["title", "title", "header"]


def test_instructions_that_mention_headings_are_no_table():
    with pytest.raises(Refused):
        read(["项目名称", "按备案证填写；项目单位填写全称。"], ["总投资", "单位为万元"])
