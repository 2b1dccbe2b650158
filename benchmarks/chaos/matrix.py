"""python -m benchmarks chaos [--long] [--setup A] [--seed 1] [--mails 10000] [--report-only]

Runs set-ups × seeds one after the other, then the planted faults, and writes docs/reliability-report.md. Without
`--long` one seed and 1,000 messages each. Results are kept in var/chaos, so that single runs can be done again.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.chaos import report
from benchmarks.chaos.script import SETUPS
from benchmarks.databases import ROOT

FOLDER = ROOT / "var" / "chaos"
LONG_SEEDS, LONG_MAILS = (1, 2, 3), 10_000
SHORT_SEEDS, SHORT_MAILS = (1,), 1000
PLANTED_MAILS = 200
PLANTS = ("no_fence", "no_intent", "mark_first", "no_unique_key", "no_rescue", "shared_recipients")
LIMIT_SECONDS = 3600


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks chaos")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--setup", choices=SETUPS, action="append")
    parser.add_argument("--seed", type=int, action="append")
    parser.add_argument("--mails", type=int)
    parser.add_argument("--no-plants", action="store_true")
    parser.add_argument("--report-only", action="store_true")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not options.report_only:
        run_all(options)
    results = [json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))]
    report.write(ROOT / "docs" / "reliability-report.md", results)
    return 0 if all(report.is_as_it_should_be(result) for result in results) else 1


def run_all(options: argparse.Namespace) -> None:
    mails = options.mails or (LONG_MAILS if options.long else SHORT_MAILS)
    for setup in options.setup or SETUPS:
        for seed in options.seed or (LONG_SEEDS if options.long else SHORT_SEEDS):
            run(setup, seed, mails)
    for plant in () if options.no_plants else PLANTS:
        run("A", 1, PLANTED_MAILS, plant)


def run(setup: str, seed: int, mails: int, plant: str = "") -> None:
    """One run in a process of its own; its result replaces that of the last run of the kind."""
    name = plant or f"{setup}-{seed}"
    out = FOLDER / f"{name}.json"
    command = [sys.executable, "-m", "benchmarks.chaos.run", "--setup", setup, "--seed", str(seed)]
    command += ["--mails", str(mails), "--plant", plant, "--out", str(out)]
    out.unlink(missing_ok=True)
    log = out.with_suffix(".log")
    with log.open("wb") as output:
        subprocess.run(command, cwd=ROOT, stdout=output, stderr=output, timeout=LIMIT_SECONDS)
    print(f"{name}: {said(out)}", flush=True)


def said(out: Path) -> str:
    if not out.exists():
        return f"no result, see {out.with_suffix('.log')}"
    result: dict[str, Any] = json.loads(out.read_text())
    kept = "ok" if report.is_as_it_should_be(result) else "FAIL"
    return f"{kept} {result['seconds']} s, {result['accepted']} accepted, red {list(result['red'])} {result['slow']}"
