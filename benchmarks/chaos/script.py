"""What a run is: which processes, how many mails on how many days, and when what breaks. All from a seed."""

import json
import os
import random
import time
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from portal.clock import SHANGHAI

OPENING = timedelta(
    hours=8, minutes=29, seconds=30
)  # each business day of a run begins half a minute before it may send
SPEED = 60  # a business minute passes in a second, so that growing pauses between tries pass too
STRETCH = 4
SETTLING_DAYS = 60  # at most; each makes due what waits for its next try
LONGEST_DAY = 560  # real seconds: then the window of sending is over
BEGIN_AFTER = 0.3  # so that every process knows of a day before it begins
PER_MINUTE = {
    "kill a sender": 3,
    "stop a sender": 1,
    "kill a beat": 2,
    "kill the writer": 6,
    "flush Redis": 1,
    "restart Redis": 1,
    "cut Redis lines": 6,
    "restart PostgreSQL": 1,
    "cut a PostgreSQL line": 6,
}

PER_SENDER = ("kill a sender", "stop a sender")  # so often for each process that sends in the set-up
AT_LEAST = {"kill a sender": 5, "stop a sender": 3}


@dataclass(frozen=True)
class Setup:
    """Which processes work together. `redis`: "", "up", or "down" for the whole run."""

    title: str
    postgresql: bool
    redis: str
    loops: int
    workers: int = 0
    beats: int = 0

    @property
    def sending(self) -> int:
        """How many processes send: workers sleep without Redis."""
        return self.loops + (self.workers if self.redis == "up" else 0)

    def rate(self, fault: str) -> float:
        """How often it happens in a minute."""
        return PER_MINUTE[fault] * (self.sending if fault in PER_SENDER else 1)

    def can(self, fault: str) -> bool:
        """Whether the thing that would break is there."""
        if "Redis" in fault:
            return self.redis == "up"
        if "PostgreSQL" in fault:
            return self.postgresql
        return "beat" not in fault or bool(self.beats)


SETUPS = {
    "A": Setup("SQLite，无Redis，3个mailer", postgresql=False, redis="", loops=3),
    "B": Setup("SQLite + Redis，3个worker、2个beat、1个mailer", False, "up", loops=1, workers=3, beats=2),
    "C": Setup("PostgreSQL + Redis，3个worker、2个beat、1个mailer", True, "up", loops=1, workers=3, beats=2),
    "D": Setup("PostgreSQL，Redis全程停止，3个worker、2个beat、1个mailer", True, "down", loops=1, workers=3, beats=2),
}


@dataclass(frozen=True)
class Size:
    """So many people get a message on each of so many days. A day lasts so many real seconds, and up to `STRETCH` times
    as long while its messages have not gone out."""

    people: int
    days: int
    seconds: float

    @property
    def horizon(self) -> float:
        """Real seconds of a run that keeps pace."""
        return self.days * self.seconds


def size_of(mails: int) -> Size:
    """10,000 mails: 250 people, as many as a bureau has accounts, on 40 days of 10 seconds; 1,000: 100 on 10 of 5;
    200: 40 on 5 of 4."""
    if mails >= 5000:
        return Size(mails // 40, 40, 10)
    if mails >= 1000:
        return Size(mails // 10, 10, 5)
    return Size(max(mails // 5, 1), 5, 4)


@dataclass(frozen=True)
class Timetable:
    """Business time of a run: one day follows the other. `starts` are those that have begun, in seconds of the epoch;
    the last one goes on until the next begins."""

    days: tuple[date, ...]
    starts: tuple[float, ...] = ()

    def business(self, real: float) -> datetime:
        place = max(bisect_right(self.starts, real) - 1, 0)
        elapsed = min(real - self.starts[place], LONGEST_DAY) if self.starts else -1.0
        midnight = datetime.combine(self.days[place], datetime.min.time(), SHANGHAI)
        return midnight + OPENING + timedelta(seconds=max(elapsed, -1.0) * SPEED)

    def opens(self, day: date) -> float:
        """The real moment at which messages of that day are due."""
        return self.starts[self.days.index(day)] + 30 / SPEED


@dataclass
class Clockwork:
    """The timetable as a process of the run knows it: its days from the environment, the starts from a file to which
    the run adds a line when a day begins."""

    folder: Path
    times: Timetable = field(init=False)
    read_at: int = 0

    def __post_init__(self) -> None:
        days = json.loads(os.environ["CHAOS_DAYS"])
        self.times = Timetable(tuple(date.fromisoformat(day) for day in days))

    @property
    def file(self) -> Path:
        return self.folder / "starts"

    def now(self) -> Timetable:
        written = self.file.stat().st_mtime_ns if self.file.exists() else 0
        if written != self.read_at:
            starts = tuple(float(line) for line in self.file.read_text().split())
            self.times, self.read_at = replace(self.times, starts=starts), written
        return self.times

    def begin_day(self) -> None:
        with self.file.open("a") as file:
            file.write(f"{time.time() + BEGIN_AFTER:.3f}\n")


def events(setup: Setup, size: Size, seed: int) -> list[tuple[float, str]]:
    """When what breaks, in seconds from the start: each fault at its rate, some at least; one outage of the server."""
    chance, seconds = random.Random(seed), size.horizon
    found = []
    for fault in PER_MINUTE:
        rate = setup.rate(fault)
        if setup.can(fault):
            times = max(AT_LEAST.get(fault, 1), round(rate * seconds / 60))
            found += [(chance.uniform(0.5, seconds), fault) for _ in range(times)]
            later = round(rate * seconds * (STRETCH - 1) / 60)  # only if the days are stretched
            found += [(chance.uniform(seconds, STRETCH * seconds), fault) for _ in range(later)]
    begin = chance.uniform(0.3, 0.6) * seconds
    found += [(begin, "begin an outage"), (begin + min(30, seconds / 10), "end the outage")]
    return sorted(found)
