"""Reading what a run left behind: the journals of sink and writer, the rows, the logs, the state of the database."""

import hashlib
import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.chaos.oracle import NODE, PROJECT, Act, Facts, Intent, Letter, Row
from benchmarks.chaos.world import World
from benchmarks.databases import installed_programs
from portal import clock, scheduler
from portal.choices import RunState
from portal.models import OutgoingMail, OutgoingMailItem, ScheduledRun
from projects.models import Milestone

ADDRESS = b"@chaos.test"


def gather(folder: Path, world: World, last_day: date, *, cut: bool) -> Facts:
    dump(folder / "rows.jsonl")
    found = Facts(
        world=world,
        letters=[letter(line) for line in journal(folder / "accepted.jsonl")],
        refused=[(line["fault"], line["about"]) for line in journal(folder / "refused.jsonl")],
        intents=[Intent(line["t"], line["mid"], line["fence"], line["uncertain"])
                 for line in journal(folder / "intents.jsonl")],
        rows=rows(),
        acts=[Act(**line) for line in journal(folder / "acts.jsonl")],
        runs=list(ScheduledRun.objects.values_list("job", "period", "state")),
        days=tuple(sorted({owed.day for owed in world.owed} | {str(last_day)})),
        damage=list(damage(folder)),
        leaks=list(leaks(folder)),
        database_was_cut=cut,
    )  # fmt: skip
    found.unreconciled = list(unreconciled(found))
    return found


def unreconciled(facts: Facts) -> Iterator[str]:
    """What 提醒对账 finds missing in any period, but for nodes that somebody ended or whose person moved."""
    excused = {owed.pk for owed in facts.world.owed if facts.is_excused(owed)}
    for run in ScheduledRun.objects.filter(state=RunState.DONE):
        for missing in scheduler.jobs()[run.job].check(run).missing:
            _, subject, number, _ = missing.split(":")
            if subject != "node" or int(number) not in excused:
                yield f"{run.job} {run.period}缺{missing}"


def journal(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of a journal; one that was cut off by a kill is the last thing its writer did."""
    for line in file.read_bytes().splitlines() if file.exists() else []:
        try:
            yield json.loads(line)
        except ValueError:
            continue


def letter(line: dict[str, Any]) -> Letter:
    """One accepted letter. Its words are what a person reads of it; the boundary between its parts is not."""
    message = message_from_bytes(line["raw"].encode("latin-1"), policy=policy.default)
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    words = "\n".join([str(message["Subject"]), str(message["Date"]), *parts])
    return Letter(
        line["t"], tuple(line["rcpt"]), line["mid"], hashlib.sha256(words.encode()).hexdigest(),
        frozenset(int(number) for number in NODE.findall(words)),
        frozenset(int(number) for number in PROJECT.findall(words)),
        line["then"],
    )  # fmt: skip


def dump(file: Path) -> None:
    """Write the messages as they are at the end, for a look at what went wrong."""
    names = (
        "key",
        "state",
        "phase",
        "due_at",
        "tries",
        "fence",
        "uncertain",
        "owner",
        "lease_ms",
        "smtp_code",
        "error",
    )
    lines = [json.dumps(row, default=str, ensure_ascii=False) for row in OutgoingMail.objects.values(*names)]
    file.write_text("\n".join([str(clock.now()), *lines]))


def rows() -> list[Row]:
    names = dict(Milestone.objects.values_list("pk", "name"))
    items = defaultdict(list)
    for mail, node in OutgoingMailItem.objects.filter(subject="node").values_list("mail", "object_id"):
        items[mail].append(int(NODE.search(names[node]).group(1)))  # type: ignore[union-attr]
    found = []
    for mail in OutgoingMail.objects.select_related("user"):
        day = mail.key.split(":")[1]
        found.append(Row(mail.message_id, mail.address or mail.user.email, mail.state, mail.kind, mail.uncertain,
                         frozenset(items[mail.pk]), f"{mail.user.email} {day}", mail.tries))  # fmt: skip
    return found


def damage(folder: Path) -> Iterator[str]:
    """What the database itself finds wrong with its files."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for question in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
                cursor.execute(question)
                yield from (f"{question}: {row}" for row in cursor.fetchall() if row != ("ok",))
        return
    words = ["--install-missing", "--heapallindexed", "-h", f"{folder}/postgresql", "-U", "portal", "-d", "chaos"]
    done = subprocess.run([f"{installed_programs()}/pg_amcheck", *words], capture_output=True, text=True)
    if done.returncode:
        yield (done.stdout + done.stderr).strip()[:300]


def leaks(folder: Path) -> Iterator[str]:
    """Lines of the product's logs that show an address."""
    for file in sorted(folder.glob("*.log")):
        for line in file.read_bytes().splitlines():
            if ADDRESS in line and file.stem not in ("postgresql", "redis"):
                yield f"{file.name}: {line[:160].decode(errors='replace')}"
                break
