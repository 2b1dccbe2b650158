"""The first dimension of the lights: nodes that are late."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from portal import clock
from projects import lights, nodes, tasks
from projects.choices import Hold, Light, Stage, YearType
from projects.models import LightRule, LightSnapshot, Project
from tests.factories import ProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.db]
TODAY = date(2021, 9, 27)


def light_of(**facts):
    project = ProjectFactory(**facts)
    nodes.follow([project], by=None)
    lights.refresh([project], on=TODAY)
    return Project.objects.get(pk=project.pk)


@pytest.mark.parametrize(
    ("days", "light"),
    [(-1, Light.GREEN), (0, Light.GREEN), (1, Light.YELLOW), (30, Light.YELLOW), (31, Light.RED), (180, Light.RED)],
)
def test_the_light_follows_the_calendar_days_a_node_is_late(days, light):
    assert light_of(planned_start_to=TODAY - timedelta(days=days)).light == light


def test_a_red_light_says_which_node_and_which_rule():
    project = light_of(planned_start_to=date(2021, 7, 21))

    assert (project.late_node, project.late_since, project.light_why) == (
        "开工", date(2021, 7, 21), "规则V1：逾期超过30天为红灯",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"hold": Hold.SUSPENDED}, "停缓建"),
        ({"hold": Hold.WITHDRAWN}, "退出"),
        ({"unverified": True}, "进展待核实"),
        ({"year_type": YearType.RESERVE}, "储备项目，未到评价期"),
        ({"planned_start_to": None}, "没有带日期的节点"),
    ],
)
def test_what_cannot_be_judged_is_grey_and_says_why(facts, why):
    project = light_of(**{"planned_start_to": date(2021, 3, 31), **facts})

    assert (project.light, project.light_why) == (Light.GREY, why)


def test_trial_production_is_counted_apart_and_never_late():
    project = light_of(stage=Stage.TRIAL, planned_finish_to=date(2021, 3, 31), year_type=YearType.FINISHING)

    assert project.light == Light.GREEN


def test_a_new_rule_counts_from_its_day_on():
    LightRule.objects.create(version=2, effective_from=date(2021, 9, 1), red_over_days=10)

    assert light_of(planned_start_to=TODAY - timedelta(days=11)).light == Light.RED


@pytest.mark.parametrize("number", [1, 3])
def test_any_number_of_lights_takes_the_same_queries(number, django_assert_num_queries):
    projects = [ProjectFactory(planned_start_to=date(2021, 3, 31)) for _ in range(number)]
    nodes.follow(projects, by=None)

    with django_assert_num_queries(10):  # no month is opened: see `refresh`
        lights.refresh(projects, on=TODAY)


def test_what_a_light_was_is_kept_from_change_to_change():
    project = ProjectFactory(planned_start_to=date(2021, 9, 26))
    nodes.follow([project], by=None)
    for day in (20, 26, 27, 27, 28):
        lights.refresh_all(on=date(2021, 9, day))

    assert list(LightSnapshot.objects.values_list("day", "light")) == [
        (date(2021, 9, 20), "green"),
        (date(2021, 9, 27), "yellow"),
    ]


def test_a_light_has_turned_only_where_there_was_one_before():
    old, new = (ProjectFactory(planned_start_to=date(2021, 9, 25)) for _ in range(2))
    nodes.follow([old, new], by=None)
    lights.refresh([old], on=date(2021, 9, 19))

    lights.refresh_all(on=date(2021, 9, 26))

    turned = LightSnapshot.objects.turned(date(2021, 9, 20), date(2021, 9, 26))
    assert list(turned.values_list("project", "before", "light")) == [(old.pk, "green", "yellow")]


@pytest.mark.own_clock
def test_stepping_the_demonstration_over_new_year_turns_lights(settings):
    settings.DEMO = True
    clock.start_demo(day=date(2021, 12, 31))
    project = ProjectFactory(planned_start_to=date(2021, 12, 31))
    nodes.follow([project], by=None)
    lights.refresh([project], on=clock.today())

    told = []
    for days in ("+1", "+30", "+1"):
        call_command("demo_clock", days, stdout=StringIO())
        project.refresh_from_db()
        told.append((clock.today(), project.light))

    assert told == [
        (date(2022, 1, 1), Light.YELLOW),
        (date(2022, 1, 31), Light.RED),
        (date(2022, 2, 1), Light.RED),
    ]


def test_the_task_changes_nothing_the_second_time():
    project = ProjectFactory(planned_start_to=date(2021, 9, 26))
    nodes.follow([project], by=None)

    assert [tasks.refresh_lights(), tasks.refresh_lights()] == [1, 0]
