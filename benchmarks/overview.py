"""统计分析 at 100,000 projects against 279, asked in turn: the large register reads kept figures, the small one counts.

Then how long the background needs to count 100,000 projects, and whether what it kept is what counting gives.
BENCH_OVERVIEW sets another number of projects.
"""

import json
import os
import subprocess
import sys
from typing import Any

from benchmarks.databases import ROOT, create_postgresql_database, environment, fill, postgresql, temporary_folder
from benchmarks.measure import Gates, Worker, in_turn, milliseconds

SMALL, LARGE = 279, int(os.environ.get("BENCH_OVERVIEW", "100000"))
PAGE = "/overview/?year=2021"
RATIO = 2
COUNT_SECONDS = 30  # for the background: it is done at most every ten minutes


def main(gates: Gates) -> None:
    with temporary_folder() as folder, postgresql(folder) as socket:
        names = {size: f"overview{size}" for size in (SMALL, LARGE)}
        addresses = {size: fill(create_postgresql_database(socket, name), size) for size, name in names.items()}
        counted = count(addresses[LARGE])
        gates.at_most("seconds to count in the background", counted["seconds"], COUNT_SECONDS, f"{LARGE} projects")
        gates.at_most("kept figures that differ", counted["different"], 0, f"of {counted['lines']} lines")
        compare(gates, addresses)


def compare(gates: Gates, addresses: dict[int, str]) -> None:
    with Worker(addresses[SMALL]) as small, Worker(addresses[LARGE]) as large:
        asked = {"small": (small, PAGE, False), "large": (large, PAGE, False)}
        wall = in_turn(asked, measure="wall", rounds=25, times=4)
        detail = f"{milliseconds(wall['small'])} at {SMALL}, {milliseconds(wall['large'])} at {LARGE}"
        gates.at_most("统计分析", wall["large"] / wall["small"], RATIO, detail)
        found = {name: worker.queries(PAGE) for name, worker in (("small", small), ("large", large))}
        print(f"     SQL statements: {found['small']['sql']} and {found['large']['sql']}", flush=True)


def count(address: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.counter"]
    done = subprocess.run(command, cwd=ROOT, env=environment(address), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
