"""The figures of one run, as its JSON result gives them."""

import argparse
import subprocess
from collections import Counter
from datetime import date
from typing import Any

from benchmarks.chaos.oracle import Facts, percentile
from benchmarks.chaos.script import Setup, Timetable
from benchmarks.chaos.storm import Storm
from benchmarks.databases import ROOT

RECOVERY_SECONDS, DELAY_SECONDS = 30, 60
SHOWN = 20  # of the offences against one promise


def result(
    options: argparse.Namespace, setup: Setup, facts: Facts, red: dict[str, list[str]], storm: Storm,
    times: Timetable, took: float,
) -> dict[str, Any]:  # fmt: skip
    repeats = sum(len(letters) - 1 for letters in facts.by_mid.values())
    kills = sum(count for what, count in storm.hit.items() if what.startswith("killed"))
    clean, every = delays(facts, times)
    late = {
        "恢复超过30秒": seconds(storm.recovered)["p95"] > RECOVERY_SECONDS,
        "到期至送达超过60秒": setup.redis == "down" and seconds(every)["p95"] > DELAY_SECONDS,
    }
    return {
        "setup": options.setup,
        "seed": options.seed,
        "plant": options.plant,
        "commit": commit(),
        "people": len(facts.world.homes),
        "days": len(times.starts),
        "owed": len(facts.world.owed),
        "messages": len(facts.rows),
        "seconds": round(took, 1),
        "accepted": len(facts.letters),
        "per_second": round(len(facts.letters) / took, 1),
        "lost": len(red.get("I1 不丢失", [])),
        "repeats": repeats,
        "unexplained": len(red.get("I3 无未预告的重复", [])),
        "uncertain": sum(row.uncertain for row in facts.rows),
        "states": dict(Counter(row.state for row in facts.rows)),
        "most_tries": max((row.tries for row in facts.rows), default=0),
        "kills": kills,
        "repeats_per_kill": round(repeats / kills, 2) if kills else 0,
        "broken": dict(sorted(storm.hit.items())),
        "starts": sum(process.starts for process in storm.kept_up),
        "refusals": dict(Counter(fault for fault, _ in facts.refused)),
        "accepted_then": dict(Counter(letter.then for letter in facts.letters if letter.then)),
        "recovery": seconds(storm.recovered),
        "delay_clean": seconds(clean),
        "delay": seconds(every),
        "pages": seconds([act.seconds for act in facts.acts if act.act == "post"]),
        "acts": len([act for act in facts.acts if act.when == "done" and act.act != "post"]),
        "runs": len(facts.runs),
        "slow": [name for name, is_late in late.items() if is_late],
        "red": {name: [len(words), *words[:SHOWN]] for name, words in red.items()},
    }


def commit() -> str:
    """The version that was run; marked when the working tree differed from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude", "*"], cwd=ROOT, capture_output=True, text=True
    )
    return done.stdout.strip() or "未知"


def delays(facts: Facts, times: Timetable) -> tuple[list[float], list[float]]:
    """Real seconds from the moment a node's message was due to its acceptance: of those the server took at the first
    try, and of all. Of the others the pauses between tries are business time, so a minute counts a second."""
    first_try = {row.mid for row in facts.rows if row.tries == 1}
    rows = {(row.address, node): row.mid for row in facts.rows for node in row.nodes}
    clean, every = [], []
    for owed in facts.world.owed:
        letters = facts.by_mid.get(rows.get((owed.address, owed.number), ""), [])
        if letters:
            delay = max(0.0, letters[0].t - times.opens(date.fromisoformat(owed.day)))
            every.append(delay)
            if letters[0].mid in first_try:
                clean.append(delay)
    return clean, every


def seconds(values: list[float]) -> dict[str, float]:
    return {
        "count": len(values),
        "p50": round(percentile(values, 50), 2),
        "p95": round(percentile(values, 95), 2),
        "max": round(max(values, default=0), 2),
    }
