"""Breaking things on time, starting them again, and measuring how long what a dead process held stays untouched."""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import redis
from django.db import DatabaseError, connection

from benchmarks.chaos import programs
from benchmarks.chaos.programs import Process
from portal.choices import MailState
from portal.models import OutgoingMail

T = TypeVar("T")
LOOK_SECONDS = 0.05
STOP_SECONDS = 6.0  # longer than either lease of a run


@dataclass
class Storm:
    """The processes of a run by their part, and what was done to them."""

    folder: Path
    senders: list[Process]
    beats: list[Process]
    writer: Process
    sink: Process
    redis: Process | None
    postgresql: Process | None
    chance: random.Random
    hit: Counter[str] = field(default_factory=Counter)
    waiting: dict[tuple[int, int], float] = field(default_factory=dict)
    recovered: list[float] = field(default_factory=list)
    wanted_busy: bool = True

    def __post_init__(self) -> None:
        self.kept_up = [*self.senders, *self.beats, self.writer]

    def retire_the_writer(self) -> None:
        """People go home: what is left can come to its end."""
        self.kept_up.remove(self.writer)
        self.writer.stop()

    def strike(self, what: str) -> bool:
        """Do what the script says now; False when it has to wait for a sender that holds messages."""
        acts = {
            "kill a sender": self.kill_a_sender,
            "stop a sender": self.stop_a_sender,
            "kill a beat": lambda: self.chance.choice(self.beats).kill(),
            "kill the writer": lambda: self.writer in self.kept_up and self.writer.kill(),
            "flush Redis": lambda: self.ask_redis("FLUSHALL"),
            "cut Redis lines": lambda: self.ask_redis("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"),
            "restart Redis": self.restart_redis,
            "restart PostgreSQL": self.restart_postgresql,
            "cut a PostgreSQL line": self.cut_a_line,
            "begin an outage": lambda: self.sink.signal(signal.SIGUSR1),
            "end the outage": lambda: self.sink.signal(signal.SIGUSR2),
        }
        if acts[what]() is False:
            return False
        self.hit[what] += 1
        return True

    def look(self) -> None:
        """Start again what is gone, let go on what has been stopped long enough, note what was taken over."""
        now = time.monotonic()
        for process in self.senders:
            if process.stopped_until and now > process.stopped_until:
                process.signal(signal.SIGCONT)
                process.stopped_until = 0
        for process in self.kept_up:
            process.keep_up()
        if self.waiting:
            self.note_recovered(now)

    # --- senders -----------------------------------------------------------------------------------------------------

    def victim(self, among: list[Process]) -> Process | None:
        """A sender that holds messages, if there is one."""
        holders = {int(owner.rsplit(":", 2)[1]) for _, _, owner, _ in self.held()}
        busy = [one for one in among if one.pids() & holders]
        return self.chance.choice(busy) if busy else None

    def awake(self) -> list[Process]:
        return [one for one in self.senders if one.is_running and not one.stopped_until]

    def held(self) -> list[tuple[int, int, str, str]]:
        """Messages somebody is working on: number, fence, owner, phase."""
        rows = OutgoingMail.objects.filter(state=MailState.SENDING, lease_ms__gt=0)
        return asked(lambda: list(rows.values_list("pk", "fence", "owner", "phase"))) or []

    def kill_a_sender(self) -> bool:
        """kill -9: four times in five one that holds messages, and then the script waits for one that does."""
        among = self.awake()
        process = self.victim(among) if self.wanted_busy else self.chance.choice(among) if among else None
        if process is None:
            return False
        self.wanted_busy = self.chance.random() < 0.8
        now, dead = time.monotonic(), process.kill()
        left = [row for row in self.held() if int(row[2].rsplit(":", 2)[1]) in dead]
        phases = {phase for *_, phase in left}
        self.hit["killed in data" if "data" in phases else "killed holding" if phases else "killed idle"] += 1
        self.waiting.update({(pk, fence): now for pk, fence, _, _ in left})
        return True

    def stop_a_sender(self) -> bool:
        """SIGSTOP one that holds messages, until its leases are over and others have had the time to take over."""
        process = self.victim(self.awake())
        if process is None:
            return False
        process.signal(signal.SIGSTOP)
        process.stopped_until = time.monotonic() + STOP_SECONDS
        return True

    def note_recovered(self, now: float) -> None:
        numbers = [pk for pk, _ in self.waiting]
        rows = OutgoingMail.objects.filter(pk__in=numbers).values_list("pk", "fence", "state")
        for pk, fence, state in asked(lambda: list(rows)) or []:
            for key in [key for key in self.waiting if key[0] == pk and (fence > key[1] or state != MailState.SENDING)]:
                self.recovered.append(now - self.waiting.pop(key))

    # --- Redis and PostgreSQL ----------------------------------------------------------------------------------------

    def ask_redis(self, *words: str) -> None:
        try:
            redis.Redis(unix_socket_path=f"{self.folder}/redis.sock", socket_timeout=2).execute_command(*words)
        except redis.RedisError:
            self.hit["Redis did not answer"] += 1

    def restart_redis(self) -> None:
        if self.redis:
            self.redis.kill()
            self.redis.start()

    def restart_postgresql(self) -> None:
        if self.postgresql:
            programs.restart_postgresql(self.postgresql, self.folder)
            connection.close()

    def cut_a_line(self) -> None:
        """End the connection of some process, whatever it is doing."""
        others = "pid <> pg_backend_pid() AND datname = current_database()"
        found = asked(lambda: column(f"SELECT pid FROM pg_stat_activity WHERE {others} ORDER BY pid")) or []
        if found:
            asked(lambda: column("SELECT pg_terminate_backend(%s)", self.chance.choice(found)))


def column(statement: str, *values: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def asked(question: Callable[[], T]) -> T | None:
    """The answer, or None while the database is being restarted."""
    try:
        return question()
    except DatabaseError:
        connection.close()
        return None
