"""进度横道图: where each date of a project stands on a line of time. Coordinates in the units of the drawing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal import spans
from projects import light_words
from projects.choices import Light
from projects.models import Milestone, Project

MOST = 60
LEFT, RIGHT, WIDTH, TOP, ROW = 330, 90, 1200, 44, 26
DATES = (
    ("original", "planned", "原计划"),
    ("current", "adjusted", "调整后计划"),
    ("forecast", "expected", "预计完成"),
    ("actual", "actual", "实际完成"),
)


@dataclass(frozen=True)
class Mark:
    """One date of a node: its shape (planned, adjusted, expected, actual), where, and the words."""

    shape: str
    x: int
    words: str


@dataclass(frozen=True)
class Bar:
    """One project: its name, its marks, the line between the first and the last of them, what is late."""

    pk: int
    name: str
    y: int
    marks: tuple[Mark, ...]
    late: str
    odd: bool

    @property
    def middle(self) -> int:
        return self.y + ROW // 2

    @property
    def ends(self) -> tuple[int, int] | None:
        places = [mark.x for mark in self.marks]
        return (min(places), max(places)) if len(set(places)) > 1 else None


@dataclass(frozen=True)
class Tick:
    """A quarter on the axis."""

    x: int
    label: str
    is_year: bool


@dataclass(frozen=True)
class Chart:
    """What the drawing needs."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    now: int
    height: int
    width: int = WIDTH
    top: int = TOP
    right: int = WIDTH - RIGHT


def draw(projects: Iterable[Project], *, on: date) -> Chart:
    """Lay out these projects (at most 60) with all their dated nodes. One query for the nodes."""
    projects = list(projects)
    nodes: dict[int, list[Milestone]] = defaultdict(list)
    for node in Milestone.objects.filter(project__in=projects).order_by("order", "phase"):
        nodes[node.project_id].append(node)
    days = [day for group in nodes.values() for node in group for _, day, _ in dates_of(node)]
    axis = Axis.around([*days, on])
    bars = [bar(project, nodes[project.pk], number, axis, on) for number, project in enumerate(projects)]
    return Chart(tuple(bars), axis.ticks, axis.x(on), TOP + ROW * len(bars) + 10)


@dataclass(frozen=True)
class Axis:
    """From the first to the last quarter that holds a date."""

    first: date
    last: date

    @classmethod
    def around(cls, days: list[date]) -> "Axis":
        first, last = spans.quarter(min(days)).start, spans.quarter(max(days)).end
        return cls(first or min(days), last)

    def x(self, day: date) -> int:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return LEFT + round(share * (WIDTH - RIGHT - LEFT))

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Each quarter; on long axes each year."""
        found: list[Tick] = []
        day = self.first
        only_years = (self.last - self.first).days > 365 * 4
        while day <= self.last:
            is_year = day.month == 1
            if is_year or not only_years:
                label = f"{day.year}年" if is_year or not found else f"{day.month}月"
                found.append(Tick(self.x(day), label, is_year))
            day = (day + timedelta(days=95)).replace(day=1)
        return tuple(found)


def bar(project: Project, nodes: list[Milestone], number: int, axis: Axis, on: date) -> Bar:
    marks = [Mark(shape, axis.x(day), words) for node in nodes for shape, day, words in dates_of(node)]
    late = ""
    if project.light in (Light.RED, Light.YELLOW) and project.late_since:
        sign = light_words.SIGNS[project.light]
        late = f"{sign}逾期{(on - project.late_since).days}天"
    return Bar(project.pk, project.name, TOP + ROW * number, tuple(marks), late, number % 2 == 1)


def dates_of(node: Milestone) -> list[tuple[str, date, str]]:
    """Shape, day and words of each date; an adjusted plan only where it differs from the first."""
    found = []
    for name, shape, label in DATES:
        span = getattr(node, name)
        if span and not (name == "current" and span == node.original):
            found.append((shape, span.end, f"{node.title}{label}{span}"))
    return found
