"""What a row does to the register: small rows against single projects."""

from datetime import date
from decimal import Decimal

import pytest

from projects import notes
from projects.choices import Hold, Stage
from projects.importing import context, deciding
from projects.importing.decisions import Row
from projects.models import Project, YearPlan
from tests.factories import ProjectFactory, lead, park, park_manager, staff

pytestmark = pytest.mark.django_db


def decide(*rows: dict, by=None, found=()):
    """Decide about rows given by their values; return the decisions."""
    prepared = context.prepare(by or staff(), year=2021)
    given = [Row(f"第{number}行", values, list(found)) for number, values in enumerate(rows, start=4)]
    return deciding.decide(given, prepared)[0]


def changes(decision):
    return {c.field: (c.old, c.new) for c in decision.changes if c.field != "group:industrial"}


def doubts(decision):
    return {change.field: change.doubt for change in decision.changes if change.doubt}


@pytest.fixture
def project():
    return ProjectFactory(name="甲项目", unit="P01", stage=Stage.BUILDING, actual_start_from=date(2021, 3, 1),
                          actual_start_to=date(2021, 3, 31), remark="原备注")  # fmt: skip


# --- 不变 ------------------------------------------------------------------------------------------------------


def test_a_blank_cell_says_nothing(project):
    (decision,) = decide({"name": "甲项目"})

    assert changes(decision) == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("remark", "原 备注"),
        ("name", "甲项目"),
        ("total_investment", "10000.00"),
        ("stage", "building"),
        ("hold", ""),
        ("unit", "P01"),
        ("actual_start", {"from": "2021-03-01", "to": "2021-03-31"}),
    ],
)
def test_what_is_equal_after_normalisation_is_no_change(project, key, value):
    (decision,) = decide({"name": "甲项目", key: value})

    assert key not in changes(decision)


def test_a_known_project_in_its_lists_is_unchanged(project):
    from projects import groups
    from projects.models import ProjectGroup

    groups.enter(project=project, group=ProjectGroup.objects.get(slug="industrial"), by=lead())
    (decision,) = decide({"name": "甲项目", "total_investment": "10000.00"})

    assert (decision.verdict, decision.changes) == ("same", [])


def test_the_county_unit_is_what_other_parks_means(project):
    Project.objects.update(unit=park("P99-511129"))
    (decision,) = decide({"name": "甲项目", "unit": "P99"})

    assert "unit" not in changes(decision)


# --- 修改 ------------------------------------------------------------------------------------------------------


def test_a_change_shows_old_and_new(project):
    (decision,) = decide({"name": "甲项目", "total_investment": "20000.50", "unit": "P02"})

    assert changes(decision) == {
        "total_investment": ("10,000.00万元", "20,000.50万元"),
        "unit": ("五通桥基地", "犍为基地"),
    }
    assert decision.verdict == "changed"


def test_stage_forward_and_hold_are_changes(project):
    (decision,) = decide({"name": "甲项目", "hold": Hold.SUSPENDED})
    (forward,) = decide({"name": "甲项目", "stage": "completed", "hold": ""})

    assert (changes(decision), doubts(decision)) == ({"hold": ("正常", "停缓建")}, {})
    assert changes(forward) == {"stage": ("在建", "竣工投产")}


# --- 待确认 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "values", "field"),
    [
        ({}, {"stage": "preparing", "hold": ""}, "stage"),
        ({"hold": Hold.SUSPENDED}, {"stage": "building", "hold": ""}, "hold"),
        ({"hold": Hold.WITHDRAWN}, {"hold": "suspended"}, "hold"),
        ({}, {"blank": ["actual_start"]}, "actual_start"),
    ],
)
def test_what_would_go_backwards_is_doubtful_and_kept_by_default(project, before, values, field):
    Project.objects.update(**before)
    (decision,) = decide({"name": "甲项目", **values})

    assert list(doubts(decision)) == [field]
    assert decision.verdict == "review"
    assert field not in [change.field for change in decision.accepted({})]
    assert field in [change.field for change in decision.accepted({field: "take"})]


def test_a_falling_cumulative_is_doubtful(project):
    YearPlan.objects.update(opening_cumulative=Decimal(500))
    (fall,), (rise,) = (decide({"name": "甲项目", "opening_cumulative": amount}) for amount in ("499.00", "501.00"))

    assert (list(doubts(fall)), doubts(rise)) == (["opening_cumulative"], {})


def test_an_actual_date_stays_when_the_table_has_no_such_column(project):
    (decision,) = decide({"name": "甲项目"})

    assert "actual_start" not in changes(decision)


def test_a_doubtful_reading_is_not_taken_by_default():
    found = [
        {"field": "total_investment", "code": "unit_clash", "severity": "review", "cell": "N4", "message": "N4：…"}
    ]
    (decision,) = decide({"name": "新项目", "total_investment": "99999999.00"}, found=found)

    assert decision.verdict == "review"
    assert [change.field for change in decision.accepted({})] == ["name", "group:industrial"]


# --- 错误 ------------------------------------------------------------------------------------------------------


def test_a_text_too_long_for_the_register_is_an_error(project):
    (decision,) = decide({"name": "甲项目", "capacity": "长" * 101})

    assert (decision.verdict, decision.issues[0]["message"]) == ("error", "设计产能超过100个字，请缩短。")
    assert decision.accepted({}) == []


def test_an_amount_beyond_the_column_is_an_error():
    (decision,) = decide({"name": "新项目", "total_investment": "123456789012345.00"})

    assert decision.verdict == "error"


# --- which project ---------------------------------------------------------------------------------------------


def test_the_number_goes_before_code_and_name(project):
    other = ProjectFactory(name="乙项目", project_code="2101-511112-04-01-000001")
    rows = [
        {"name": "甲项目", "number": other.number},
        {"name": "甲项目", "project_code": "2101-511112-04-01-000001"},
        {"name": " 甲 项目"},
    ]

    assert [decide(row)[0].project for row in rows] == [other, other, project]


def test_an_unknown_number_is_an_error(project):
    (decision,) = decide({"name": "甲项目", "number": "LS2021-7777"})

    assert decision.issues[0]["message"] == "系统编号不存在，或不在您的权限范围。新项目请把系统编号留空。"


def test_a_former_name_finds_the_project_and_does_not_rename_it_back(project):
    Project.objects.update(former_names="老甲项目、更老的甲项目")
    (decision,) = decide({"name": "更老的甲项目"})

    assert (decision.project, changes(decision)) == (project, {})


def test_of_several_with_one_name_the_enterprise_then_the_unit_decides(project):
    second = ProjectFactory(name="甲项目", unit="P02")
    by_enterprise = {"name": "甲项目", "enterprise": second.enterprise.name}

    assert decide(by_enterprise)[0].project == second
    assert decide({"name": "甲项目", "unit": "P01"})[0].project == project
    assert "同名" in decide({"name": "甲项目"})[0].issues[0]["message"]


def test_one_name_with_another_enterprise_and_unit_is_asked_about(project):
    (decision,) = decide({"name": "甲项目", "enterprise": "别的公司", "unit": "P02"})

    assert (decision.project, decision.verdict, list(doubts(decision))) == (None, "review", ["*"])
    assert decision.accepted({}) == []


def test_two_rows_never_share_a_project(project):
    first, second = decide({"name": "甲项目"}, {"name": "甲项目", "total_investment": "1.00"})

    assert (first.project, second.project) == (project, None)
    assert second.verdict == "review"


def test_a_project_in_the_recycle_bin_is_not_made_anew_unasked(project):
    Project.objects.update(deleted_no=project.pk)

    assert decide({"name": "甲项目", "number": project.number})[0].verdict == "error"
    assert list(doubts(decide({"name": "甲项目"})[0])) == ["*"]


# --- notes -----------------------------------------------------------------------------------------------------


def test_a_note_is_new_once(project):
    by = staff()
    said = {"name": "甲项目", "problem": "林地手续未批", "reason": "forest"}
    assert changes(decide(said)[0])["note"] == ("", "存在问题（用林用草）：林地手续未批")

    notes.add_progress(project=project, by=by, problem="林地手续未批", reason="forest")
    assert "note" not in changes(decide(said)[0])

    notes.add_progress(project=project, by=by, progress="已批")
    assert list(doubts(decide(said)[0])) == ["note"]


def test_a_reason_alone_is_no_note(project):
    assert "note" not in changes(decide({"name": "甲项目", "reason": "land"})[0])


def test_a_note_of_tomorrow_is_an_error(project):
    (decision,) = decide({"name": "甲项目", "progress": "开工", "noted_on": "2021-09-28"})

    assert decision.verdict == "error"


# --- rights ----------------------------------------------------------------------------------------------------


def test_a_park_person_asks_for_amounts_and_never_touches_the_plan(project):
    values = {
        "name": "甲项目",
        "total_investment": "1.00",
        "year_type": "reserve",
        "address": "桥沟镇",
        "levels": {"city-key": "listed"},
    }
    (decision,) = decide(values, by=park_manager("P01"))

    assert {c.field: c.block for c in decision.changes} == {
        "total_investment": "ask",
        "year_type": "never",
        "address": "",
    }
    assert [change.field for change in decision.accepted({})] == ["address"]


def test_a_row_of_another_unit_tells_a_park_person_nothing(project):
    rows = [
        {"name": "甲项目", "unit": "P01"},
        {"name": "没有的项目", "unit": "P01"},
        {"name": "甲项目", "number": project.number, "unit": "P01", "project_code": "2101-511112-04-01-000001"},
    ]
    said = [(d.verdict, d.issues, d.project, d.changes) for d in decide(*rows, by=park_manager("P02"))]

    assert said[0] == said[1] == said[2]
    assert said[0][1][0]["message"] == "不在您的权限范围。"


def test_a_number_of_another_unit_is_answered_like_one_that_does_not_exist(project):
    rows = [{"name": "某项目", "number": project.number}, {"name": "某项目", "number": "LS2021-7777"}]
    said = [(d.verdict, d.issues, d.project) for d in decide(*rows, by=park_manager("P02"))]

    assert said[0] == said[1]


def test_a_name_of_another_unit_becomes_an_own_new_project(project):
    (decision,) = decide({"name": "甲项目", "county": "511129"}, by=park_manager("P02"))

    assert (decision.verdict, decision.values["unit"], decision.project) == ("new", "P02", None)


def test_with_several_units_a_new_project_must_say_which(project):
    (decision,) = decide({"name": "新项目"}, by=park_manager("P02", "P03"))

    assert decision.verdict == "error"
