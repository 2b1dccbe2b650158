"""Which rows are projects and what the others are."""

from decimal import Decimal

import pytest

from projects.importing.reading import read_sheets
from tests.projects.importing.sheets import HEAD, kinds, read, sheet

TITLE = ["2021年演示市工业投资项目推进表"]
GROUPED = ["序号", "项目名称", "建设内容及规模", "总投资(万元)", "项目业主"]


def entry(name: str, number: int | str | None = 1, total: float = 1000) -> list[object]:
    return [number, name, "演示单位", "高新区", total, None, "2021.3", "2022.3"]


def test_rows_around_the_table():
    parsed = read(
        ["附件1"], TITLE, [], ["编制单位：某局", None, "单位：万元"], HEAD, entry("甲"), [],
        entry("乙", 2), ["合计", "2个项目", None, None, 2000], ["注：标★的为省重点。"],
        ["填表人：张某", None, "审核人：李某"],
    )  # fmt: skip

    assert kinds(parsed) == {
        1: "title", 2: "title", 3: "blank", 4: "unit", 5: "header", 6: "project", 7: "blank",
        8: "project", 9: "total", 10: "note", 11: "note",
    }  # fmt: skip


@pytest.mark.parametrize(
    "row",
    [
        ["", "一、光电信息", 8, 261880],
        ["", "（一）拉晶切片配套", "4个", 1000],
        ["", "——不锈钢深加工", 3, 1000],
        ["", "Ⅰ 光电信息", 3, 1000],
        ["", "①光电信息", 3, 1000],
        ["", "【预备】", 3, 1000],
        ["", "南宁市人民政府", 16, 1528601.56],
        ["", "五通桥区", None, 1000],
        ["一", "光电信息", 8, 261880],
        ["（二）", "先进材料", None, None],
        ["", "续建项目(9个)", None, None],
        ["", "计划新开工项目", None, None],
        ["一、续建项目", None, None, None],
        ["", "光电信息", None, 1000],
        ["", "（三）", "3个", 1000],
    ],
)
def test_a_category_or_unit_with_count_and_sums_is_a_group(row):
    parsed = read(GROUPED, row, [1, "演示项目甲", "厂房", 1000, "业主"], [2, "演示项目乙", "厂房", 1000, "业主"])

    assert kinds(parsed) == {1: "header", 2: "group", 3: "project", 4: "project"}


def test_a_label_merged_across_the_table_is_a_group():
    parsed = read(["项目名称", "项目业主", "总投资(万元)"], ["光电信息"], ["演示项目", "业主", 1000], merges=["A2:C2"])

    assert kinds(parsed) == {1: "header", 2: "group", 3: "project"}


@pytest.mark.parametrize(
    "row",
    [
        [1, "一期年产5万吨项目", "新建厂房", 1000, "业主"],
        [None, "一、演示项目", "新建厂房", 1000, "业主"],
        ["一", "演示项目", "新建厂房", 1000, "业主"],
        [1, "（二期）演示项目", "新建厂房", 1000, None],
        [1, "演示项目", None, None, None],
        [1, "合计量具生产线", "新建厂房", 1000, "业主"],
        [1, "五通桥区污水处理厂", "新建厂房", 1000, "业主"],
    ],
)
def test_a_row_with_a_projects_data_is_a_project(row):
    assert kinds(read(GROUPED, row, [2, "演示项目乙", "厂房", 1000, "业主"]))[2] == "project"


def test_a_list_of_names_and_notes_alone_is_read_as_projects():
    parsed = read(["项目名称", "目前进展情况"], ["演示项目甲", None], ["演示项目乙", "已进场"])

    assert kinds(parsed) == {1: "header", 2: "project", 3: "project"}
    assert parsed.projects[1].facts == {"progress": "已进场"}


def test_groups_and_then_the_sheet_give_the_kind_of_year():
    parsed = read(
        HEAD, entry("零"), ["一、续建项目（2个）"], entry("甲"), ["（一）光电信息"], entry("乙"),
        ["二、计划新开工项目"], entry("丙"), ["三、其他"], entry("丁"), name="储备项目",
    )  # fmt: skip

    assert [project.year_type for project in parsed.projects] == ["储备", "续建", "续建", "新开工", "储备"]


def test_a_row_of_its_own_kind_of_year_goes_before_the_group():
    rows = (
        ["项目名称", "项目业主", "建设性质"],
        ["续建项目(2个)"],
        ["甲", "业主", "新建（新开工）"],
        ["乙", "业主", "技改"],
    )

    assert [(found.nature, found.year_type) for found in read(*rows).projects] == [("新建", "新开工"), ("技改", "续建")]


@pytest.mark.parametrize(
    "label", ["合计", "合  计", "总计", "共计", "小计", "光电信息小计", "合计：2个", "合计（2个）"]
)
def test_totals_are_no_projects(label):
    assert kinds(read(HEAD, entry("甲"), [label, None, None, None, 1000]))[3] == "total"
    assert kinds(read(HEAD, entry("甲"), [None, label, None, None, 1000]))[3] == "total"


@pytest.mark.parametrize(
    "note",
    [
        "注：标★的为省重点",
        "备注:以备案为准",
        "说明：略",
        "※ 表示省重点",
        "填表人：张某 审核：李某",
        "全市共有2个项目，总投资0.2亿元。",
    ],
)
def test_notes_are_no_projects(note):
    assert kinds(read(HEAD, entry("甲"), [note]))[3] == "note"


def test_lines_that_continue_a_note_are_notes():
    assert kinds(read(HEAD, entry("甲"), ["注：1.金额单位为万元；"], ["2.竣工时间以备案为准。"]))[4] == "note"


def test_a_repeated_heading_between_the_data_is_a_heading():
    parsed = read(HEAD, entry("甲"), HEAD, entry("乙", 2))

    assert kinds(parsed) == {1: "header", 2: "project", 3: "header", 4: "project"}


def test_the_numbers_of_the_columns_are_a_heading():
    assert kinds(read(HEAD, [1, 2, 3, 4, 5, 6, 7, 8], entry("甲")))[2] == "header"


def test_merged_cells_are_filled_down_and_empty_cells_stay_empty():
    rows = [entry(name) for name in "甲乙丙丁"]
    for row in rows[1:]:
        row[3] = None

    parsed = read(HEAD, *rows, merges=["D2:D3"])

    assert [project.park for project in parsed.projects] == ["乐山高新区", "乐山高新区", None, None]


def test_a_name_merged_over_several_rows_is_one_project():
    parsed = read(HEAD, entry("甲"), [None, None, "第二单位", None, 300], entry("乙"), merges=["B2:B3"])

    assert kinds(parsed) == {1: "header", 2: "project", 4: "project"}
    assert [(project.row, str(project.total_investment)) for project in parsed.projects] == [
        (2, "1000.00"),
        (4, "1000.00"),
    ]


def test_a_second_row_with_only_the_source_of_money_belongs_to_the_project_above():
    head = ["项目名称", "项目业主", "总投资(万元)", "资金来源", "金额"]
    parsed = read(
        head, ["甲", "业主", 1000, "自筹", 400], [None, None, None, "银行贷款", 600], [None, None, 600, "贷款", None]
    )

    assert kinds(parsed) == {1: "header", 2: "project"}


def test_project_data_without_a_name_is_a_project_with_an_error():
    parsed = read(HEAD, entry(""), entry("乙"))

    assert [(found.name, found.status) for found in parsed.projects] == [(None, "error"), ("乙", "ok")]


def test_rows_with_nothing_but_a_serial_number_are_blank():
    assert kinds(read(HEAD, entry("甲"), [2], [3], entry("乙", 4))) == {
        1: "header", 2: "project", 3: "blank", 4: "blank", 5: "project"
    }  # fmt: skip


def test_blank_rows_after_the_last_filled_one_are_not_listed():
    assert kinds(read(HEAD, entry("甲"), [2], [3])) == {1: "header", 2: "project"}


def test_the_same_name_and_amount_again_is_skipped_and_another_amount_is_marked():
    first = sheet(HEAD, entry("甲"), entry("乙"), name="总清单")
    second = sheet(HEAD, entry(" 甲★"), entry("乙", total=2000), name="续建")

    parsed = read_sheets([first, second])

    assert [(row.sheet, row.row, row.kind) for row in parsed.skipped if row.kind == "duplicate"] == [
        ("续建", 2, "duplicate")
    ]
    assert [(found.sheet, found.name, [issue.code for issue in found.issues]) for found in parsed.projects] == [
        *(("总清单", "甲", []), ("总清单", "乙", []), ("续建", "乙", ["duplicate_name"]))
    ]
    assert "“总清单”第3行" in parsed.projects[2].issues[0].message


def test_a_second_table_in_the_sheet_is_read_by_its_own_headings():
    parsed = read(HEAD, entry("甲"), ["项目名称", "总投资(亿元)", "项目业主"], ["乙", 2, "业主"])

    assert kinds(parsed) == {1: "header", 2: "project", 3: "header", 4: "project"}
    assert [(found.name, str(found.total_investment)) for found in parsed.projects] == [
        ("甲", "1000.00"),
        ("乙", "20000.00"),
    ]


def test_what_is_left_over_from_a_signature_is_no_project():
    parsed = read(HEAD, entry("甲"), [None, None, None, None, None, None, "乐山市某局"], [None, None, "2021年2月1日"])

    assert {project.name for project in parsed.projects} == {"甲"}


def test_a_group_may_name_its_park():
    assert kinds(read(HEAD, [None, "一、五通桥基地", None, "五通桥基地", 1000], entry("甲")))[2] == "group"


def test_a_note_does_not_speak_for_the_number_of_projects():
    assert read(HEAD, entry("甲"), ["注：其中2个续建项目为飞地项目。"]).reconciled is None


# ---- what the file says about itself ---------------------------------------------------------------------------
def test_a_total_row_is_compared_with_the_projects():
    right = read(HEAD, entry("甲"), entry("乙"), ["合计", "2个项目", None, None, 2000])
    wrong = read(HEAD, entry("甲"), entry("乙"), ["合计", "3个项目", None, None, 2000])
    silent = read(HEAD, entry("甲"), entry("乙"))

    assert [parsed.reconciled for parsed in (right, wrong, silent)] == [True, False, None]
    assert (wrong.declared.count, wrong.declared.total) == (3, Decimal(2000))


def test_subtotals_do_not_speak_for_the_sheet():
    parsed = read(
        HEAD, entry("甲"), ["光电信息小计", "1个", None, None, 1000], entry("乙"), ["总计", "2个", None, None, 2000]
    )

    assert (parsed.declared.count, parsed.reconciled) == (2, True)


def test_titles_and_sentences_may_state_the_number():
    title = read(["2021年项目清单（共2项）"], HEAD, entry("甲"), entry("乙"))
    sentence = read(TITLE, HEAD, entry("甲"), entry("乙"), ["全市共安排项目2个，总投资0.2亿元，年内全部开工。"])

    assert (title.declared.count, title.declared.total, title.reconciled) == (2, None, True)
    assert (sentence.declared.count, sentence.declared.total, sentence.reconciled) == (2, Decimal("2000.00"), True)


def test_projects_that_are_skipped_as_duplicates_count_for_their_sheet():
    first = sheet(HEAD, entry("甲"), name="一")
    second = sheet(HEAD, entry("甲"), entry("乙"), ["合计", "2个", None, None, 2000], name="二")

    assert read_sheets([first, second]).reconciled is True


# --- rows of an export -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["合计", "一、甲项目", "注：甲项目", "★甲项目（犍为县）", "续建项目（3个）", "填表人：张某"]
)
def test_a_row_with_a_number_is_a_project_whatever_its_name_looks_like(name):
    parsed = read(["项目名称", "总投资（万元）", "系统编号"], [name, 1, "LS2021-0001"])

    assert [project.name for project in parsed.projects] == [name]


def test_a_row_with_a_number_inherits_no_kind_of_year():
    heading = ["项目名称", "总投资（万元）", "系统编号"]
    parsed = read(heading, ["续建项目（1个）", None, None], ["甲项目", 1, "LS2021-0001"])

    assert parsed.projects[0].year_type is None


@pytest.mark.parametrize(
    ("heading", "text", "said"),
    [
        ("建设性质", "改天换地", "请改正或清空这一格。"),
        ("所在园区", "月球园区", "园区“月球园区”不在名单里"),
        ("计划开工时间", "近期", "“近期”看不出具体时间"),
    ],
)
def test_what_is_left_out_elsewhere_is_an_error_beside_a_number(heading, text, said):
    heads = ["项目名称", "总投资（万元）", heading, "系统编号"]
    strict, loose = (read(heads, ["甲项目", 1, text, number]).projects[0] for number in ("LS2021-0001", None))

    assert (strict.status, said in strict.issues[0].message) == ("error", True)
    assert loose.status != "error"
