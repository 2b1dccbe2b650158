"""The figures of the register at 2021-09-27, exactly as the bureau's paper has them."""

from datetime import date
from decimal import Decimal

import pytest

from parks.models import Park
from portal.money import yi
from projects import groups, notes, stats
from projects.filters import ProjectFilter
from projects.models import ProjectGroup
from projects.views import listing
from projects.wording import ShortNames, paragraph
from tests.factories import park, park_manager
from tests.projects.register import by_number

pytestmark = pytest.mark.django_db
ON = date(2021, 9, 27)
# 园区: 项目, 总投资, 年计划, 新开工已, 计划, 逾期未开工, 逾期未竣工, 投产已, 计划, 试生产, 停缓建
TABLE = {
    "合计": (279, "1380.00", "367.88", 17, 90, 46, 35, 7, 46, 5, 7),
    "乐山高新区": (41, "227.14", "65.99", 1, 12, 8, 6, 3, 8, 0, 0),
    "五通桥基地": (65, "418.61", "75.22", 6, 20, 10, 5, 1, 7, 1, 2),
    "犍为基地": (38, "125.79", "37.80", 2, 11, 8, 5, 1, 7, 0, 2),
    "夹江基地": (44, "144.25", "51.82", 4, 14, 6, 6, 1, 8, 3, 2),
    "沙湾基地": (36, "196.25", "73.35", 1, 11, 4, 6, 0, 7, 1, 1),
    "峨眉基地": (28, "100.26", "33.85", 2, 14, 6, 5, 0, 5, 0, 0),
    "其他特色园区": (25, "90.69", "29.85", 1, 8, 4, 2, 1, 4, 0, 0),
    "待分派": (2, "77.00", "0.00", 0, 0, 0, 0, 0, 0, 0, 0),
}


def cells(line):
    f = line.figures
    started, finished = (f["started"], f["planned_new"]), (f["finished"], f["planned_finishing"])
    late = (f["overdue_start"], f["overdue_finish"])
    counts = (*started, *late, *finished, f["trial"], f["suspended"])
    return (f["all"].count, yi(f["all"].total), yi(f["all"].plan), *(one.count for one in counts))


def lines_of(user):
    return stats.unit_lines(stats.register(user, year=2021), Park.objects.reporting(), on=ON, year=2021)


def figures_of(user, **asked):
    found = ProjectFilter(asked, user=user, year=2021, on=ON)
    return found, stats.figures(found.base, on=ON, year=2021, shown=found.shown)


def paragraph_of(user, query):
    found, figures = figures_of(user, q=query)
    late = found.base.overdue_start(on=ON) if found.chips == ["not_started"] else found.qs
    return paragraph(listing.subject_of(found), figures, found.chips, late)


def test_table_by_unit_has_the_figures_of_the_paper(register_2021, staff):
    assert {line.name: cells(line) for line in lines_of(staff)} == TABLE


def test_other_parks_open_into_six_counties(register_2021, staff):
    other = next(line for line in lines_of(staff) if line.park and line.park.code == "P99")

    counted = [(line.name, line.figures["all"].count) for line in other.children]

    assert sorted(counted, key=lambda one: -one[1]) == counted
    assert dict(counted) == {"峨边县": 6, "金口河区": 5, "沐川县": 5, "井研县": 4, "市中区": 3, "马边县": 2}


def test_all_sets_of_all_units_cost_one_query(register_2021, staff, django_assert_num_queries):
    projects = stats.register(staff, year=2021)

    with django_assert_num_queries(1):
        stats.figures_by_unit(projects, on=ON, year=2021)


def test_sentence_of_the_city(register_2021, staff):
    guard = groups.difference(ProjectGroup.objects.get(slug=groups.INDUSTRIAL))
    found = stats.figures(stats.register(staff, year=2021), on=ON, year=2021)

    assert stats.sentence(found, guard) == (
        "全市2021年工业投资项目279个、总投资1380.00亿元，与公布数一致。"
        "计划新开工90个，已开工17个，逾期未开工46个、218.03亿元；逾期未竣工35个、86.79亿元。"
    )


def test_sentence_names_what_is_registered_beyond_the_published_list(register_2021, staff):
    entry = by_number("070").entries.get(group__slug=groups.INDUSTRIAL)
    entry.delete()
    guard = groups.difference(ProjectGroup.objects.get(slug=groups.INDUSTRIAL))
    found = stats.figures(stats.register(staff, year=2021), on=ON, year=2021)

    assert (
        "279个、总投资1380.00亿元，其中列入公布名单278个、1365.50亿元，比公布数少1个、少14.50亿元。"
        in stats.sentence(found, guard)
    )


def test_counts_are_those_of_the_named_verbs(register_2021, staff):
    projects = stats.register(staff, year=2021)
    found = stats.figures(projects, on=ON, year=2021)

    assert found["not_started"].count == projects.not_started().count() == 73
    assert found["overdue_finish"].count == projects.overdue_finish(on=ON).count() == 35
    assert found["due_week"].count == projects.due_this_week(on=ON).count() == 10
    assert found["overdue_start"].count + found["not_due_start"].count == found["not_started"].count


def test_amounts_are_exact_to_the_cent(register_2021, staff):
    found = stats.figures(stats.register(staff, year=2021), on=ON, year=2021)

    assert found["overdue_start"].total == Decimal("2180285.56")
    assert found["all"].total == Decimal("13800000.00")


def test_paragraph_of_not_started_projects_gives_the_reasons(register_2021, staff):
    causes = {"land": ["070", "074", "075", "083"], "environment": ["080", "088"], "enterprise": ["076", "086"]}
    for reason, numbers in causes.items():
        for number in numbers:
            notes.add_progress(project=by_number(number), by=staff, problem="办理中", reason=reason)

    assert paragraph_of(staff, "五通桥 未开工") == (
        "截至9月27日，五通桥基地2021年计划新开工项目20个、总投资52.62亿元，已开工6个，未开工14个、34.42亿元。"
        "其中，超过计划开工时间10个、27.15亿元，未到计划时间4个、7.27亿元。"
        "逾期未开工原因：用地4个（演示项目070、074、075、083），环评2个（080、088），企业自身2个（076、086），"
        "原因未填2个（082、085）。（口径：不含储备、停缓建；演示数据）"
    )


def test_paragraph_without_notes_says_that_no_reason_is_filled_in(register_2021, staff):
    assert "逾期未开工原因：原因未填8个（演示项目" in paragraph_of(staff, "高新区 逾期未开工")


def test_paragraph_sets_unverified_projects_apart(register_2021, staff):
    text = paragraph_of(staff, "高新区 未开工")

    assert "进展待核实1个、43.00亿元。" in text
    assert "协鑫切片电池片" not in text


def test_paragraph_has_no_telephone_number(register_2021, staff):
    assert "1380000" not in paragraph_of(staff, "五通桥 未开工")


def test_paragraph_of_a_park_speaks_of_the_park(register_2021):
    assert paragraph_of(park_manager("P01"), "逾期未竣工").startswith(
        "截至9月27日，五通桥基地2021年工业投资项目中，逾期未竣工5个"
    )


def test_short_names_drop_what_repeats():
    names = [
        "演示项目070 年产10GW光伏组件项目",
        "演示项目074 年产15万吨离子膜烧碱项目",
        "永祥二期",
        "演示项目080 铝边框",
    ]

    assert ShortNames().list(names) == "演示项目070、074、永祥二期、080"


def test_unit_without_projects_is_a_line_of_zeros(db, staff):
    lines = lines_of(staff)

    assert {line.figures["all"].count for line in lines} == {0}
    assert "待分派" not in {line.name for line in lines}
    assert park("P01").name in {line.name for line in lines}
