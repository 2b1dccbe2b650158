"""原因分布: why projects are late to start, beside the 要素保障问题 that are open, by category. Amounts in 万元.

A late project stands under the reason of its newest 进展, so that the rows add up to all late ones. A project with
issues of several categories stands under each of them, in the total once.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q

from portal.money import yi
from projects.choices import IssueLevel, IssueState, Reason
from projects.models.issues import IssueQuerySet
from projects.models.queries import ProjectQuerySet
from projects.stats import Tally, exact
from projects.wording import UNFILLED, UNSORTED, reason_label

COUNTED = {
    "new": Q(state=IssueState.NEW),
    "working": Q(state=IssueState.WORKING),
    "solved": Q(state=IssueState.SOLVED),
    "closed": Q(state=IssueState.CLOSED),
    "city": Q(level=IssueLevel.CITY) & ~Q(state=IssueState.CLOSED),
}


@dataclass(frozen=True)
class Cause:
    """A row: late starts with this reason, open issues of this category and the projects they hold up."""

    label: str
    late: Tally
    open: int
    held: Tally
    category: str = ""


@dataclass(frozen=True)
class Causes:
    """原因分布 with its sums."""

    rows: list[Cause]
    total: Cause

    @property
    def words(self) -> str:
        """逾期未开工46个、218.03亿元，原因：用地18个、90.10亿元，…。未办结要素保障问题5个，…：用地2个，…。"""
        told = []
        if self.total.late.count:
            parts = "，".join(f"{one.label}{one.late.words}" for one in self.rows if one.late.count)
            told.append(f"逾期未开工{self.total.late.words}，原因：{parts}。")
        if self.total.open:
            ordered = sorted((one for one in self.rows if one.open), key=lambda one: -one.open)
            parts = "，".join(f"{one.label}{one.open}个" for one in ordered)
            held = self.total.held
            told.append(
                f"未办结要素保障问题{self.total.open}个，涉及项目{held.count}个、{yi(held.total)}亿元：{parts}。"
            )
        return "".join(told)


def distribution(late: ProjectQuerySet, issues: IssueQuerySet) -> Causes:
    """The table of these late projects and these issues, most late projects first. Two queries."""
    lates: dict[str, list[Decimal]] = defaultdict(list)
    found = late.order_by().values_list("newest_note__reason", "newest_note__problem", "total_investment")
    for reason, problem, total in found:
        lates[reason_label(reason, problem)].append(total or Decimal(0))
    opened: dict[str, int] = defaultdict(int)
    held: dict[str, dict[int, Decimal]] = defaultdict(dict)
    columns = ("category", "project_id", "project__total_investment")
    for category, project, total in issues.open().order_by().values_list(*columns):
        label = str(Reason(category).label)
        opened[label] += 1
        held[label][project] = total or Decimal(0)
    codes = {str(label): code for code, label in Reason.choices}
    rows = [
        Cause(label, tally(lates[label]), opened[label], tally(held[label].values()), codes.get(label, ""))
        for label in [*codes, UNSORTED, UNFILLED]
        if label in lates or label in opened
    ]
    last = {UNSORTED: 1, UNFILLED: 2}
    rows.sort(key=lambda one: (last.get(one.label, 0), -one.late.count, -one.open))
    every = {project: total for some in held.values() for project, total in some.items()}
    whole = tally(total for some in lates.values() for total in some)
    return Causes(rows, Cause("合计", whole, sum(opened.values()), tally(every.values())))


def tally(amounts: Iterable[Decimal]) -> Tally:
    """How many, and their sum; SQLite may hand back floating point."""
    found = list(amounts)
    return Tally(len(found), exact(sum(found, Decimal(0))))


def issue_counts(issues: IssueQuerySet, *, on: date) -> dict[str, int]:
    """How many issues stand in each state, are overdue, and are the city's. One query."""
    overdue = Q(state=IssueState.WORKING, due_on__lt=on)
    wanted = {**COUNTED, "overdue": overdue, "city_overdue": COUNTED["city"] & overdue}
    found = issues.order_by().aggregate(**{key: Count("pk", filter=one) for key, one in wanted.items()})
    waiting = found["new"] + found["working"] + found["solved"]
    return {**found, "open": waiting, "all": waiting + found["closed"]}
