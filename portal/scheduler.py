"""What is due by the calendar: each job once per period, however many schedulers look (reliability.md §3.6).

Any process may call `tick`. A period is a row with a unique key, worked on under a lease with a fence; what the job
makes is unique by its own keys, so a run that died half-way is simply done again. Periods that were missed are joined
into the newest or recorded as skipped: no period is without a row.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Max
from django.utils.module_loading import import_string

from portal import calendar, clock, clock_guard, outbox, owners
from portal.calendar import WorkCalendar
from portal.choices import RunState
from portal.models import ScheduledRun

logger = logging.getLogger(__name__)
LEASE_MS = 300_000
FIRST_LOOK = timedelta(days=1)  # how far back a new installation looks
FAR_BACK = timedelta(days=60)
START = "start"  # the row from which periods are counted
CHECK_EVERY = timedelta(minutes=15)


@dataclass(frozen=True)
class Period:
    """One period of a job: its name (2021-09-27, 2021-W38) and the business moment it is due."""

    key: str
    at: datetime


@dataclass(frozen=True)
class Check:
    """提醒对账: how many items are owed by the rules, and which of them nobody was told."""

    owed: int
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """`periods` lists those due after one moment up to another, oldest first; `make` writes the messages of some
    periods at a moment and returns how many; `check` reckons anew what is owed. Too late ones are skipped."""

    periods: Callable[[WorkCalendar, datetime, datetime], list[Period]]
    make: Callable[[list[Period], datetime], int]
    check: Callable[[ScheduledRun], Check]
    late: timedelta | None = None


@cache
def jobs() -> dict[str, Job]:
    return {name: import_string(path) for name, path in settings.SCHEDULED_JOBS.items()}


def tick(*, now: datetime) -> int:
    """Run every job that is due at `now`, once; return how many messages were made."""
    if not clock_guard.is_sane():
        return 0
    days, made = calendar.current(), 0
    for name, job in jobs().items():
        try:
            made += run_due(name, job, now=now, days=days)
            reconcile(name, job, now=now)
        except DatabaseError:
            raise
        except Exception:  # one job's fault does not stop the others; its period stays due
            logger.exception("The job %s failed", name)
    return made


def run_due(name: str, job: Job, *, now: datetime, days: WorkCalendar) -> int:
    """Run the newest due period and join the missed ones to it; those too late are only recorded."""
    due = job.periods(days, since(name, now), now)
    if not due:
        return 0
    fresh = [one for one in due if job.late is None or day_of(now) - day_of(one.at) <= job.late]
    for one in due:
        if one not in fresh:
            skip(name, one, note=f"超过{job.late.days if job.late else 0}天，不再发")
    if not fresh:
        return 0
    return run(name, fresh, now=now) or 0


def day_of(moment: datetime) -> date:
    return moment.astimezone(calendar.SHANGHAI).date()


def since(name: str, now: datetime) -> datetime:
    """The moment of the newest ended period: nothing is made for one before it. The first look sets the start."""
    ended = ScheduledRun.objects.filter(job=name).exclude(state=RunState.RUNNING)
    newest = ended.aggregate(newest=Max("due_at"))["newest"]
    if newest is None:
        start, newest = {"state": RunState.SKIPPED, "note": "开始运行"}, now - FIRST_LOOK
        ScheduledRun.objects.get_or_create(job=name, period=START, defaults={"due_at": newest, **start})
    return max(newest, now - FAR_BACK)


def run(name: str, periods: list[Period], *, now: datetime) -> int | None:
    """Make the messages of the periods under the newest one's row; None when another process has it."""
    newest = periods[-1]
    fence = take(name, newest)
    if fence is None:
        return None
    try:
        made = jobs()[name].make(periods, now)
    except Exception:
        ScheduledRun.objects.filter(job=name, period=newest.key, fence=fence).update(lease_ms=0)
        raise
    with transaction.atomic():
        hit = ScheduledRun.objects.filter(job=name, period=newest.key, fence=fence, state=RunState.RUNNING).update(
            state=RunState.DONE, made=F("made") + made, ended_at=clock.now(), lease_ms=0
        )
        if hit:
            for one in periods[:-1]:
                skip(name, one, note=f"并入{newest.key}")
    return made


def take(name: str, period: Period) -> int | None:
    """Claim the row of a period by a conditional update; its fence, or None when it is done or another's."""
    row, _ = ScheduledRun.objects.get_or_create(job=name, period=period.key, defaults={"due_at": period.at})
    ms = outbox.machine_ms()
    free = ms if not owners.is_gone(row.owner) else ms + LEASE_MS + 1
    hit = ScheduledRun.objects.filter(pk=row.pk, state=RunState.RUNNING, fence=row.fence, lease_ms__lt=free).update(
        fence=F("fence") + 1, owner=owners.me(), lease_ms=ms + LEASE_MS
    )
    return row.fence + 1 if hit else None


def skip(name: str, period: Period, *, note: str) -> None:
    """Record a period that is not run by itself; one that was ended stays as it is."""
    row, _ = ScheduledRun.objects.get_or_create(job=name, period=period.key, defaults={"due_at": period.at})
    ScheduledRun.objects.filter(pk=row.pk, state=RunState.RUNNING).update(
        state=RunState.SKIPPED, note=note, ended_at=clock.now(), lease_ms=0
    )


def by_hand(name: str, period: Period, *, now: datetime) -> int:
    """Run one period because a person says so; again adds only what is missing. Raises ValueError for one before
    the newest ended period."""
    newest = ScheduledRun.objects.filter(job=name, state=RunState.DONE).aggregate(newest=Max("due_at"))["newest"]
    if newest and period.at < newest:
        raise ValueError(f"{period.key} 之后的周期已经生成，不再补发更早的。")
    made = run(name, [period], now=now)
    if made is None:
        made = jobs()[name].make([period], now)
        ScheduledRun.objects.filter(job=name, period=period.key).update(made=F("made") + made)
    return made


def reconcile(name: str, job: Job, *, now: datetime) -> None:
    """Compare, every quarter of an hour, what the newest run owed with what there is; a difference is an alarm."""
    newest = ScheduledRun.objects.filter(job=name, state=RunState.DONE).order_by("-due_at").first()
    if newest is None or (newest.checked_at and now - newest.checked_at < CHECK_EVERY):
        return
    if day_of(newest.started_at) != day_of(now):  # it may have been made late
        return
    found = job.check(newest)
    if found.missing:
        logger.error("%s %s: %d of %d items are missing: %s", name, newest.period, len(found.missing), found.owed,
                     "、".join(found.missing[:5]))  # fmt: skip
    ScheduledRun.objects.filter(pk=newest.pk).update(owed=found.owed, missing=len(found.missing), checked_at=now)
