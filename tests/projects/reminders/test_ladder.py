"""Which rung a node has reached on which day, and who is told."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import calendar
from projects import ladder, nodes
from projects.choices import Hold, MilestoneState, NoteKind, Stage, YearType
from projects.models import Milestone, ProgressNote, ReminderRung, YearPlan
from tests.factories import ProjectFactory, park, park_manager, staff
from tests.projects.reminders.days import span

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DUE = date(2021, 9, 30)


def project(**changes):
    fields = {"unit": park("P01"), "stage": Stage.PREPARING, "year_type": YearType.NEW, **span(2021, 9, 30)}
    made = ProjectFactory(**{**fields, **changes})
    nodes.follow([made], by=None, reason="测试")
    return made


def reached(first, last=None):
    """The levels reached after the day before `first` and up to `last`."""
    days = calendar.current()
    return [step.level for step in ladder.reached(after=first - timedelta(days=1), until=last or first, calendar=days)]


@pytest.mark.parametrize(
    ("due", "days", "expected"),
    [
        (date(2021, 9, 30), -3, date(2021, 9, 27)),
        (date(2021, 10, 8), -3, date(2021, 9, 28)),
        (date(2021, 2, 18), -3, date(2021, 2, 8)),
        (date(2021, 9, 30), 1, date(2021, 10, 8)),
        (date(2021, 9, 30), 5, date(2021, 10, 13)),
        (date(2021, 12, 31), 1, date(2022, 1, 4)),
        (date(2021, 9, 20), 0, date(2021, 9, 18)),
        (date(2021, 10, 4), 1, date(2021, 10, 8)),
    ],
)
def test_rungs_count_working_days(due, days, expected):
    assert ladder.day_of(due, days, calendar=calendar.current()) == expected


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        (date(2021, 9, 22), ["T-7"]),
        (date(2021, 9, 27), []),
        (date(2021, 9, 30), ["T"]),
        (date(2021, 10, 8), ["T+1"]),
        (date(2021, 10, 13), []),
    ],
)
def test_a_start_is_told_a_week_before_on_the_day_and_the_day_after(day, levels):
    project()

    assert reached(day) == levels


def test_after_days_without_a_run_the_highest_rung_is_told_once():
    project()

    assert reached(date(2021, 9, 22), date(2021, 10, 11)) == ["T+1"]


def test_other_nodes_are_quiet_until_the_bureau_says_so():
    Milestone.objects.create(project=project(stage=Stage.BUILDING), code="HP", name="环评", order=40, current_to=DUE)
    quiet = reached(DUE)
    ReminderRung.objects.filter(days=0).update(for_others=True)

    assert (quiet, reached(DUE)) == ([], ["T"])


@pytest.mark.parametrize(
    "changes",
    [
        {"hold": Hold.SUSPENDED},
        {"hold": Hold.WITHDRAWN},
        {"unverified": True},
        {"year_type": YearType.RESERVE},
        {"stage": Stage.BUILDING},
        {"deleted_no": 1},
    ],
)
def test_nobody_is_reminded_of_what_rests_or_is_done(changes):
    project(**changes)

    assert reached(DUE) == []


def test_a_reserve_of_another_year_is_reminded_of():
    made = project()
    YearPlan.objects.create(project=made, year=2020, year_type=YearType.RESERVE)

    assert reached(DUE) == ["T"]


@pytest.mark.parametrize("state", [MilestoneState.DONE, MilestoneState.NOT_APPLICABLE])
def test_a_node_that_is_settled_is_silent(state):
    project()
    Milestone.objects.update(state=state, na_reason="无此环节")

    assert reached(DUE) == []


def test_a_promise_pauses_the_ladder_and_speaks_once_when_it_was_not_kept():
    made = project()
    ProgressNote.objects.create(project=made, kind=NoteKind.CHASE, channel="phone", promised_on=date(2021, 10, 15))

    days = [date(2021, 9, 30) + timedelta(days=n) for n in range(22)]
    told = {str(day): reached(day) for day in days if calendar.current().is_workday(day)}

    assert {day: levels for day, levels in told.items() if levels} == {"2021-10-18": ["P"]}


def test_a_kept_promise_is_silent():
    made = project()
    ProgressNote.objects.create(project=made, kind=NoteKind.CHASE, channel="phone", promised_on=date(2021, 10, 15))
    Milestone.objects.update(state=MilestoneState.DONE)

    assert reached(date(2021, 10, 18)) == []


@settings(deadline=None)
@given(start=st.dates(date(2021, 1, 1), date(2026, 11, 30)), cuts=st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_however_the_days_are_cut_every_rung_is_told_once(start, cuts):
    days = calendar.WorkCalendar({date(2021, 10, day): False for day in range(1, 8)})
    rungs = [ReminderRung(days=one, for_key=True) for one in (-7, -3, 0, 1)]
    ends = [start + timedelta(days=sum(cuts[:n])) for n in range(len(cuts) + 1)]

    told = [
        (due, level)
        for after, until in pairwise(ends)
        for due, level in ladder.levels(rungs, after=after, until=until, calendar=days).items()
    ]

    assert len(told) == len(set(told))
    last = {due for due, level in told if level == "T+1"}
    wanted = {due for due in ladder.days_between(start - timedelta(days=30), ends[-1])
              if start < ladder.day_of(due, 1, calendar=days) <= ends[-1]}  # fmt: skip
    assert last == wanted


# --- who is told -------------------------------------------------------------------------------------------------


def told(made):
    return [person.username for person in ladder.addressees(DUE)(made.milestones.get(code="KG"))]


def test_all_who_act_for_the_unit_are_told():
    park_manager("P01", username="a")
    park_manager("P01", username="b")
    park_manager("P02", username="other")

    assert told(project()) == ["a", "b"]


def test_the_owner_of_the_node_is_told_alone():
    park_manager("P01", username="a")
    made = project()
    Milestone.objects.update(owner=staff(username="owner"))

    assert told(made) == ["owner"]


def test_an_owner_who_left_the_unit_is_passed_over():
    park_manager("P01", username="a")
    made = project()
    Milestone.objects.update(owner=park_manager("P02", username="left"))

    assert told(made) == ["a"]


def test_the_person_a_project_names_is_told_before_the_others():
    park_manager("P01", username="a", name="王某")
    park_manager("P01", username="b", name="赵某")

    assert told(project(park_owner="赵某")) == ["b"]


def test_who_acts_for_the_other_parks_together_acts_for_each_county():
    park_manager("P99", username="all")

    assert told(project(unit=park("P99-511129"))) == ["all"]


def test_a_project_of_nobody_is_told_to_nobody():
    assert told(project(unit=None)) == []
