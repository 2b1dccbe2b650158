"""The weekly digest to 2,000 people against Django's own sending of the same letters to the same mail server."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import ticks
from benchmarks.databases import (
    ROOT,
    create_postgresql_database,
    manage,
    postgresql,
    temporary_folder,
)
from benchmarks.measure import Gates, Worker

PEOPLE, ROUNDS = 2000, 5
ONE, TWO = 0.25, 0.4


class Mailer(Worker):
    """A process that makes, records and sends messages (`benchmarks.mailer`)."""

    module = "benchmarks.mailer"


@contextmanager
def sink() -> Iterator[int]:
    """Run the mail server in a process of its own and give its port."""
    command = [sys.executable, "-m", "benchmarks.sink"]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield int(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait(30)


def main(gates: Gates) -> None:
    """PostgreSQL holds the gates; SQLite stands beside it for information. Then the scheduler over a million nodes."""
    with temporary_folder() as folder, sink() as port, postgresql(folder) as socket:
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        compare(gates, "PostgreSQL", fill(create_postgresql_database(socket, "mail")))
        compare(None, "SQLite", fill(f"sqlite:///{folder}/mail.sqlite3"))
    ticks.main(gates)


def fill(address: str) -> str:
    """The bureau's own 279 projects with what happened since."""
    manage(address, "migrate", "--verbosity", "0")
    manage(address, "createcachetable")
    manage(address, "load_sample")
    return address


def compare(gates: Gates | None, title: str, address: str) -> None:
    with Mailer(address) as first, Mailer(address) as second:
        units = first.order({"what": "people", "count": PEOPLE})
        rounds = [one_round(first, second) for _ in range(ROUNDS)]
        print(f"     {title}: {units} units, {first.order({'what': 'facts'})}", flush=True)
        pushed = rate(first.order({"what": "pushed"}))
    plain = statistics.median(one["plain"] for one in rounds)
    made = statistics.median(one["made"] for one in rounds)
    print(f"     {title}: server alone {pushed:.0f}/s; digests queued {made:.0f}/s", flush=True)
    for name, bound in (("one", ONE), ("two", TWO)):
        ratios = [one[name] / one["plain"] for one in rounds]
        sent = statistics.median(one[name] for one in rounds)
        detail = f"{sent:.0f}/s, Django {plain:.0f}/s; rounds {', '.join(f'{one:.2f}' for one in ratios)}"
        title_of = f"{title}, digests per second against Django, {name} worker(s)"
        if gates:
            gates.at_least(title_of, statistics.median(ratios), bound, detail)
        else:
            print(f"     {title_of}: {statistics.median(ratios):.2f}  {detail}", flush=True)


def one_round(first: Mailer, second: Mailer) -> dict[str, float]:
    """Each side once, one after the other, all 2,000 letters each."""
    made = first.order({"what": "generate"})
    one = first.order({"what": "drain"})
    plain = first.order({"what": "plain"})
    first.order({"what": "generate"})
    began = time.perf_counter()
    for worker in (first, second):
        worker.tell({"what": "drain"})
    both = [worker.hear() for worker in (first, second)]
    wall = time.perf_counter() - began
    sent = {one["sent"], plain["sent"], sum(each["sent"] for each in both)}
    if len(sent) != 1:
        raise RuntimeError(f"not the same letters: {sent}")
    return {"made": made["made"] / made["wall"], "one": rate(one), "plain": rate(plain), "two": sent.pop() / wall}


def rate(answer: dict[str, Any]) -> float:
    return answer["sent"] / answer["wall"]
