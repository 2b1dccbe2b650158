"""What the lights of the sample were on the Sundays before, computed from its nodes, so that a week has a before."""

from collections import defaultdict
from collections.abc import Iterator
from copy import copy
from datetime import date, timedelta

from projects import lights
from projects.choices import MilestoneState
from projects.models import LightRule, LightSnapshot, Milestone, Project, YearPlan

WEEKS = 13


def record(*, year: int, on: date) -> int:
    """Store each change of a light over the last weeks before `on`; returns how many."""
    projects, rule = list(Project.objects.live().in_year(year)), lights.rule_on(on)
    types = dict(YearPlan.objects.filter(year=year).values_list("project_id", "year_type"))
    nodes: dict[int, list[Milestone]] = defaultdict(list)
    for node in Milestone.objects.filter(project__in=projects):
        nodes[node.project_id].append(node)
    changes = [
        LightSnapshot(project=project, day=day, light=light)
        for project in projects
        for day, light in changes_of(project, nodes[project.pk], types.get(project.pk, ""), rule=rule, on=on)
    ]
    lights.keep(changes)
    return len(changes)


def changes_of(
    project: Project, nodes: list[Milestone], year_type: str, *, rule: LightRule, on: date
) -> Iterator[tuple[date, str]]:
    """The Sundays on which the light was another than a week before."""
    last = ""
    sunday = on - timedelta(days=on.weekday() + 1)
    for ago in range(WEEKS, -1, -1):
        day = sunday - timedelta(weeks=ago)
        then = [as_on(node, day) for node in nodes]
        light = lights.evaluate(project, then, year_type=year_type, on=day, rule=rule).light
        if light != last:
            yield day, light
        last = light


def as_on(node: Milestone, day: date) -> Milestone:
    """The node as it stood that day: what was done later was open still."""
    if node.actual_to is None or node.actual_to <= day:
        return node
    before = copy(node)
    before.state = MilestoneState.OPEN
    return before
