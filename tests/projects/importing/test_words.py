"""Names, parks, counties, codes and the kinds of a year."""

import pytest

from projects.importing import codes, grouping, names, places, wording


@pytest.mark.parametrize(
    ("written", "name", "flags"),
    [
        ("演示年产6GW单晶拉棒生产线★", "演示年产6GW单晶拉棒生产线", ["★"]),
        ("★演示碳碳热场材料项目（犍为县）", "演示碳碳热场材料项目", ["★", "犍为县"]),
        ("演示石英坩埚项目（暂定名）▲", "演示石英坩埚项目", ["▲", "暂定名"]),
        ("演示切割液项目（二期）", "演示切割液项目（二期）", []),
        ("演示切割液项目（二期）（五通桥区）", "演示切割液项目（二期）", ["五通桥区"]),
        ("※●演示项目(吴忠市)", "演示项目", ["※", "●", "吴忠市"]),
        ("演示茶项目（马边彝族自治县）", "演示茶项目", ["马边彝族自治县"]),
        ("演示厂房（高新区）", "演示厂房（高新区）", []),
        ("演示厂房（工业园区）", "演示厂房（工业园区）", []),
        ("演示年产3GW光伏组件\n生产线", "演示年产3GW光伏组件生产线", []),
        ("  演示 项目 \r\n", "演示 项目", []),
        ("ABC\nDEF改造", "ABC DEF改造", []),
        ("一期年产5万吨项目", "一期年产5万吨项目", []),
        ("（犍为县）", "", ["犍为县"]),
        ("★", "", ["★"]),
    ],
)
def test_marks_come_off_a_name(written, name, flags):
    assert names.clean(written) == (name, flags)


@pytest.mark.parametrize(
    ("park", "words"),
    [
        ("乐山高新区", "乐山高新区 高新区 乐高新 市高新 市高新区 乐高新区 乐山国家高新区 乐山高新技术产业开发区 高新"),
        ("五通桥基地", "五通桥基地 五通 五通桥 桥区 五通桥区 五通桥工业园 五通桥工业园区 五通桥经开区 乐山市五通桥区"),
        ("犍为基地", "犍为基地 犍为 犍为县 犍为工业集中区 犍为新型工业基地"),
        ("夹江基地", "夹江基地 夹江县 夹江经济开发区"),
        ("沙湾基地", "沙湾基地 沙湾区 沙湾工业园"),
        ("峨眉基地", "峨眉基地 峨眉 峨眉山市 峨眉山 峨眉工业集中区 峨眉山市工业集中区"),
        ("其他特色园区(N)", "其他特色园区(N) 其他特色园区（N） 其他特色园区 特色园区 N"),
        (None, "未来科技园 井研工业园 五通桥区竹根镇 成都高新区 全市"),
    ],
)
def test_parks_are_known_by_many_names(park, words):
    assert {word: places.park(word) for word in words.split()} == dict.fromkeys(words.split(), park)


def test_counties_are_known_by_many_names():
    assert {places.county(word) for word in ("峨边彝族自治县", "峨边县", "峨边", "乐山市峨边县")} == {"511132"}
    assert [places.county(word) for word in ("市中区", "五通桥", "峨眉山市", "成都市")] == [
        "511102",
        "511112",
        "511181",
        None,
    ]


def test_a_project_code_has_five_groups_of_digits():
    assert codes.is_project_code(codes.normal(" 2020—511112-38-03-980001"))
    assert not codes.is_project_code("511112-2020-38")


@pytest.mark.parametrize(
    ("code", "county", "other"),
    [
        ("2020-511112-38-03-980001", "五通桥区", ""),
        ("2020-511112-38-03-980001", "犍为县", "五通桥区"),
        ("2020-511112-38-03-980001", "", ""),
        ("2020-511171-38-03-980001", "市中区", ""),
        ("2020-511100-38-03-980001", "市中区", ""),
        ("2020-510104-38-03-980001", "市中区", "510104"),
    ],
)
def test_a_code_may_name_another_county(code, county, other):
    assert codes.other_county(code, county) == other


def test_the_kind_of_year_is_read_from_groups_sheets_and_cells():
    words = (
        "一、续建项目（9个）",
        "计划新开工项目",
        "竣工",
        "计划竣工投产",
        "储备",
        "前期",
        "新建",
        "续建和新开工",
        "总清单",
    )
    kinds = ["续建", "新开工", "计划竣工投产", "计划竣工投产", "储备", "储备", None, None, None]

    assert [grouping.year_type(word) for word in words] == kinds


def test_chinese_numerals():
    assert [wording.chinese_number(word) for word in ("三", "十二", "二十", "一百二十", "二〇二一")] == [
        3,
        12,
        20,
        120,
        2021,
    ]
