"""What people type is understood, or looked for."""

from datetime import date

import pytest

from projects.filters import ProjectFilter
from tests.factories import park_manager

pytestmark = pytest.mark.django_db
ON = date(2021, 9, 27)


def search(user, query, **asked):
    return ProjectFilter({"q": query, **asked}, user=user, year=2021, on=ON)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("五通桥 未开工", 14),
        ("五通桥未开工", 14),
        ("五通桥，未开工", 14),
        ("高新区 逾期未开工", 8),
        ("其他特色园区", 25),
        ("沐川县", 5),
        ("市中区", 3),
        ("省重点", 30),
        ("六大光伏", 6),
        ("技改", 83),
        ("待分派", 2),
        ("停缓建", 7),
        ("试生产", 5),
        ("进展待核实", 6),
        ("本周到期", 10),
        ("逾期", 81),
        ("新开工", 90),
        ("演示市领导甲", 17),
        ("五通桥 犍为", 103),
        ("光电信息 前期", None),
        ("离子膜烧碱", None),
        ("演示企业058", 1),
        ("LS2021-0001", 1),
    ],
)
def test_search_understands_the_words_of_the_bureau(register_2021, staff, query, count):
    found = search(staff, query).qs.count()

    assert found == count if count is not None else found > 0


def test_search_never_counts_an_unverified_project_as_late(register_2021, staff):
    names = search(staff, "高新区 逾期未开工").qs.values_list("name", flat=True)

    assert "协鑫切片电池片" not in names


def test_search_shows_what_it_understood_and_what_it_looks_for(register_2021, staff):
    found = search(staff, "五通桥 未开工 光伏")

    assert [(one.field, one.label, one.word) for one in found.conditions] == [
        ("park", "五通桥基地", "五通桥"),
        ("chip", "未开工", "未开工"),
    ]
    assert found.understood.words == ("光伏",)
    assert found.understood.without(["未开工"]) == "五通桥 光伏"


def test_search_for_nothing_that_exists_finds_nothing(register_2021, staff):
    assert search(staff, "不存在的项目").qs.count() == 0


def test_search_of_a_park_does_not_know_other_units(register_2021):
    found = search(park_manager("P01"), "犍为")

    assert found.conditions == []
    assert found.understood.words == ("犍为",)
    assert found.qs.count() == 0


def test_choices_of_a_park_are_its_own(register_2021):
    found = search(park_manager("P01"), "")

    assert found.choices["park"] == [("P01", "五通桥基地")]
    assert found.choices["county"] == [("511112", "五通桥区")]
    leaders = set(found.queryset.exclude(city_leader="").values_list("city_leader", flat=True))
    assert {name for name, _ in found.choices["leader"]} == {*leaders, "none"}


def test_address_that_asks_for_another_unit_finds_nothing(register_2021):
    assert search(park_manager("P01"), "", park="P02").qs.count() == 0
    assert search(park_manager("P01"), "", park="P77").qs.count() == 0
