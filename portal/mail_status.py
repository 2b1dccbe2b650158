"""How sending stands, for the page 邮件 and the monitor: which jobs ran, what is owed, whom no letter reaches."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from portal import calendar, clock, gate, outbox, scheduler
from portal.choices import MailState, Role, RunState
from portal.models import ClockReading, MailGate, OutgoingMail, ScheduledRun, User

TITLES = {"digests": "周调度", "reminders": "职责提醒"}
AHEAD = timedelta(days=40)  # the longest holiday is shorter
BY_HAND = {"digests": "send_digests --week", "reminders": "send_reminders --on"}
GRACE = timedelta(minutes=10)  # the scheduler looks every half minute
BOUNCES = 3
WAITING = (MailState.QUEUED, MailState.SENDING)


# --- what is on its way ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """Messages by what became of them; `late` are due and still here."""

    by_state: dict[str, int]
    late: int

    @property
    def waiting(self) -> int:
        return sum(self.by_state.get(state, 0) for state in WAITING)

    @property
    def refused(self) -> int:
        return self.by_state.get(MailState.FAILED, 0)

    @property
    def given_up(self) -> int:
        return self.by_state.get(MailState.DEAD, 0)


def counts(mails: QuerySet[OutgoingMail], *, now: datetime) -> Counts:
    """Two queries, whatever the number of messages."""
    states = mails.order_by().values_list("state").annotate(Count("pk"))
    return Counts(dict(states), mails.filter(state__in=WAITING, due_at__lte=now).count())


@dataclass(frozen=True)
class Pause:
    """The gate before the mail server: how often it failed in a row, why, and until when nobody tries."""

    streak: int
    note: str
    until: datetime | None


def pause() -> Pause | None:
    """None while the server answers."""
    row = MailGate.objects.filter(streak__gt=0).first()
    if row is None:
        return None
    shut = row.streak >= gate.FAILURES_TO_CLOSE and row.until_ms > outbox.machine_ms()
    until = datetime.fromtimestamp(row.until_ms / 1000, tz=clock.SHANGHAI) if shut else None
    return Pause(row.streak, row.note, until)


# --- the jobs ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class JobLine:
    """One job: its last period, the next, whether one is overdue, and what 提醒对账 found at its last look."""

    name: str
    title: str
    last: ScheduledRun | None
    next_at: datetime | None
    overdue: datetime | None
    checked: ScheduledRun | None

    @property
    def period(self) -> str:
        return written(self.last.period) if self.last else ""

    @property
    def remedy(self) -> str:
        """The command that makes what is missing of the period that was checked; what there is stays as it is."""
        return f"{BY_HAND[self.name]} {self.checked.period}" if self.checked and self.name in BY_HAND else ""


def job_lines(*, now: datetime) -> list[JobLine]:
    """Every job in the order they run."""
    days = calendar.current()
    lines = []
    for name, job in scheduler.jobs().items():
        runs = ScheduledRun.objects.filter(job=name).order_by("-due_at", "-id")
        ended = runs.exclude(state=RunState.RUNNING).first()
        coming = job.periods(days, now, now + AHEAD)
        missed = job.periods(days, ended.due_at, now - GRACE) if ended else []
        lines.append(
            JobLine(
                name=name,
                title=TITLES.get(name, name),
                last=runs.exclude(period=scheduler.START).first(),
                next_at=coming[0].at if coming else None,
                overdue=missed[0].at if missed else None,
                checked=runs.exclude(checked_at=None).first(),
            )
        )
    return lines


def written(period: str) -> str:
    """A period as people say it: 9月27日; the week 2021-W38 as 9月20日—26日."""
    week = re.fullmatch(r"(\d{4})-W(\d{2})", period)
    if week:
        monday = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        sunday = monday + timedelta(days=6)
        end = f"{sunday.day}日" if sunday.month == monday.month else f"{sunday.month}月{sunday.day}日"
        return f"{monday.month}月{monday.day}日—{end}"
    try:
        day = date.fromisoformat(period)
    except ValueError:
        return period
    return f"{day.month}月{day.day}日"


def missing() -> int:
    """How many items the newest look of 提醒对账 found owed and not told, over all jobs."""
    found = 0
    for name in scheduler.jobs():
        newest = ScheduledRun.objects.filter(job=name).exclude(checked_at=None).order_by("-due_at", "-id").first()
        found += newest.missing if newest else 0
    return found


def suspects() -> list[ClockReading]:
    """Machines whose clock jumped; nothing is made there until a person confirms."""
    return list(ClockReading.objects.filter(suspect=True).order_by("host"))


# --- whom no letter reaches --------------------------------------------------------------------------------------


def without_mailbox() -> QuerySet[User]:
    """Active people who get messages and have no address: theirs stand on the site. With `unread`."""
    readers = (Role.STAFF, Role.LEADER, Role.PARK)
    unread = Q(messages__rendered_at__isnull=False, messages__read_at=None) & ~Q(messages__state=MailState.CANCELLED)
    found = User.objects.filter(is_active=True, email="", role__in=readers)
    return found.annotate(unread=Count("messages", filter=unread)).order_by("role", "username")


def bouncing() -> QuerySet[Any]:
    """Active people whose address refused three letters in a row. With the last `code` and `said`."""
    last = OutgoingMail.objects.filter(user=OuterRef("pk"), state=MailState.FAILED).order_by("-id")
    found = User.objects.filter(is_active=True, bounces__gte=BOUNCES).exclude(email="")
    return found.annotate(
        code=Subquery(last.values("smtp_code")[:1]), said=Subquery(last.values("error")[:1])
    ).order_by("username")  # fmt: skip


def alarms(lines: Iterable[JobLine]) -> list[JobLine]:
    """The jobs whose last 提醒对账 found a difference."""
    return [line for line in lines if line.checked and line.checked.missing]
