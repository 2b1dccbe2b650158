"""What the invented projects were on an earlier day, read from their history: 阶段 and the days of start and finish."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from datetime import date

from portal import clock
from projects.choices import FINISHED, MilestoneState, Stage
from projects.models import Milestone, Project

FACTS = ("stage", "actual_start_from", "actual_start_to", "actual_finish_from", "actual_finish_to")


class Past:
    """The rows of history of some projects, oldest first. One query."""

    def __init__(self, projects: Iterable[Project]):
        self.rows: dict[int, list[tuple[date, dict[str, object]]]] = defaultdict(list)
        found = Project.history.filter(id__in=[one.pk for one in projects]).order_by("history_id")
        for pk, moment, *facts in found.values_list("id", "history_date", *FACTS):
            self.rows[pk].append((moment.astimezone(clock.SHANGHAI).date(), dict(zip(FACTS, facts, strict=True))))

    def as_of(self, project: Project, day: date) -> Project:
        """The project as it stood at the end of a day; before its first row as that has it."""
        known = [facts for since, facts in self.rows[project.pk] if since <= day] or [self.rows[project.pk][0][1]]
        then = copy(project)
        for name, value in known[-1].items():
            setattr(then, name, value)
        return then

    def first_stage(self, project: Project) -> str:
        """The stage with which it was registered."""
        return str(self.rows[project.pk][0][1]["stage"])

    def reached(self, project: Project, *stages: str) -> date | None:
        """When it was registered to be in one of these stages; None when it was from the beginning or never."""
        days = [since for since, facts in self.rows[project.pk][1:] if facts["stage"] in stages]
        return days[0] if days and self.first_stage(project) not in stages else None

    def ended(self, project: Project) -> date | None:
        return self.reached(project, *FINISHED)

    def in_trial(self, project: Project) -> date | None:
        return self.reached(project, Stage.TRIAL)


def as_on(node: Milestone, day: date) -> Milestone:
    """The node as it stood that day: what was done later was open still."""
    if node.actual_to is None or node.actual_to <= day:
        return node
    before = copy(node)
    before.state = MilestoneState.OPEN
    return before
