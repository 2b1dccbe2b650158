"""The values of a project, and the issues found in them."""

from datetime import date

import pytest

from portal.excel.cells import ERROR, Cell
from tests.projects.importing.sheets import codes, project, read

MONEY = ["项目名称", "总投资(万元)", "2021年计划投资(万元)", "累计完成投资(万元)", "建设内容"]
DATES = ["项目名称", "计划开工时间", "计划竣工时间", "建设起止年限"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1000, 500, 300], set()),
        ([0], {("total_investment", "zero_amount")}),
        ([300], {("total_investment", "below_statistics_threshold")}),
        ([500], set()),
        ([3_000_000], set()),
        ([3_000_001], {("total_investment", "unit_clash")}),
        ([1000, 1200], {("annual_plan", "investment_exceeds_total")}),
        ([1000, None, 1100], set()),
        ([1000, None, 1101], {("cumulative_done", "investment_exceeds_total")}),
        ([28000, None, None, "新建厂房，总投资约2.8亿元"], set()),
        ([28000, None, None, "新建厂房，总投资约3.6亿元"], {("total_investment", "stated_amount_mismatch")}),
        ([Cell(ERROR, "#REF!"), "3亿元以上", "详见附件"], {
            ("total_investment", "formula_error"),
            ("annual_plan", "amount_range"),
            ("cumulative_done", "invalid_amount")}),
    ],
)  # fmt: skip
def test_amounts_are_checked(values, found):
    assert codes(project(MONEY, ["演示项目", *values])) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["2021年9月", "2021年6月"], {("planned_finish", "finish_before_start")}),
        (["2021年9月", "2021年底"], set()),
        (["2012年", "2036年"], {("planned_start", "date_out_of_range"), ("planned_finish", "date_out_of_range")}),
        (["已开工", "近期"], {("planned_start", "state_not_date"), ("planned_finish", "vague_date")}),
        ([None, None, "2022-2020"], {("planned_start", "vague_date")}),
        ([None, None, "24个月"], {("planned_finish", "relative_date")}),
        (["2021.3.15", None, "24个月"], {("planned_finish", "relative_date")}),
        ([2021.1, "2021年2月30日"], {("planned_start", "ambiguous_date"), ("planned_finish", "invalid_date")}),
    ],
)
def test_dates_are_checked(values, found):
    assert codes(project(DATES, ["演示项目", *values])) == found


def test_a_date_column_of_its_own_goes_before_the_period():
    found = project(DATES, ["演示项目", None, "2022年6月", "2020-2023"])

    assert (str(found.planned_start), str(found.planned_finish)) == ("2020年", "2022年6月")


def test_a_duration_is_resolved_from_a_start_known_to_the_day():
    assert str(project(DATES, ["演示项目", "2021.3.15", None, "24个月"]).planned_finish) == "2023-03-15"
    assert project(DATES, ["演示项目", "2021年3月", "开工后8个月"]).planned_finish is None


def test_codes_are_checked_against_shape_county_and_each_other():
    head = ["项目名称", "统一项目代码", "统一社会信用代码", "所在县(市、区)"]
    parsed = read(
        head,
        ["甲", "2020-511112-38-03-980001", "91510000207305821R", "五通桥区"],
        ["乙", "2020-511112-38-03-980001", "91510000207305821X", "犍为县"],
        ["丙", "511112-2020-38", "123", "犍为县"],
        ["丁", "—", "待办理", None],
    )

    assert [codes(found) for found in parsed.projects] == [
        set(),
        {("project_code", "code_county_mismatch"), ("project_code", "duplicate_code"), ("uscc", "invalid_uscc")},
        {("project_code", "invalid_project_code"), ("uscc", "invalid_uscc")},
        {("uscc", "invalid_uscc")},
    ]


@pytest.mark.parametrize(
    ("nature", "read_as"),
    [
        ("新建", ("新建", None)),
        ("新建(续建)", ("新建", "续建")),
        ("技改（新开工）", ("技改", "新开工")),
        ("改建", ("技改", None)),
        ("技术改造", ("技改", None)),
        ("改建和技术改造", ("技改", None)),
        ("扩建", ("扩建", None)),
        ("改扩建", ("扩建", None)),
        ("迁建", ("迁建", None)),
        ("单纯购置", ("单纯购置", None)),
        ("续建", (None, "续建")),
        ("", (None, None)),
    ],
)
def test_the_nature_may_also_give_the_kind_of_year(nature, read_as):
    found = project(["项目名称", "建设性质"], ["演示项目", nature])

    assert (found.nature, found.year_type, found.issues) == (*read_as, [])


def test_a_choice_nobody_knows_is_reported_but_harmless():
    found = project(["项目名称", "建设性质"], ["演示项目", "其他情况"])

    assert (found.nature, found.status, codes(found)) == (None, "ok", {("nature", "unknown_choice")})


def test_an_unknown_park_is_a_warning_and_no_park_is_none():
    head = ["项目名称", "所在园区"]

    assert codes(project(head, ["演示项目", "未来科技园"])) == {("park", "unknown_park")}
    assert codes(project(head, ["演示项目", "—"])) == set()


def test_an_error_of_excel_in_a_column_of_the_contract_is_an_error_and_elsewhere_a_remark():
    error = Cell(ERROR, "#REF!")
    found = project(["项目名称", "所在园区", "统一项目代码", "备注"], ["演示项目", error, error, error])

    assert codes(found) == {
        ("park", "formula_error"), ("project_code", "formula_error"), ("remark", "formula_ignored"),
    }  # fmt: skip
    assert project(["项目名称", "备注"], ["演示项目", error]).status == "ok"


def test_every_issue_names_the_cell_and_what_to_do():
    found = read(["2021年表"], MONEY, ["演示项目", "3亿元以上"]).projects[0]

    assert found.issues[0].cell == "B3"
    assert found.issues[0].message == "B3：“3亿元以上”不是一个确定的数，请填写一个金额。"
    assert found.cells == {"name": "A3", "total_investment": "B3"}


def test_the_other_columns_become_facts():
    row = {
        "项目名称": "演示项目", "产业链环节": "切片", "项目阶段": "开工在建", "六大光伏项目": "是", "是否入统": "否",
        "实际开工时间": date(2021, 3, 15), "企业联络员": "王某某", "联系电话": 13800000001, "存在问题": "林地手续未批",
        "下一步": "—", "系统编号": "LS2021-0001", "备注": "=1+1", "设计产能": None, "年度": 2021,
    }  # fmt: skip

    facts = project(list(row), list(row.values())).facts

    assert str(facts.pop("actual_start")) == "2021-03-15"
    assert facts == {
        "chain_segment": "切片", "stage": "开工在建", "six_pv": True, "stat_listed": False, "liaison": "王某某",
        "liaison_phone": "13800000001", "problem": "林地手续未批", "number": "LS2021-0001",
        "remark": "=1+1", "year": 2021,
    }  # fmt: skip
