"""要素保障问题 after their 办结时限: who is told on which day, under the promises of the ladder.

One rung: the first working day after 办结时限. It is told when that day lies after the last run and not after this
one; a day that is set anew is told anew. What stays late stands in the next 周调度.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from portal.calendar import WorkCalendar
from portal.models import User
from projects.choices import Hold
from projects.models import Issue
from projects.models.issues import IssueQuerySet

LEVEL = "D1"
REACH = timedelta(days=30)  # the first working day after a day lies at most this far from it
LOADED = ("project__unit__parent",)
HOW = "已办结的请申请销号并上传佐证；不能按期的请填写办理情况，与市局商定新的时限。"


def told_of(on: date) -> IssueQuerySet:
    """The late issues people are told of: of running projects, as with nodes."""
    return Issue.objects.overdue(on=on).filter(project__deleted_no=0, project__hold=Hold.NONE)


def reached(*, after: date, until: date, calendar: WorkCalendar) -> list[Issue]:
    """Issues that became late on a working day after the one day and up to the other, the longest late first."""
    found = told_of(until).filter(due_on__gt=after - REACH)
    ordered = found.select_related(*LOADED).order_by("due_on", "pk")
    return [one for one in ordered if one.due_on and after < calendar.add(one.due_on, 1) <= until]


def addressees(issue: Issue, people: Mapping[int | None, list[User]]) -> list[User]:
    """Whom the project names as 园区责任人 among those who act for its unit, else all of them."""
    acting = people.get(issue.project.unit_id, [])
    return [person for person in acting if person.name == issue.project.park_owner] or acting


def words(issue: Issue, on: date) -> str:
    """演示项目070 年产…（五通桥基地）：用地问题 YS2021-0012，办结时限9月24日，超期3天."""
    project, due = issue.project, issue.due_on
    day = f"办结时限{due.month}月{due.day}日，" if due else ""
    kind = f"{issue.get_category_display()}问题 {issue.number}"
    return f"{project.name}（{project.unit or '待分派'}）：{kind}，{day}超期{issue.late_days(on)}天"


def lines(found: Iterable[Issue], on: date) -> list[str]:
    """The issues in full, numbered, the longest late first, with what to do."""
    ordered = sorted(found, key=lambda one: (one.due_on or on, one.pk))
    told = [f"{number}. {words(one, on)}。" for number, one in enumerate(ordered, 1)]
    return [f"要素保障问题超期{len(ordered)}个：", *told, HOW] if told else []
