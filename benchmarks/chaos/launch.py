"""Be a program of the product in a run's own time, watched, and with a planted fault where the run asks for one.

Its words: mailer --loop | celery worker … | celery beat … | writer. The product knows nothing of this: what differs is
patched here, from outside.
"""

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

from benchmarks.chaos.script import Clockwork

PAUSES_MS = [1000, 2000, 3000]  # of the gate, machine time
RUN_LEASE_MS = 4000
GIVE_UP_DAYS = 60


def run_in_own_time(folder: Path) -> None:
    """Business time follows the timetable of the run; machine time stays what it is."""
    from portal import clock

    clockwork = Clockwork(folder)

    def offset() -> timedelta:
        real = clock.machine_now()
        return clockwork.now().business(real.timestamp()) - real

    clock.offset = offset


def hurry() -> None:
    """Pauses that are machine time and no setting. Nothing is given up: five working days may last twenty seconds."""
    from portal import gate, scheduler
    from projects import mailing

    gate.PAUSES_MS = PAUSES_MS
    scheduler.LEASE_MS = RUN_LEASE_MS
    mailing.GIVE_UP_DAYS = GIVE_UP_DAYS


def watch_intents(journal: Path) -> None:
    """Note each body that is about to go out: the fence, and how often a copy may be out already. The moment is the
    one before the database was asked, the line is written after it agreed."""
    from portal import outbox

    original, line = outbox.intent, journal.open("ab", buffering=0)

    def watched(mail: Any, *rest: Any, **named: Any) -> bool:
        asked = time.time()
        ours: bool = original(mail, *rest, **named)
        if ours:
            fact = {"t": asked, "pk": mail.pk, "mid": mail.message_id, "fence": mail.fence, "uncertain": mail.uncertain}
            line.write(json.dumps(fact).encode() + b"\n")
        return ours

    outbox.intent = watched


def prepare(folder: Path) -> None:
    """Everything that a process of a run differs in from one of the product."""
    django.setup()
    run_in_own_time(folder)
    hurry()
    if plant := os.environ.get("CHAOS_PLANT"):
        from benchmarks.chaos import plants

        plants.PLANTS[plant]()
    watch_intents(folder / "intents.jsonl")


def main(words: list[str]) -> None:
    folder = Path(os.environ["CHAOS_FOLDER"])
    prepare(folder)
    if words[0] == "celery":
        from celery.__main__ import main as celery

        sys.argv = ["celery", "-A", "portal", *words[1:]]
        sys.exit(celery())
    if words[0] == "writer":
        from benchmarks.chaos import writer

        return writer.main(folder)
    from django.core.management import execute_from_command_line

    return execute_from_command_line(["manage.py", *words])
