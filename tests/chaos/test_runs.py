"""The outbox under fire: processes are killed, the mail server lies, and the oracle finds every promise kept.

Each run is a process of its own with its own database and mail server, and Redis and PostgreSQL where it has them.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.databases import ROOT

PLANTS = ["no_fence", "no_intent", "mark_first", "no_unique_key", "no_rescue", "shared_recipients"]


def run(folder: Path, setup: str, *, mails: int, plant: str = "", seed: int = 1) -> dict:
    out = folder / "result.json"
    command = [sys.executable, "-m", "benchmarks.chaos.run", "--setup", setup, "--mails", str(mails), "--out", str(out)]
    done = subprocess.run(
        [*command, "--seed", str(seed), "--plant", plant], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert out.exists(), done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(out.read_text())


def test_two_hundred_messages_survive_kills_stops_and_a_lying_server(tmp_path):
    result = run(tmp_path, "A", mails=200)

    assert (result["red"], result["kills"] > 0) == ({}, True)


@pytest.mark.long
@pytest.mark.parametrize("setup", ["A", "C"])
def test_a_thousand_messages_survive(tmp_path, setup):
    result = run(tmp_path, setup, mails=1000)

    assert (result["red"], result["kills"] > 0) == ({}, True)


@pytest.mark.long
@pytest.mark.parametrize("setup", ["B", "D"])
def test_fewer_survive_in_the_other_set_ups(tmp_path, setup):
    assert run(tmp_path, setup, mails=200)["red"] == {}


@pytest.mark.long
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_fault_turns_the_oracle_red(tmp_path, plant):
    assert run(tmp_path, "A", mails=200, plant=plant)["red"] != {}
