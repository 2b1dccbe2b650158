"""What each person is owed on a day: one function says it; sending, preview and 提醒对账 are made from it.

Items are what is unique: a node's rung, the digest of a week, a Monday list, a report. Whether they were told already
is asked apart (`untold`).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from parks.models import Park
from portal import outbox
from portal.calendar import SHANGHAI, WorkCalendar
from portal.choices import Role
from portal.models import OutgoingMailItem, User
from portal.outbox import Item
from projects import digests, ladder, late_issues, owed_reports, periods, reminders
from projects.choices import Light
from projects.daily import ISSUE, LIST, MONTH, NODE, RETURNED, WEEK, sees, without_report
from projects.ladder import Step
from projects.models import Issue, Milestone, Project
from projects.reminders import Told

ONE_DAY = timedelta(days=1)
REPEAT_DAYS = 5  # working days in which a Monday list equal to the last waits


@dataclass
class Planned:
    """What one person is owed on a day: the items, and the nodes they or the Monday list speak of."""

    user: User
    items: list[Item] = field(default_factory=list)
    nodes: list[Told] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    seen: set[Item] = field(default_factory=set, repr=False, compare=False)

    @property
    def digest(self) -> bool:
        return any(item.subject == WEEK for item in self.items)

    def add(self, step: Step, unit: str) -> None:
        item = Item(NODE, step.node.pk, step.due, step.level, unit)
        if item in self.seen:
            return
        self.seen.add(item)
        self.items.append(item)
        self.nodes.append(Told(step.node, reminders.promised_day(step.level, step.due)))

    def add_issue(self, issue: Issue) -> None:
        """An issue that became late; of two runs that both reach it, once."""
        if issue.due_on and issue.pk not in {one.pk for one in self.issues}:
            unit = issue.project.unit.code if issue.project.unit else ""
            self.items.append(Item(ISSUE, issue.pk, issue.due_on, late_issues.LEVEL, unit))
            self.issues.append(issue)


def owed(*, on: date, after: date, weeks: list[date], since_digest: date, days: WorkCalendar) -> list[Planned]:
    """Everything the rules give people on the day `on`, told already or not: rungs reached after the day `after`;
    with `weeks` (their Mondays) the digest, the Monday list for those without, and what was moved into the digest
    since the day `since_digest`."""
    found: dict[int, Planned] = {}
    of = ladder.addressees(on)

    def give(steps: Iterable[Step], to: Callable[[User], bool]) -> None:
        for step in steps:
            for user in filter(to, of(step.node)):
                found.setdefault(user.pk, Planned(user)).add(step, unit_of(step.node))

    def waited(user: User) -> bool:
        """What was put off until the digest comes with it, also for who chose otherwise or began meanwhile."""
        return user.duty_in_digest or user.preferences_at >= datetime.combine(since_digest, time(0), SHANGHAI)

    give(ladder.reached(after=after, until=on, calendar=days), lambda user: not user.duty_in_digest)
    now = late_issues.reached(after=after, until=on, calendar=days)
    give_issues(found, now, lambda user: not user.duty_in_digest, on)
    give_reports(found, lambda user: not user.duty_in_digest, after=after, on=on, days=days)
    if weeks:
        give_issues(found, late_issues.reached(after=since_digest, until=on, calendar=days), waited, on)
        give(ladder.reached(after=since_digest, until=on, calendar=days), waited)
        give_reports(found, waited, after=since_digest, on=on, days=days)
        readers = digest_readers(on)
        scopes = digests.scopes(readers, on)
        for user in readers:
            planned = found.setdefault(user.pk, Planned(user))
            planned.items.extend(week_item(monday, scopes[user.pk]) for monday in weeks)
        for planned in monday_lists(on, but={user.pk for user in readers}, days=days):
            mine = found.setdefault(planned.user.pk, Planned(planned.user))
            mine.items.extend(planned.items)
            mine.nodes.extend(planned.nodes)
    return list(found.values())


def give_issues(found: dict[int, Planned], late: list[Issue], to: Callable[[User], bool], on: date) -> None:
    """Give the issues that became late to who answers for their units."""
    units = {one.project.unit_id for one in late if one.project.unit_id}
    people = ladder.people_of_units(on, units=units) if units else {}
    for issue in late:
        for user in filter(to, late_issues.addressees(issue, people)):
            found.setdefault(user.pk, Planned(user)).add_issue(issue)


def give_reports(
    found: dict[int, Planned], to: Callable[[User], bool], *, after: date, on: date, days: WorkCalendar
) -> None:
    """Tell who acts for a unit of its reports that were returned, and of those missing at a rung of the deadline."""
    back = [one for one in owed_reports.returned(after=after, until=on) if one.project.unit_id]
    period = periods.current()
    level = owed_reports.level(period, after=after, until=on, calendar=days) if period else ""
    missing = [one for one in without_report(period) if one.unit_id] if period and level else []
    units = {one.project.unit_id for one in back} | {one.unit_id for one in missing}
    people = ladder.people_of_units(on, units=[unit for unit in units if unit]) if units else {}

    def give(unit: Park | None, item: Item) -> None:
        for user in filter(to, people.get(unit.pk if unit else None, [])):
            if item not in found.setdefault(user.pk, Planned(user)).items:
                found[user.pk].items.append(item)

    for report in back:
        unit = report.project.unit
        day, level_back = owed_reports.returned_on(report), owed_reports.returned_level(report)
        give(unit, Item(RETURNED, report.pk, day, level_back, unit.code if unit else ""))
    for project in missing:
        if period:
            give(project.unit, Item(MONTH, period.pk, owed_reports.due_day(period), level))


def unit_of(node: Milestone) -> str:
    return node.project.unit.code if node.project.unit else ""


def week_item(monday: date, scope: str) -> Item:
    """The digest of a week as an item: nobody gets it twice, on whichever day it goes out."""
    year, week, _ = monday.isocalendar()
    return Item(WEEK, year * 100 + week, monday + 6 * ONE_DAY, "W", scope[:12])


def digest_readers(on: date) -> list[User]:
    """Bureau, its leaders and who acts for a unit, if they want it; 只看红灯 only when there is a red light."""
    acting = {person.pk for people in ladder.people_of_units(on).values() for person in people}
    everybody = Q(role__in=(Role.STAFF, Role.LEADER)) | Q(role=Role.PARK, pk__in=acting)
    people = list(User.objects.filter(everybody, is_active=True, wants_digest=True).order_by("pk"))
    choosy = digests.scopes([person for person in people if person.only_red], on)
    red = units_in_red() if choosy else []
    return [person for person in people if not person.only_red or any(sees(choosy[person.pk], unit) for unit in red)]


def units_in_red() -> list[Park | None]:
    """The units with a red light; None for projects of no unit."""
    red = Project.objects.live().filter(light=Light.RED)
    units = Park.objects.filter(pk__in=red.order_by().values("unit")).select_related("parent")
    return [*units, *([None] if red.filter(unit=None).exists() else [])]


def monday_lists(on: date, *, but: set[int], days: WorkCalendar) -> list[Planned]:
    """What is overdue or due this week, for those who get no digest; one equal to the last waits five working days."""
    of, found = ladder.addressees(on), dict[int, Planned]()
    for node in ladder.standing(on).select_related(*ladder.ASKED).only(*ladder.COLUMNS):
        for user in of(node):
            if user.pk not in but and user.role == Role.PARK:
                found.setdefault(user.pk, Planned(user)).nodes.append(Told(node, listed=True))
    last = {}
    for row in OutgoingMailItem.objects.filter(user__in=list(found), subject=LIST, due__lte=on).order_by("due"):
        last[row.user_id] = row
    for user_pk, planned in found.items():
        mark, before = fingerprint(planned.nodes), last.get(user_pk)
        if before and before.due == on:  # told today; what changed since is told with the next one
            mark = before.object_id
        elif before and before.object_id == mark and days.count(before.due, on) < REPEAT_DAYS:
            continue
        planned.items.append(Item(LIST, mark, on, "L"))
    return [planned for planned in found.values() if planned.items]


def fingerprint(told: list[Told]) -> int:
    """A number that is the same for the same list."""
    words = ",".join(f"{one.node.pk}:{one.node.current_to}" for one in sorted(told, key=lambda one: one.node.pk))
    return int(hashlib.sha256(words.encode()).hexdigest()[:15], 16)


def untold(planned: Iterable[Planned]) -> Iterator[tuple[Planned, list[Item]]]:
    """Each with the items the person has not been told yet."""
    planned = list(planned)
    left = outbox.untold({one.user.pk: one.items for one in planned})
    return ((one, left[one.user.pk]) for one in planned)
