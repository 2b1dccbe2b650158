"""上周变化: what happened from Monday to Sunday before this week, each count with the list it leads to."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, QuerySet

from portal.money import yi
from projects.models import Milestone
from projects.models.node_sets import NODE_SETS
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.models.weeks import last_week, total_changes
from projects.wording import ShortNames

CHIPS = ("started_last_week", "turned_red", "turned_green", "total_changed")
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


def changes(projects: ProjectQuerySet, nodes: QuerySet[Milestone], *, on: date) -> Week:
    """What changed last week among these projects (they need `in_year`) and nodes."""
    first, last = last_week(on)
    wanted = {key: Count("pk", filter=NAMED[key].condition(on)) for key in CHIPS}
    found = projects.order_by().aggregate(**wanted)
    done = nodes.filter(NODE_SETS["done_last_week"].condition(on)).count()
    about = {
        "started_last_week": names(projects, on=on) if found["started_last_week"] else "",
        "total_changed": difference(projects, on=on) if found["total_changed"] else "",
    }
    labels = ("新开工", "新增红灯", "转绿", "总投资调整")
    lines = [Change(label, found[key], about.get(key, ""), chip=key) for key, label in zip(CHIPS, labels, strict=True)]
    lines.insert(3, Change("节点完成", done, state="done_last_week"))
    return Week(first, last, tuple(lines))


def names(projects: ProjectQuerySet, *, on: date) -> str:
    """演示项目084; the first few when there are many."""
    found = projects.filter(NAMED["started_last_week"].condition(on)).order_by("actual_start_to", "pk")
    some = list(found.values_list("name", flat=True)[: NAMED_AT_MOST + 1])
    return ShortNames().list(some[:NAMED_AT_MOST]) + ("等" if len(some) > NAMED_AT_MOST else "")


def difference(projects: ProjectQuerySet, *, on: date) -> str:
    """By how much 总投资 grew or fell altogether: +0.30亿元."""
    rows = total_changes(*last_week(on)).filter(id__in=projects.order_by().values("pk"))
    total = sum(((new or Decimal(0)) - old for new, old in rows.values_list("total_investment", "before")), Decimal(0))
    return f"{'+' if total >= 0 else '−'}{yi(abs(total))}亿元"
