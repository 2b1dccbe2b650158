"""One process that makes the messages of a Monday and hands them over, as the product or as plain Django does.

Started by `benchmarks.mail`; one JSON line in, one JSON line out.
"""

import json
import os
import random
import socket
import sys
import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import django

answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the log is written as in production, but not among the answers
django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Avg, Count  # noqa: E402
from django.db.models.functions import Length  # noqa: E402
from django.urls import reverse  # noqa: E402

from parks.models import Park, ParkAssignment  # noqa: E402
from portal import mail, scheduler  # noqa: E402
from portal.choices import MailState, Role  # noqa: E402
from portal.clock import SHANGHAI  # noqa: E402
from portal.models import DeliveryAttempt, OutgoingMail, OutgoingMailItem, ScheduledRun, User  # noqa: E402
from projects import generator, ladder  # noqa: E402
from projects.models import Milestone  # noqa: E402

MONDAY = datetime(2021, 9, 27, 9, 0, tzinfo=SHANGHAI)
STAFF, LEADERS, ONLY_RED, TWO_UNITS, DUE_SHARE = 0.02, 0.01, 0.05, 0.05, 0.3
TOLD_TOGETHER = ("P04", "P05")
PUSHES = 2000
MESSAGES = OutgoingMail.objects.filter(kind="daily")


def people(count: int) -> int:
    """Accounts and nodes they are reminded of this Monday; how many units they act for."""
    chance, units = accounts(count)
    own_nodes(chance)
    generator.analyze()
    return units


def accounts(count: int) -> tuple[random.Random, int]:
    """Accounts of all roles beside those of the demonstration; most act for a unit, a few for two."""
    chance, secret = random.Random(1), make_password("only-for-benchmarks")
    units = list(Park.objects.exclude(code="P99").reporting())[:12]
    made = [account(number, chance, secret) for number in range(count)]
    User.objects.bulk_create(made, batch_size=500)
    terms = []
    for person in User.objects.filter(username__startswith="bench", role=Role.PARK).order_by("pk"):
        for unit in some_units(units, chance):
            terms.append(ParkAssignment(user=person, park=unit, from_date=date(2020, 1, 1)))
    ParkAssignment.objects.bulk_create(terms, batch_size=500)
    return chance, len(units)


def some_units(units: list[Park], chance: random.Random) -> list[Park]:
    """One unit, or two that lie beside each other."""
    place = chance.randrange(len(units))
    return [units[place], units[place - 1]][: 2 if chance.random() < TWO_UNITS else 1]


def account(number: int, chance: random.Random, secret: str) -> User:
    draw = chance.random()
    role = Role.STAFF if draw < STAFF else Role.LEADER if draw < STAFF + LEADERS else Role.PARK
    return User(username=f"bench{number:04d}", name=f"人员{number:04d}", role=role, password=secret,
                email=f"bench{number:04d}@bench.test", only_red=chance.random() < ONLY_RED)  # fmt: skip


def own_nodes(chance: random.Random) -> None:
    """Let some nodes be due this Monday: most have an owner, those of two units speak to everybody of the unit."""
    day = MONDAY.date()
    acting = ladder.people_of_units(day)
    nodes = list(ladder.reminded(day).filter(code__in=ladder.KEY).select_related("project__unit").order_by("pk"))
    for node in nodes:
        of_unit = acting.get(node.project.unit_id, [])
        if chance.random() < DUE_SHARE:
            node.current_from = node.current_to = day
        if of_unit and node.project.unit.code not in TOLD_TOGETHER:
            node.owner = chance.choice(of_unit)
    Milestone.objects.bulk_update(nodes, ["current_from", "current_to", "owner"], batch_size=500)


def generate() -> dict[str, Any]:
    """Begin anew: the messages of the Monday as the scheduler makes them."""
    OutgoingMailItem.objects.all().delete()
    OutgoingMail.objects.all().delete()
    ScheduledRun.objects.all().delete()
    began = time.perf_counter()
    made = scheduler.tick(now=MONDAY)
    seconds = time.perf_counter() - began
    tidy()
    return {"made": made, "wall": seconds}


def tidy() -> None:
    """What autovacuum does within a minute, now."""
    with connection.cursor() as cursor:
        for model in (OutgoingMail, OutgoingMailItem, DeliveryAttempt) if connection.vendor == "postgresql" else ():
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")


def drain() -> dict[str, Any]:
    """Hand over until nothing is due, as the mailer's loop does. The table of addresses is read once in a process."""
    reverse("unsubscribe", args=["x"])
    cpu, began, sent = time.process_time(), time.perf_counter(), 0
    while one := mail.drain(now=MONDAY, fresh=not sent):
        sent += one
    return {"sent": sent, "wall": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def plain() -> dict[str, Any]:
    """The same letters by Django alone: a list through one connection, nothing recorded."""
    letters = []
    for row in MESSAGES.filter(state=MailState.SENT).order_by("pk"):
        one = EmailMultiAlternatives(row.subject, row.letter or row.body, settings.DEFAULT_FROM_EMAIL, [row.address])
        if row.html:
            one.attach_alternative(row.html, "text/html")
        letters.append(one)
    cpu, began = time.process_time(), time.perf_counter()
    sent = get_connection().send_messages(letters)
    return {"sent": sent, "wall": time.perf_counter() - began, "cpu": time.process_time() - cpu}


def pushed() -> dict[str, Any]:
    """One letter, already made, over and over: what the server and one connection can do at most."""
    row = MESSAGES.exclude(html="").order_by("pk").first()
    body = mail.letter(row).message().as_bytes(linesep="\r\n")
    with socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT)) as line:
        line.recv(1000)
        began = time.perf_counter()
        for _ in range(PUSHES):
            for words in (b"MAIL FROM:<a@b.test>", b"RCPT TO:<c@d.test>", b"DATA", body + b"\r\n."):
                line.sendall(words + b"\r\n")
                line.recv(1000)
        return {"sent": PUSHES, "wall": time.perf_counter() - began, "bytes": len(body)}


def facts() -> dict[str, Any]:
    """What was written: how many, to how many units, how long, how many different texts."""
    sizes = MESSAGES.aggregate(html=Avg(Length("html")), text=Avg(Length("body")))
    return {
        "states": dict(MESSAGES.values_list("state").annotate(Count("pk"))),
        "texts": len({hash(text.partition("\n")[2]) for text in MESSAGES.values_list("body", flat=True)}),
        "with_html": MESSAGES.exclude(html="").count(),
        "attempts": DeliveryAttempt.objects.count(),
        "characters": [round(sizes["text"] or 0), round(sizes["html"] or 0)],
        "fsync": setting("fsync") if connection.vendor == "postgresql" else setting("synchronous"),
    }


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}" if connection.vendor == "postgresql" else f"PRAGMA {name}")
        return str(cursor.fetchone()[0])


ACTS: dict[str, Callable[..., Any]] = {
    one.__name__: one for one in (people, generate, drain, plain, pushed, facts)
}  # fmt: skip


def main() -> None:
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps(ACTS[task.pop("what")](**task)), file=answers, flush=True)


if __name__ == "__main__":
    main()
