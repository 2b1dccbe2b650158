"""A month as weeks of days, each with what is special about it and which nodes are due."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.models import CalendarDay, CalendarYear
from projects.choices import MilestoneState
from projects.models.node_sets import RUNNING
from projects.node_rows import FIELDS, state_words, title

SHOWN = 6
OFF, WORKED = "off", "worked"


@dataclass(frozen=True)
class Due:
    """One node of a day: whose, what, how it stands."""

    pk: int
    project: str
    title: str
    words: str
    look: str


@dataclass(frozen=True)
class Day:
    """A day of the calendar. `mark`: off, worked or nothing; `name`: 国庆节, 补班."""

    day: date
    inside: bool
    today: bool
    mark: str
    name: str
    due: tuple[Due, ...]

    @property
    def first(self) -> tuple[Due, ...]:
        return self.due[:SHOWN]

    @property
    def more(self) -> tuple[Due, ...]:
        return self.due[SHOWN:]


def first_of(text: str, today: date) -> date:
    """The first day of the month written 2021-09, else of this month."""
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return found if 1990 <= found.year <= 2100 else today.replace(day=1)


def step(first: date, months: int) -> date:
    """The first day of the month before or after."""
    return (first + timedelta(days=32 if months > 0 else -1)).replace(day=1)


def weeks(first: date, nodes: Any, *, on: date) -> list[list[Day]]:
    """The weeks, Monday first, that hold the month. `nodes`: what the person may see."""
    start = first - timedelta(days=first.weekday())
    last = step(first, 1) - timedelta(days=1)
    end = last + timedelta(days=6 - last.weekday())
    special = {one.day: one for one in CalendarDay.objects.filter(day__range=(start, end))}
    due = due_by_day(nodes, start, end, on=on)
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    cells = [
        day_of(one, first, special.get(one), due.get(one, []) if one.month == first.month else [], on=on)
        for one in days
    ]
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def day_of(day: date, first: date, special: CalendarDay | None, due: list[Due], *, on: date) -> Day:
    mark, name = (OFF, "") if day.weekday() >= 5 else ("", "")
    if special:
        mark = WORKED if special.kind == "worked" else OFF
        name = special.get_kind_display() if mark == WORKED else special.name or special.get_kind_display()
    return Day(day, day.month == first.month, day == on, mark, name, tuple(due))


def due_by_day(nodes: Any, start: date, end: date, *, on: date) -> dict[date, list[Due]]:
    """Open nodes of running projects by the last day of their plan."""
    found = nodes.filter(RUNNING, state=MilestoneState.OPEN, current_to__range=(start, end))
    days: dict[date, list[Due]] = defaultdict(list)
    for row in found.order_by("current_to", "order", "project_id").values(*FIELDS):
        words, look = state_words(row, on)
        days[row["current_to"]].append(Due(row["project_id"], row["project__name"], title(row), words, look))
    return days


def is_unconfirmed(year: int) -> bool:
    """True when no notice about the year's working days is known."""
    return not CalendarYear.objects.filter(year=year, confirmed=True).exists()
