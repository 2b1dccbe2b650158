"""A changed rule over 100,000 projects: rows a second, against one bare UPDATE of the same columns, and the progress a
page sees meanwhile. BENCH_LIGHTS sets another number of projects."""

import json
import os
import subprocess
import sys
from typing import Any

from benchmarks.databases import ROOT, create_postgresql_database, environment, fill, postgresql, temporary_folder
from benchmarks.measure import Gates

SIZE = int(os.environ.get("BENCH_LIGHTS", "100000"))
ANSWER_SECONDS = 2  # until the page that saved the rule has its answer
AT_LEAST = 300  # rows a second
RATIO = 20  # times the bare UPDATE: reading nodes, plans and reports, judging, writing each row
STEPS = 4  # different states of the progress a page has seen


def main(gates: Gates) -> None:
    """PostgreSQL holds the gates; SQLite stands beside it for information."""
    with temporary_folder() as folder, postgresql(folder) as socket:
        judge(gates, relight(fill(create_postgresql_database(socket, "lights"), SIZE)))
    with temporary_folder() as folder:
        found = relight(fill(f"sqlite:///{folder}/lights.sqlite3", SIZE))
        print(f"     SQLite: {found['rows'] / found['took']:.0f} rows a second, bare UPDATE {found['bare']:.2f} s")


def judge(gates: Gates, found: dict[str, Any]) -> None:
    detail = f"{found['rows']} rows in {found['took']:.1f} s, the bare UPDATE in {found['bare']:.2f} s"
    gates.at_least("rows a second", found["rows"] / found["took"], AT_LEAST, detail)
    gates.at_most("against the bare UPDATE", found["took"] / found["bare"], RATIO, detail)
    gates.at_most("seconds until the rule is saved", found["saved"], ANSWER_SECONDS, "")
    gates.at_least("states of the progress seen", found["seen"], STEPS, "")
    gates.at_most("rows left without a light", found["left"], 0, "")


def relight(address: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.relighter"]
    done = subprocess.run(command, cwd=ROOT, env=environment(address), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
