"""People at work during a run: nodes end, people change their unit, the administrator asks for test mails.

Every act goes through the product's own rules and is noted before it begins and once it is committed. Killed at any
moment, it goes on with the next act.
"""

import json
import signal
import time
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.chaos import world
from benchmarks.chaos.script import Clockwork

PAUSE = 0.5


class Journal:
    """acts.jsonl: `began` before the transaction, `done` after its commit."""

    def __init__(self, file: Path) -> None:
        self.known = {json.loads(line)["act"] for line in file.read_text().splitlines()} if file.exists() else set()
        self.line = file.open("ab", buffering=0)

    def note(self, act: str, when: str, **more: Any) -> None:
        fact = {"act": act, "when": when, "t": time.time(), **more}
        self.line.write(json.dumps(fact).encode() + b"\n")


def main(folder: Path) -> None:
    from django.test import Client

    from portal.models import User

    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    told, journal = world.read(folder / "world.json"), Journal(folder / "acts.jsonl")
    all_acts = mixed([f"close:{pk}" for pk in told.closes] + [f"move:{address}" for address in told.moves])
    acts = [act for act in all_acts if act not in journal.known]
    browser = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    browser.force_login(User.objects.get(username="admin"), backend="django.contrib.auth.backends.ModelBackend")
    clockwork, days = Clockwork(folder), len({owed.day for owed in told.owed})
    while not stopping:
        begun = len(clockwork.now().starts)
        while len(acts) > len(all_acts) * (1 - begun / days) and not stopping:  # a share of them on each day
            do(acts.pop(), told, journal)
        ask(browser, journal)
        time.sleep(PAUSE)


def mixed(acts: list[str]) -> list[str]:
    """Both kinds in one order, the same after each restart."""
    return sorted(acts, key=lambda act: zlib.crc32(act.encode()))


def do(act: str, told: world.World, journal: Journal) -> None:
    from django.db import DatabaseError

    what, _, about = act.partition(":")
    journal.note(act, "began")
    try:
        close(int(about)) if what == "close" else move(about, told.moves[about])
    except DatabaseError:
        return  # the database was killed under it: committed or not, nobody knows
    journal.note(act, "done")


def close(pk: int) -> None:
    """The clerk ends a node: done, or not applicable."""
    from portal import clock
    from portal.models import User
    from portal.spans import Span
    from projects import milestones
    from projects.models import Milestone

    clerk, node, today = User.objects.get(username="clerk"), Milestone.objects.get(pk=pk), clock.today()
    if pk % 2:
        milestones.complete(node=node, actual=Span(today, today), by=clerk)
    else:
        milestones.mark_not_applicable(node=node, by=clerk, reason="本项目无此节点")


def move(address: str, unit: str) -> None:
    """The administrator gives a person another unit from today on."""
    from parks import accounts
    from parks.accounts import Term
    from parks.models import Park
    from portal import clock
    from portal.models import User

    person, today = User.objects.get(email=address), clock.today()
    (row,) = person.assignments.all()
    terms = [Term(row.park, row.from_date, today - timedelta(days=1), row), Term(Park.objects.get(code=unit), today)]
    admin = User.objects.get(username="admin")
    accounts.change_person(person=person, name=person.name, role=person.role, email=address, by=admin, terms=terms)


def ask(browser: Any, journal: Journal) -> None:
    """A page that queues a message and tells the worker: it must not wait for Redis."""
    from django.db import close_old_connections

    close_old_connections()  # as a web server does before each request; the test client leaves it out
    began = time.monotonic()
    answer = browser.post("/mail/test/")
    journal.note("post", "done", status=answer.status_code, seconds=time.monotonic() - began)
