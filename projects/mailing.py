"""Who gets which message on which day: one function says what is owed; sending, preview and 提醒对账 are made from it.

One message per person and day. Its items are what is unique: a node's rung, the digest of a week, a Monday list. The
database refuses an item that the person was told already, so nothing is repeated however often this runs.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from parks.models import Park, ParkAssignment
from portal import calendar, outbox
from portal.backups import RESTORED
from portal.calendar import SHANGHAI, WorkCalendar
from portal.choices import Role, RunState
from portal.models import AuditEntry, OutgoingMailItem, ScheduledRun, User
from portal.outbox import Draft, Item
from portal.scheduler import Check, Job, Period, jobs
from projects import digests, handing_over, ladder, late_issues, owed_reports, reminders
from projects.choices import Light
from projects.daily import ISSUE, LIST, MONTH, NODE, RETURNED, WEEK, sees, without_report
from projects.ladder import Step
from projects.models import Issue, Milestone, MonthlyReport, ProgressNote, Project, ReportingPeriod
from projects.models.queries import ProjectQuerySet
from projects.reminders import Told

AT = time(8, 30)
ONE_DAY = timedelta(days=1)
LOOK_BACK = timedelta(days=28)  # longer than any holiday lasts
GIVE_UP_DAYS, REPEAT_DAYS, DIGEST_LATE_DAYS = 5, 5, 3


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


# --- what is owed ------------------------------------------------------------------------------------------------


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
    period = owed_reports.open_period()
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
        code = unit.code if unit else ""
        give(unit, Item(RETURNED, report.pk, owed_reports.returned_on(report), owed_reports.RETURNED_LEVEL, code))
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


# --- making the messages -----------------------------------------------------------------------------------------


def make(planned: Iterable[Planned], *, on: date, due_at: datetime, days: WorkCalendar) -> int:
    """Queue one message per person; what comes too late for the day's message waits for the next working day's."""
    planned = sorted(planned, key=reads)
    made = outbox.queue_all([draft(one.user, one.items, on=on, due_at=due_at, days=days) for one in planned])
    late = untold(one for one in planned if key_of(one.user, on) not in made)
    tomorrow = days.add(on, 1)
    at = datetime.combine(tomorrow, AT, SHANGHAI)
    outbox.queue_all([draft(one.user, left, on=tomorrow, due_at=at, days=days) for one, left in late if left])
    return len(made)


def reads(one: Planned) -> tuple[str, str, bool]:
    """The same for people of one digest: they stand together, and each process that sends writes few of the digests."""
    week = next((item.unit for item in one.items if item.subject == WEEK), "")
    return one.user.role, week, one.user.only_red


def draft(user: User, items: Iterable[Item], *, on: date, due_at: datetime, days: WorkCalendar) -> Draft:
    end = datetime.combine(days.add(on, GIVE_UP_DAYS - 1), time(18), SHANGHAI)
    return Draft(key_of(user, on), "daily", user, due_at, end, tuple(items))


def key_of(user: User, on: date) -> str:
    return f"day:{on}:{user.pk}"


def of_run(period: Period) -> tuple[date, date, date]:
    """The day of a period, the day its rungs count from, and the day of the digest before."""
    on = period.at.astimezone(SHANGHAI).date()
    return on, day_before("reminders", on), day_before("digests", on)


def day_before(job: str, on: date) -> date:
    """The day of the newest finished run before this day; the day before when there is none.

    After a restore nobody knows what was told since the backup: the runs until that moment count as done."""
    runs = ScheduledRun.objects.filter(job=job).order_by("-due_at").values_list("due_at", flat=True)
    done = runs.filter(state=RunState.DONE, due_at__lt=datetime.combine(on, time(0), SHANGHAI)).first()
    restored = runs.filter(period__startswith=RESTORED, due_at__lt=datetime.combine(on, AT, SHANGHAI)).first()
    ended = [done.astimezone(SHANGHAI).date()] if done else []
    ended += [run_before(job, restored)] if restored else []
    return max(ended, default=on - ONE_DAY)


def run_before(job: str, moment: datetime) -> date:
    """The day on which the job was last due up to this moment."""
    due = jobs()[job].periods(calendar.current(), moment - LOOK_BACK, moment)
    return (due[-1].at if due else moment).astimezone(SHANGHAI).date()


def make_day(periods: list[Period], now: datetime) -> int:
    """The reminders of the newest period."""
    days = calendar.current()
    on, after, since_digest = of_run(periods[-1])
    found = owed(on=on, after=after, weeks=[], since_digest=since_digest, days=days)
    return make(found, on=on, due_at=periods[-1].at, days=days)


def make_week(periods: list[Period], now: datetime) -> int:
    """The digest of these weeks, with the reminders of the day it goes out."""
    days, on = calendar.current(), max(now.astimezone(SHANGHAI).date(), periods[-1].at.astimezone(SHANGHAI).date())
    mondays = [monday_of(one.key) for one in periods]
    found = owed(
        on=on, after=day_before("reminders", on), weeks=mondays, since_digest=day_before("digests", on), days=days
    )
    return make(found, on=on, due_at=max(periods[-1].at, now), days=days)


# --- periods -----------------------------------------------------------------------------------------------------


def working_days(days: WorkCalendar, after: datetime, until: datetime) -> list[Period]:
    """Each working day at 08:30, named by its date."""
    first, last = after.astimezone(SHANGHAI).date(), until.astimezone(SHANGHAI).date()
    found = [Period(str(day), datetime.combine(day, AT, SHANGHAI)) for day in ladder.days_between(first, last)
             if days.is_workday(day)]  # fmt: skip
    return [one for one in found if after < one.at <= until]


def weeks(days: WorkCalendar, after: datetime, until: datetime) -> list[Period]:
    """Each week at 08:30 of the first working day after its Sunday, named 2021-W38."""
    found, monday = [], monday_before(after.astimezone(SHANGHAI).date() - timedelta(days=28))
    while monday <= until.astimezone(SHANGHAI).date():
        out = datetime.combine(days.roll_forward(monday + 7 * ONE_DAY), AT, SHANGHAI)
        if after < out <= until:
            found.append(Period(name_of_week(monday), out))
        monday += 7 * ONE_DAY
    return found


def monday_before(day: date) -> date:
    return day - timedelta(days=day.weekday())


def name_of_week(monday: date) -> str:
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02d}"


def monday_of(name: str) -> date:
    """The Monday of 2021-W38. Raises ValueError."""
    year, _, week = name.partition("-W")
    return date.fromisocalendar(int(year), int(week), 1)


# --- 提醒对账 ------------------------------------------------------------------------------------------------------


def check_day(run: ScheduledRun) -> Check:
    """What the rules give for the day of a run, against what people were told."""
    days = calendar.current()
    on, after, since_digest = of_run(Period(run.period, run.due_at))
    found = owed(on=on, after=after, weeks=[], since_digest=since_digest, days=days)
    hand_over(found, on=on, due_at=run.due_at, days=days)
    return compare(run, found, on)


def hand_over(found: list[Planned], *, on: date, due_at: datetime, days: WorkCalendar) -> None:
    """Queue for who took a unit over on that day what nobody else who answers for it was told."""
    people = {one.user.pk: one.user for one in found}
    if successors := handing_over.newcomers(people, on=on):
        left = {one.user.pk: items for one, items in untold(found)}
        orphans = handing_over.orphaned({one.user.pk: one.items for one in found}, left, successors)
        make([Planned(people[pk], items) for pk, items in orphans.items()], on=on, due_at=due_at, days=days)


def check_week(run: ScheduledRun) -> Check:
    """The same for the digest of a week: one item per reader, what was put off until it, the lists of those without."""
    days, due = calendar.current(), run.due_at.astimezone(SHANGHAI).date()
    on, mondays = max(due, run.started_at.astimezone(SHANGHAI).date()), [monday_of(run.period)]
    found = owed(
        on=on, after=day_before("reminders", on), weeks=mondays, since_digest=day_before("digests", due), days=days
    )
    return compare(run, found, on)


def compare(run: ScheduledRun, found: list[Planned], on: date) -> Check:
    """Which items are missing; what somebody changed after the run is not missing but comes with the next one."""
    count, missing, days = 0, [], calendar.current()
    new = handing_over.newcomers([one.user.pk for one in found], on=on)
    for planned, left in untold(found):
        count += len(planned.items)
        if planned.user.pk in new or not (left and was_there(planned.user, run.started_at)):
            continue
        missing += [f"{planned.user.username}:{item.subject}:{item.object_id}:{item.level}" for item in left
                    if not (item.subject == LIST and list_may_wait(planned.user, on, days))
                    and not changed_since(item, run.started_at, planned)]  # fmt: skip
    return Check(count, tuple(missing))


def was_there(user: User, moment: datetime) -> bool:
    """Whether the person had the account, and these preferences, at the moment."""
    enabled = AuditEntry.objects.filter(action="person.enable", object_id=str(user.pk), at__gt=moment)
    return user.preferences_at <= moment and not enabled.exists()


def list_may_wait(user: User, on: date, days: WorkCalendar) -> bool:
    """Whether the person had a Monday list within the days in which an equal one waits, or a colleague of a unit came
    or went on that day: what was the other's then stands in the next list."""
    last = OutgoingMailItem.objects.filter(user=user, subject=LIST, due__lte=on).order_by("due").last()
    own = ParkAssignment.objects.filter(user=user).values("park")
    turned = ParkAssignment.objects.filter(Q(from_date__gte=on) | Q(to_date__gte=on - ONE_DAY), park__in=own)
    return (last is not None and days.count(last.due, on) < REPEAT_DAYS) or turned.exists()


def changed_since(item: Item, moment: datetime, planned: Planned) -> bool:
    """Whether what the item comes from changed after the moment: an issue, reports, a node, its project or what was
    said of it; for a list any of its nodes; for who reads only red lights anything that may have lit one."""
    if item.subject == ISSUE:
        return Issue.history.filter(id=item.object_id, history_date__gt=moment).exists()
    if item.subject == RETURNED:
        return MonthlyReport.history.filter(id=item.object_id, history_date__gt=moment).exists()
    if item.subject == MONTH:
        opened = ReportingPeriod.objects.filter(pk=item.object_id, opened_at__gt=moment)
        return opened.exists() or stirred(Project.objects.visible_to(planned.user), moment)
    if item.subject == WEEK:
        return planned.user.only_red and stirred(Project.objects.visible_to(planned.user), moment)
    if item.subject == LIST:
        return stirred(Project.objects.filter(pk__in=[one.node.project_id for one in planned.nodes]), moment)
    node = Milestone.objects.filter(pk=item.object_id).first()
    return node is None or stirred(Project.objects.filter(pk=node.project_id), moment)


def stirred(projects: ProjectQuerySet, moment: datetime) -> bool:
    """Whether anything of these projects changed after the moment: facts, nodes, reports, what was said."""
    keys = list(projects.order_by().values_list("pk", flat=True))
    own = Project.history.filter(id__in=keys, history_date__gt=moment)
    parts = [model.history.filter(project__in=keys, history_date__gt=moment) for model in (Milestone, MonthlyReport)]
    said = ProgressNote.objects.filter(project__in=keys, created_at__gt=moment)
    return any(one.exists() for one in (own, *parts, said))


# --- beforehand --------------------------------------------------------------------------------------------------


def planned(*, on: date) -> list[Planned]:
    """明日将发送: what each person would get on that working day as things stand, told items left out."""
    days = calendar.current()
    start = datetime.combine(on, time(0), SHANGHAI)
    out = weeks(days, start, start + ONE_DAY)
    after = days.roll_back(on - ONE_DAY)
    found = owed(
        on=on, after=after, weeks=[monday_of(one.key) for one in out], since_digest=day_before("digests", on), days=days
    )
    return [Planned(one.user, left, one.nodes, one.issues) for one, left in untold(found) if left]


REMINDERS = Job(working_days, make_day, check_day)
DIGESTS = Job(weeks, make_week, check_week, late=timedelta(days=DIGEST_LATE_DAYS))
