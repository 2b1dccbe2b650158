"""上周变化: what happened from Monday to Sunday before this week, or in other weeks; each count with its list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from portal.money import yi
from projects.choices import Light
from projects.models import Milestone, weeks
from projects.models.node_sets import done_between
from projects.models.queries import ProjectQuerySet
from projects.models.weeks import last_week, started_between, total_changes
from projects.wording import ShortNames

CHIPS: dict[str, tuple[str, Callable[[date, date], Q]]] = {  # the named sets of last week, in any span of days
    "started_last_week": ("新开工", started_between),
    "turned_red": ("新增红灯", lambda first, last: weeks.turned(Light.RED, first, last)),
    "turned_green": ("转绿", lambda first, last: weeks.turned(Light.GREEN, first, last)),
    "total_changed": ("总投资调整", weeks.total_changed),
}
NAMED_AT_MOST = 3


@dataclass(frozen=True)
class Change:
    """One line: what, how many, which; the list is of projects (`chip`) or of nodes (`state`)."""

    label: str
    count: int
    about: str = ""
    chip: str = ""
    state: str = ""

    @property
    def words(self) -> str:
        return f"{self.label}{self.count}个" + (f"（{self.about}）" if self.about else "")


@dataclass(frozen=True)
class Week:
    """Monday and Sunday, and what changed."""

    first: date
    last: date
    changes: tuple[Change, ...]

    @property
    def words(self) -> str:
        """9月20日—26日."""
        end = f"{self.last.day}日" if self.last.month == self.first.month else f"{self.last.month}月{self.last.day}日"
        return f"{self.first.month}月{self.first.day}日—{end}"

    @property
    def sentence(self) -> str:
        """新开工1个（演示项目084），新增红灯3个，转绿2个，节点完成14个，总投资调整1个（+0.30亿元）。"""
        told = [one.words for one in self.changes if one.count]
        return "，".join(told) + "。" if told else "无变化。"


def changes(
    projects: ProjectQuerySet, nodes: QuerySet[Milestone], *, on: date, span: tuple[date, date] | None = None
) -> Week:
    """What changed last week, or in `span`, among these projects (they need `in_year`) and nodes."""
    first, last = span or last_week(on)
    wanted = {key: Count("pk", filter=condition(first, last)) for key, (_, condition) in CHIPS.items()}
    found = projects.order_by().aggregate(**wanted)
    done = nodes.filter(done_between(first, last)).count()
    about = {
        "started_last_week": names(projects, first, last) if found["started_last_week"] else "",
        "total_changed": difference(projects, first, last) if found["total_changed"] else "",
    }
    lines = [Change(label, found[key], about.get(key, ""), chip=key) for key, (label, _) in CHIPS.items()]
    lines.insert(3, Change("节点完成", done, state="done_last_week"))
    return Week(first, last, tuple(lines))


def names(projects: ProjectQuerySet, first: date, last: date) -> str:
    """演示项目084; the first few when there are many."""
    found = projects.filter(started_between(first, last)).order_by("actual_start_to", "pk")
    some = list(found.values_list("name", flat=True)[: NAMED_AT_MOST + 1])
    return ShortNames().list(some[:NAMED_AT_MOST]) + ("等" if len(some) > NAMED_AT_MOST else "")


def difference(projects: ProjectQuerySet, first: date, last: date) -> str:
    """By how much 总投资 grew or fell altogether: +0.30亿元."""
    rows = total_changes(first, last).filter(id__in=projects.order_by().values("pk"))
    total = sum(((new or Decimal(0)) - old for new, old in rows.values_list("total_investment", "before")), Decimal(0))
    return f"{'+' if total >= 0 else '−'}{yi(abs(total))}亿元"
