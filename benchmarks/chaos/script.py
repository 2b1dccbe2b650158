"""What a run is: which processes, how many mails on how many days, and when what breaks. All from a seed."""

import json
import os
import random
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from portal.clock import SHANGHAI

OPENING = timedelta(
    hours=8, minutes=29, seconds=30
)  # each business day of a run begins half a minute before it may send
SPEED = 60  # a business minute passes in a second, so that growing pauses between tries pass too
SETTLING_DAYS = 60  # each makes due what waits for its next try
PER_MINUTE = {
    "kill a sender": 12,
    "stop a sender": 4,
    "kill a beat": 2,
    "kill the writer": 6,
    "flush Redis": 1,
    "restart Redis": 1,
    "cut Redis lines": 6,
    "restart PostgreSQL": 1,
    "cut a PostgreSQL line": 6,
}

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
    """So many people get a message on each of so many days; a day lasts so many real seconds."""

    people: int
    days: int
    seconds: float


def size_of(mails: int) -> Size:
    """10,000 mails: 500 people on 20 days of 20 seconds; 1,000: 100 on 10 of 5; 200: 40 on 5 of 4."""
    if mails >= 5000:
        return Size(mails // 20, 20, 20)
    if mails >= 1000:
        return Size(mails // 10, 10, 5)
    return Size(max(mails // 5, 1), 5, 4)


@dataclass(frozen=True)
class Timetable:
    """Business time of a run: the days follow one another, the last one goes on. `start` is in seconds of the epoch;
    until it is known the first day has not yet begun."""

    days: tuple[date, ...]
    seconds: float
    start: float = float("inf")

    def business(self, real: float) -> datetime:
        elapsed = max(real - self.start, -2)
        place = min(max(int(elapsed // self.seconds), 0), len(self.days) - 1)
        midnight = datetime.combine(self.days[place], datetime.min.time(), SHANGHAI)
        return midnight + OPENING + timedelta(seconds=(elapsed - place * self.seconds) * SPEED)

    @property
    def horizon(self) -> float:
        """Real seconds until the last day on which something is due has passed."""
        return (len(self.days) - SETTLING_DAYS) * self.seconds

    @property
    def closing_day(self) -> date:
        """The first day on which nothing new is due: from its run on a run may end."""
        return self.days[-SETTLING_DAYS]

    def opens(self, day: date) -> float:
        """The real moment at which messages of that day are due."""
        return self.start + self.days.index(day) * self.seconds + 30 / SPEED


def timetable(folder: Path, times: Timetable | None = None) -> Timetable:
    """The one of this run: its days from the environment, its start from a file that is there once all is up."""
    told = json.loads(os.environ["CHAOS_TIMETABLE"])
    times = times or Timetable(tuple(date.fromisoformat(day) for day in told["days"]), told["seconds"])
    start = folder / "start"
    return replace(times, start=float(start.read_text())) if start.exists() else times


def events(setup: Setup, seconds: float, seed: int) -> list[tuple[float, str]]:
    """When what breaks, in seconds from the start: each fault at its rate, some at least; one outage of the server."""
    chance = random.Random(seed)
    found = []
    for fault, rate in PER_MINUTE.items():
        if setup.can(fault):
            times = max(AT_LEAST.get(fault, 1), round(rate * seconds / 60))
            found += [(chance.uniform(0.5, seconds), fault) for _ in range(times)]
    begin = chance.uniform(0.3, 0.6) * seconds
    found += [(begin, "begin an outage"), (begin + min(30, seconds / 10), "end the outage")]
    return sorted(found)
