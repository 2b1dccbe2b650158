"""Headings and the fields they name."""

import pytest

from projects.importing import headings


def field(*path: str, year: int | None = 2021) -> str | None:
    found = headings.match(list(path), year)
    return found.field if found else None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("name", "项目名称 项目名 工程名称 工程名 项目全称 名称 项·目·名·称 项目名称（全称）"),
        (
            "enterprise",
            "项目单位 建设单位 实施单位 项目法人 法人单位 建设主体 投资主体 项目实施主体 项目业主 业主单位 业主",
        ),
        ("enterprise", "建设单位（盖章） 投资主体名称 项目（法人）单位"),
        ("responsible_unit", "责任单位 牵头单位 主管单位 项目主管单位 主管部门"),
        ("park", "所在园区 所属园区 园区 所属园区（基地）"),
        ("county", "所在县(市、区) 所在县（市、区） 所在县区 所属区县 县(市、区)"),
        (
            "total_investment",
            "总投资 项目总投资 总投资额 计划总投资 投资总额 总投资(万元) 总投资额（亿元） 总投资/万元",
        ),
        (
            "annual_plan",
            "2021年计划投资 2021年投资计划 年度计划投资 年计划投资 年度投资计划 本年度计划投资 2021年计划投资（万元）",
        ),
        (
            "cumulative_done",
            "累计完成投资 自开始累积完成投资 开工至今累计完成投资 截至2020年底累计完成投资(万元)",
        ),
        ("cumulative_done", "2020年底累计完成投资 截至目前累计完成投资 上年底累计完成投资 截至2021年8月底累计完成投资"),
        (
            "planned_start",
            "计划开工 计划开工时间 计划开工(时间) 开工时间 开工年份 开工/计划开工时间 建设起始年限-开工年份",
        ),
        ("planned_finish", "计划竣工 计划竣工时间 竣工时间 竣工年份 完工年份 建设起止年限-竣工年份 计划竣工投产时间"),
        ("actual_start", "实际开工时间 实际开工"),
        ("actual_finish", "实际竣工时间 实际竣工"),
        ("both_dates", "建设起止年限 建设起止时间 起止年限 建设年限 建设周期 建设起止年限（年） 计划开竣工时间"),
        ("nature", "建设性质"),
        ("year_type", "年度类型"),
        ("project_code", "统一项目代码 项目代码 项目代码（备案证号）"),
        ("uscc", "统一社会信用代码 企业统一社会信用代码"),
        ("content", "建设内容及规模 建设规模及内容 主要建设内容 建设内容"),
        ("progress", "目前进展情况 最新进展 形象进度 进展 截至8月底形象进度 工程形象进度"),
        ("problem", "存在问题 存在的主要问题"),
        ("next_step", "下一步 下一步工作打算"),
        ("reason", "原因类别"),
        ("liaison_phone", "联系电话 项目业主联系电话 联系方式"),
        ("stat_listed", "入统 是否入统 统计入库"),
        ("serial", "序号 编号 序"),
        ("number", "系统编号"),
        ("remark", "备注"),
    ],
)
def test_each_alias_names_its_field(name, words):
    found = {word: field(word.replace("·", " ")) for word in words.split(" ")}

    assert found == dict.fromkeys(found, name)


@pytest.mark.parametrize(
    "words",
    [
        "2020年计划投资 2022年计划投资 1月计划投资 本年(1—N月)完成投资 年度累计完成投资 1-8月累计完成投资",
        "2021年累计完成投资 2021年主要建设内容",
        "本月完成投资 累计完成投资占总投资比例 计划总投资类型 总投资完成率 项目名单 企业联系地址 是否开工 开工情况",
        "2021年形象进度目标 3月形象进度 计划投资 其中：固定资产投资 建设单位性质 业主责任人 子项目名称",
        "2021年前期工作或工程形象进度目标 用地面积(亩 亩均税收(万元/亩)",
    ],
)
def test_other_headings_are_not_read(words):
    found = {word: field(word) for word in words.split(" ")}

    assert found == dict.fromkeys(found)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("2021年投资计划", "小计"), "annual_plan"),
        (("2021年", "计划投资"), "annual_plan"),
        (("投资计划", "2021年"), "annual_plan"),
        (("2020年", "计划投资"), None),
        (("2022年投资计划", "小计"), None),
        (("2021年投资计划", "市财政"), None),
        (("2021年投资计划", "主要建设内容"), None),
        (("1月", "计划投资"), None),
        (("1月", "完成投资"), None),
        (("总投资（万元）", "合计"), "total_investment"),
        (("总投资", "固定资产投资"), None),
        (("投资情况（万元）", "总投资"), "total_investment"),
        (("项目基本情况", "项目名称"), "name"),
        (("建设起", "止年限"), "both_dates"),
        (("项目", "名称"), "name"),
        (("建设起止年限", "起"), "planned_start"),
        (("建设起止年限", "止"), "planned_finish"),
        (("建设起止年限", "竣工年份"), "planned_finish"),
        (("实际", "开工时间"), "actual_start"),
        (("完成情况", "截至2020年底", "累计完成投资"), "cumulative_done"),
    ],
)
def test_a_heading_under_a_parent_is_joined_with_it(path, name):
    assert field(*path) == name


def test_the_plan_of_the_tables_own_year_is_the_annual_plan():
    assert field("2022年计划投资", year=2022) == "annual_plan"
    assert field("2021年计划投资", year=2022) is None


@pytest.mark.parametrize(
    ("word", "unit"),
    [("总投资（亿元）", "亿元"), ("总投资(万元)", "万元"), ("总投资/万元", "万元"),
     ("总投资(亿)", "亿元"), ("总投资", None),
     ("总投资（单位：万元）", "万元"), ("总投资（元）", "元"), ("总投资(万美元)", "万美元")],
)  # fmt: skip
def test_the_unit_of_a_heading(word, unit):
    assert headings.unit_of(word) == unit
