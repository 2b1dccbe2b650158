"""Conditions behind the named states of nodes, one definition each; lists, counts and texts use them (users.md §5)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from projects.choices import FINISH_NODE, Hold, MilestoneState, Stage
from projects.models.weeks import last_week, week_of

SOON_DAYS = 7
FAR = date(9999, 12, 31)
OPEN = Q(state=MilestoneState.OPEN)
IN_TRIAL = Q(code=FINISH_NODE, project__stage=Stage.TRIAL)
RUNNING = Q(project__hold=Hold.NONE, project__unverified=False) & ~IN_TRIAL


def due_between(first: date, last: date) -> Q:
    return OPEN & RUNNING & Q(current_to__range=(first, last))


def overdue(on: date) -> Q:
    return OPEN & RUNNING & Q(current_to__lt=on)


def soon(on: date) -> Q:
    return due_between(on, on + timedelta(days=SOON_DAYS))


def done_between(first: date, last: date) -> Q:
    return Q(state=MilestoneState.DONE, actual_to__range=(first, last))


def month_of(on: date) -> tuple[date, date]:
    """First and last day of the month."""
    first = on.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def next_week(on: date) -> tuple[date, date]:
    return week_of(on + timedelta(days=7))


@dataclass(frozen=True)
class NodeSet:
    """A set of nodes people ask for by name: its label, its condition on a day, its 口径."""

    key: str
    label: str
    condition: Callable[[date], Q]
    scope: str = ""


DUE = "due"
NODE_SETS: dict[str, NodeSet] = {
    one.key: one
    for one in (
        NodeSet(
            DUE,
            "逾期和临期",
            lambda on: OPEN & RUNNING & Q(current_to__lte=on + timedelta(days=SOON_DAYS)),
            f"计划时间已过，或在{SOON_DAYS}天以内，尚未完成的节点",
        ),
        NodeSet("overdue", "逾期", overdue, "计划时间已过、尚未完成的节点"),
        NodeSet("soon", "临期", soon, f"{SOON_DAYS}天以内到期的节点"),
        NodeSet("this_week", "本周到期", lambda on: due_between(*week_of(on)), "计划截止日在本周一至本周日"),
        NodeSet("next_week", "下周到期", lambda on: due_between(*next_week(on)), "计划截止日在下周一至下周日"),
        NodeSet("this_month", "本月到期", lambda on: due_between(*month_of(on)), "计划截止日在本月"),
        NodeSet(
            "ahead",
            "未到期",
            lambda on: due_between(on + timedelta(days=SOON_DAYS + 1), FAR),
            f"距计划时间{SOON_DAYS}天以上的节点",
        ),
        NodeSet("undated", "待定", lambda on: OPEN & Q(current_to=None), "没有计划时间的节点，不计入逾期"),
        NodeSet(
            "apart",
            "暂不评价",
            lambda on: OPEN & ~RUNNING & Q(current_to__isnull=False),
            "停缓建、退出、进展待核实的项目有计划时间、尚未完成的节点，试生产项目的竣工投产节点",
        ),
        NodeSet("done", "已完成", lambda on: Q(state=MilestoneState.DONE), "已完成的节点"),
        NodeSet(
            "done_last_week",
            "上周完成",
            lambda on: done_between(*last_week(on)),
            "实际完成在上周一至上周日的节点",
        ),
        NodeSet("na", "不适用", lambda on: Q(state=MilestoneState.NOT_APPLICABLE), "已标记不适用的节点"),
        NodeSet("all", "全部", lambda on: Q(), "已登记的全部节点"),
    )
}


@dataclass(frozen=True)
class Lateness:
    """Nodes that are late for some days: from `least` to `most`, or longer."""

    label: str
    least: int
    most: int | None = None

    def condition(self, on: date) -> Q:
        """Those whose plan ended that many days before `on`; which of them are late says `overdue`."""
        ended = Q(current_to__lte=on - timedelta(days=self.least))
        return ended if self.most is None else ended & Q(current_to__gte=on - timedelta(days=self.most))


LATENESS: dict[str, Lateness] = {
    "7": Lateness("1—7天", 1, 7),
    "30": Lateness("8—30天", 8, 30),
    "90": Lateness("31—90天", 31, 90),
    "more": Lateness("90天以上", 91),
}
COMMON_SCOPE = "停缓建、退出、进展待核实的项目和试生产项目的竣工投产节点不计入"
