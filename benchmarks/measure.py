"""Ask pages of worker processes in turn, and compare what they cost."""

import json
import statistics
import subprocess
import sys
from collections.abc import Mapping
from typing import Any, Self

from benchmarks.databases import ROOT, environment


class Worker:
    """A process that serves pages from one database to itself (`benchmarks.worker`)."""

    module = "benchmarks.worker"

    def __init__(self, address: str):
        command = [sys.executable, "-m", self.module]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment(address), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait(30)

    def ask(self, url: str, *, times: int = 1, fragment: bool = False) -> dict[str, Any]:
        return self.order({"what": "ask", "url": url, "times": times, "fragment": fragment})

    def queries(self, url: str) -> dict[str, Any]:
        """Return the statements and the HTML of one request."""
        return self.order({"what": "queries", "url": url})

    def order(self, task: dict[str, Any]) -> Any:
        self.tell(task)
        return self.hear()

    def tell(self, task: dict[str, Any]) -> None:
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()

    def hear(self) -> Any:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the worker ended")
        return json.loads(line)


Asked = Mapping[str, tuple[Worker, str, bool]]


def in_turn(asked: Asked, *, measure: str, rounds: int, times: int, warm: int = 3) -> dict[str, float]:
    """Ask every page `times` times in each of `rounds` rounds, one after the other; return what each one costs.

    `measure`: cpu or wall, seconds of one request. What disturbs the machine for a while disturbs all sides alike.
    CPU seconds are compared by their medians; the clock's by their lower quartiles, as waiting only adds to them.
    """
    for worker, url, fragment in asked.values():
        worker.ask(url, times=warm, fragment=fragment)
    seen: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, (worker, url, fragment) in asked.items():
            seen[name].append(worker.ask(url, times=times, fragment=fragment)[measure])
    typical = {"cpu": statistics.median, "wall": lower_quartile}[measure]
    return {name: typical(values) for name, values in seen.items()}


def lower_quartile(values: list[float]) -> float:
    return statistics.quantiles(values, n=4)[0]


class Gates:
    """The lines of a report, and whether every gate was kept."""

    def __init__(self) -> None:
        self.kept = True

    def at_least(self, title: str, value: float, bound: float, detail: str) -> None:
        self.line(title, value, f"≥ {bound:g}", value >= bound, detail)

    def at_most(self, title: str, value: float, bound: float, detail: str) -> None:
        self.line(title, value, f"≤ {bound:g}", value <= bound, detail)

    def line(self, title: str, value: float, gate: str, kept: bool, detail: str) -> None:
        self.kept &= kept
        print(f"{'ok  ' if kept else 'FAIL'} {title}: {value:.2f} ({gate})  {detail}", flush=True)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"
