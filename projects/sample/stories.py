"""What has happened to each invented project since the register was drawn up at the end of February 2021.

Pure: a project, a day and a source of chance give events, which `projects.sample.progress` carries out. The words
and who is late for which reason stand in `projects/data/sample.json`.
"""

import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from portal.calendar import WorkCalendar
from projects.choices import FINISHED, Hold, Stage
from projects.models import Project

WORDS = Path(__file__).parent.parent / "data" / "sample.json"
INVENTED = re.compile(r"演示项目(\d{3}) ")
REGISTER_DAY = date(2021, 3, 1)
NOTE_DAYS = 60  # notes reach this far back
FRESH_DAYS = 26
HOLIDAYS_2021 = ((4, 5), (5, 3), (5, 4), (5, 5), (6, 14), (9, 20), (9, 21))
WORKED_2021 = ((4, 25), (5, 8), (9, 18), (9, 26))
CALENDAR = WorkCalendar(
    {date(2021, *day): False for day in HOLIDAYS_2021} | {date(2021, *day): True for day in WORKED_2021}
)


@dataclass(frozen=True)
class Move:
    """The project reached a stage, on the day `actual` where that is a start or a finish."""

    day: date
    to: str
    actual: date | None = None


@dataclass(frozen=True)
class Note:
    """A 进展."""

    day: date
    progress: str
    next_step: str = ""
    problem: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Chase:
    """A 催办 and what was promised."""

    day: date
    channel: str
    answer: str
    promised_on: date


Event = Move | Note | Chase


@cache
def words() -> dict[str, Any]:
    return json.loads(WORDS.read_text(encoding="utf-8"))


def key_of(project: Project) -> str:
    """The number in the name of an invented project ("070"), or "" for any other."""
    found = INVENTED.match(project.name)
    return found[1] if found else ""


def top_unit(project: Project) -> str:
    """The code of the unit under which figures are printed: for a county that of 其他特色园区."""
    unit = project.unit
    return (unit.parent or unit).code if unit else ""


def workday(day: date) -> date:
    """The day, or the last working day before it."""
    return CALENDAR.roll_back(day)


@dataclass
class Teller:
    """Tells the story of one project after the other, as seen on the day `on`."""

    on: date
    chance: random.Random
    quiet: set[str] = field(default_factory=set)

    def choose_quiet(self, projects: Iterable[Project]) -> None:
        """Choose the projects nobody has asked about for a month, among those of which nothing special is told."""
        running = [key_of(one) for one in projects if self.is_usual(one) and not one.hold and one.stage not in FINISHED]
        self.quiet = set(self.chance.sample(running, min(words()["quiet"], len(running))))

    def is_usual(self, project: Project) -> bool:
        key = key_of(project)
        curated = key in words()["late_start"] or key in words()["late_finish"]
        return not (curated or self.has_begun(project, key) or self.has_finished(project, key))

    def story(self, project: Project) -> list[Event]:
        """The events of a project, oldest first."""
        key, told = key_of(project), words()
        if key in told["late_start"]:
            events = self.late(told["late_start"][key], project.stage)
        elif key in told["late_finish"]:
            events = self.late(told["late_finish"][key], project.stage)
        elif self.has_begun(project, key):
            events = self.begun(project)
        elif self.has_finished(project, key):
            events = self.finished(project, key)
        else:
            events = self.usual(project, key)
        return sorted(events, key=lambda event: event.day)

    def has_begun(self, project: Project, key: str) -> bool:
        late = project.planned_start_to is not None and project.planned_start_to < self.on
        waiting = project.stage in (Stage.PREPARING, Stage.SIGNED) and not project.hold
        early = key in words()["started_early"] or key in words()["begun_on"]
        return waiting and self.is_new(project) and (late or early)

    def is_new(self, project: Project) -> bool:
        return project.planned_start_to is not None and project.planned_start_to > REGISTER_DAY

    def has_finished(self, project: Project, key: str) -> bool:
        late = project.planned_finish_to is not None and project.planned_finish_to < self.on
        running = project.stage == Stage.BUILDING and not project.hold
        return (running and late) or key in words()["completed_after_trial"]

    # --- the kinds of story
    def late(self, told: dict[str, Any], stage: str) -> list[Event]:
        """Still late: an earlier note, the reason as it stands now, and perhaps a 催办."""
        newest = workday(self.on - timedelta(days=told["ago"]))
        before = newest - timedelta(days=self.chance.randint(18, 30))
        note = Note(newest, told["progress"], told["next_step"], told["problem"], told["reason"])
        earlier = Note(workday(before), told["progress"], "", told["problem"], told["reason"])
        return [earlier, note, *self.chase(told.get("chase"))]

    def chase(self, told: dict[str, Any] | None) -> list[Event]:
        if told is None:
            return []
        day = self.on - timedelta(days=told["ago"])
        return [Chase(workday(day), told["channel"], told["answer"], day + timedelta(days=told["promise"]))]

    def begun(self, project: Project) -> list[Event]:
        """The start took place, some weeks after or before the planned month, or on the day that is told."""
        told = words()["begun_on"].get(key_of(project))
        start = date.fromisoformat(told) if told else self.near(project.planned_start_to)
        return [
            Move(self.reported(start), Stage.BUILDING, start),
            *self.notes("begun", "building" if told else "young", since=start),
        ]

    def finished(self, project: Project, key: str) -> list[Event]:
        """Trial production, or completion."""
        finish = self.near(project.planned_finish_to)
        if key in words()["in_trial"]:
            return [Move(self.reported(finish), Stage.TRIAL), *self.notes("trial", "trial", since=finish)]
        return [Move(self.reported(finish), Stage.COMPLETED, finish), *self.notes("done", "completed", since=finish)]

    def usual(self, project: Project, key: str) -> list[Event]:
        """Nothing special: a note or two, the newest one old where nobody has asked."""
        if project.hold == Hold.SUSPENDED:
            return [self.note("held", self.days_ago(40, NOTE_DAYS))]
        kind = project.stage or Stage.RESERVE
        if key in self.quiet:
            return [explained(self.note(kind, self.days_ago(32, 58)), key)]
        newest = self.days_ago(0, FRESH_DAYS)
        earlier = workday(newest - timedelta(days=self.chance.randint(14, 30)))
        return [self.note(kind, earlier, half=0), explained(self.note(kind, newest, half=1), key)]

    # --- days
    def near(self, planned: date | None) -> date:
        """An actual day around a planned one: after the register was drawn up, some days before `on`."""
        first, last = REGISTER_DAY + timedelta(days=7), self.on - timedelta(days=4)
        wanted = (planned or last) + timedelta(days=self.chance.randint(-20, 35))
        if wanted > last:
            wanted = last - timedelta(days=self.chance.randint(0, 25))
        return workday(max(first, wanted))

    def reported(self, day: date) -> date:
        """The day on which the park says so."""
        return workday(min(day + timedelta(days=self.chance.randint(1, 6)), self.on - timedelta(days=1)))

    def days_ago(self, least: int, most: int) -> date:
        return workday(self.on - timedelta(days=self.chance.randint(least, most)))

    # --- notes
    def notes(self, kind: str, then: str, *, since: date) -> list[Event]:
        """A note that says on which day it happened, if that is not long ago, and a recent one."""
        told: list[Event] = []
        if since >= self.on - timedelta(days=NOTE_DAYS):
            told.append(self.note(kind, self.reported(since), day=f"{since.month}月{since.day}日"))
        newest = self.days_ago(0, FRESH_DAYS)
        if not told or newest > told[0].day:
            told.append(self.note(then, newest))
        return told

    def note(self, kind: str, on: date, *, half: int | None = None, **named: str) -> Note:
        """A note of this kind; `half` 0 takes an earlier phrase of the list, 1 a later one."""
        phrases, middle = words()["phrases"], (len(words()["phrases"][kind]) + 1) // 2
        choices = phrases[kind][:middle] if half == 0 else phrases[kind][middle:] if half else phrases[kind]
        amounts = {"low": str(self.chance.randint(4, 12) * 5), "high": str(self.chance.randint(13, 19) * 5)}
        text = self.chance.choice(choices).format(**amounts, **named)
        return Note(on, text, self.chance.choice(phrases.get(f"{kind}_next", [""])))


def explained(note: Note, key: str) -> Note:
    """The note with what holds the money of the project up, where that is told."""
    slow = words()["months"]["slow"].get(key)
    return replace(note, reason=slow[1], problem=slow[2]) if slow else note
