"""The jobs that make the messages: the reminders of each working day, the digest of each week, and their check.

One message per person and day. The database refuses an item that the person was told already, so nothing is repeated
however often this runs.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from portal import calendar, outbox
from portal.backups import RESTORED
from portal.calendar import SHANGHAI, WorkCalendar
from portal.choices import RunState
from portal.models import ScheduledRun, User
from portal.outbox import Draft, Item
from portal.scheduler import Check, Job, Period, jobs
from projects import handing_over, ladder, reckoning
from projects.daily import WEEK
from projects.owed import ONE_DAY, Planned, owed, untold

AT = time(8, 30)
LOOK_BACK = timedelta(days=28)  # longer than any holiday lasts
GIVE_UP_DAYS, DIGEST_LATE_DAYS = 5, 3


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
    return reckoning.compare(run, found, on)


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
    return reckoning.compare(run, found, on)


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
