"""The figures of 统计分析 of a large register, counted in the background and kept; a small one is counted on the spot.

Kept figures are counted anew when the business day, the closed months or the counting itself changed, and otherwise
at most every ten minutes when somebody changed something. The page says when they were counted.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Max

from portal import clock, poke
from portal.models import User
from projects import overview, stats
from projects.light_runs import MANY
from projects.models import Milestone, MonthPlan, Project, ReportingPeriod, StatFigure, StoredFigures, YearPlan
from projects.overview import Counted

KEY = "overview"
TASK = "projects.tasks.count_figures"
VERSION = 2  # of what is kept
EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Found:
    """What the page shows: the figures, when they were counted if they are kept ones, whether newer ones are due."""

    counted: Counted
    made_at: datetime | None = None
    is_behind: bool = False


def read(user: User, *, year: int, on: date) -> Found:
    """The figures of the whole city as a person who sees all of it reads them."""
    if not is_large():
        return Found(overview.count(stats.register(user, year=year), nodes(year), on=on, year=year))
    row = StoredFigures.objects.filter(year=year, key=KEY).first()
    if row is None or row.content.get("version") != VERSION:
        row = store(year=year, on=on)  # the first who asks waits
    behind = is_due(row, year=year, on=on, now=clock.now())
    if behind:
        wake()
    return Found(overview.unpacked(row.content["counted"], on=row.on, year=year), row.made_at, behind)


def nodes(year: int) -> Any:
    return Milestone.objects.in_register(year)


def is_large() -> bool:
    """Whether there are more projects than are counted while a page waits."""
    return Project.objects.live().order_by("pk")[MANY : MANY + 1].exists()


def wake() -> None:
    """Let the worker look now rather than in its turn."""
    poke.after_commit(TASK)


def run_pending() -> int:
    """Count anew what is behind; returns how many years were."""
    if not is_large():
        return 0
    on, now = clock.today(), clock.now()
    rows = {row.year: row for row in StoredFigures.objects.filter(key=KEY)}
    behind = [year for year in {*rows, stats.year_on(on)} if is_due(rows.get(year), year=year, on=on, now=now)]
    for year in behind:
        store(year=year, on=on)
    return len(behind)


def store(*, year: int, on: date) -> StoredFigures:
    """Count the year and keep it, with what it was counted from."""
    content: dict[str, Any] = {"version": VERSION, "months": months(year), "facts": facts()}
    made_at = clock.now()
    projects = Project.objects.live().in_year(year)
    content["counted"] = overview.packed(overview.count(projects, nodes(year), on=on, year=year))
    fresh = {"on": on, "made_at": made_at, "content": content}
    row, _ = StoredFigures.objects.update_or_create(year=year, key=KEY, defaults=fresh)
    return row


def is_due(row: StoredFigures | None, *, year: int, on: date, now: datetime) -> bool:
    if row is None or row.on != on or row.content.get("version") != VERSION or row.content["months"] != months(year):
        return True
    return now - row.made_at >= EVERY and row.content["facts"] != facts()


def months(year: int) -> list[list[Any]]:
    """The closed months and when each was closed."""
    closed = ReportingPeriod.objects.filter(year=year).closed().order_by("month").values_list("month", "closed_at")
    return [[month, at.isoformat()] for month, at in closed]


def facts() -> list[int]:
    """The newest entry of each history that a figure rests on: another one tells that something changed."""
    tables = (Project, YearPlan, MonthPlan, Milestone, StatFigure)
    newest = [one.history.aggregate(newest=Max("history_id"))["newest"] for one in tables]  # type: ignore[attr-defined]
    return [one or 0 for one in newest]
