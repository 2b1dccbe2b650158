"""How nodes follow the facts of a project: only dates that somebody gave."""

from datetime import date

import pytest

from portal.spans import Span, month
from projects import nodes
from projects.choices import MilestoneState, Stage
from projects.models import Milestone
from tests.factories import ProjectFactory, staff

pytestmark = [pytest.mark.django_db, pytest.mark.db]
MARCH = {"planned_start_from": date(2021, 3, 1), "planned_start_to": date(2021, 3, 31)}


def follow(project, **facts):
    for name, value in facts.items():
        setattr(project, name, value)
    project.save()
    nodes.follow([project], by=None, reason="测试")
    return {node.code: node for node in project.milestones.all()}


def test_a_project_without_dates_gets_no_node():
    project = ProjectFactory(stage=Stage.BUILDING)

    assert follow(project) == {}


def test_a_given_plan_makes_one_node_whose_original_is_the_plan():
    project = ProjectFactory(**MARCH)

    node = follow(project)["KG"]

    assert (node.original, node.current, node.state, node.adjusted_times) == (
        month(date(2021, 3, 1)), month(date(2021, 3, 1)), MilestoneState.OPEN, 0,
    )  # fmt: skip


def test_a_moved_plan_counts_as_adjusted_and_leaves_the_original():
    project = ProjectFactory(**MARCH)
    follow(project)

    node = follow(project, planned_start_from=date(2021, 6, 1), planned_start_to=date(2021, 6, 30))["KG"]

    assert (str(node.original), str(node.current), node.adjusted_times) == ("2021年3月", "2021年6月", 1)


def test_the_stage_marks_the_start_done_and_its_date_is_still_to_be_given():
    project = ProjectFactory(stage=Stage.BUILDING, **MARCH)

    node = follow(project)["KG"]

    assert (node.state, node.actual, node.by_stage) == (MilestoneState.DONE, None, True)


def test_going_back_opens_what_only_the_stage_had_marked():
    project = ProjectFactory(stage=Stage.BUILDING, **MARCH)
    follow(project)

    node = follow(project, stage=Stage.PREPARING)["KG"]

    assert (node.state, node.by_stage) == (MilestoneState.OPEN, False)


def test_an_actual_date_closes_the_node_with_that_date():
    project = ProjectFactory(stage=Stage.BUILDING, **MARCH)

    node = follow(project, actual_start_from=date(2021, 4, 2), actual_start_to=date(2021, 4, 2))["KG"]

    assert (node.state, node.actual, node.by_stage) == (
        MilestoneState.DONE, Span(date(2021, 4, 2), date(2021, 4, 2)), False,
    )  # fmt: skip


def test_following_twice_changes_nothing_more():
    project = ProjectFactory(stage=Stage.BUILDING, **MARCH)
    follow(project)

    assert nodes.follow([project], by=None) == 0


def test_every_change_of_a_node_is_in_its_history_with_person_and_reason():
    project, person = ProjectFactory(**MARCH), staff()

    nodes.follow([project], by=person, reason="首次登记")

    row = Milestone.history.get()
    assert (row.history_user, row.history_change_reason) == (person, "首次登记")


@pytest.mark.parametrize("number", [1, 3])
def test_any_number_of_projects_takes_the_same_queries(number, django_assert_num_queries):
    projects = [ProjectFactory(**MARCH) for _ in range(number)]

    with django_assert_num_queries(3):
        nodes.follow(projects, by=None)
