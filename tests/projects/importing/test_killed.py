"""An import that is killed, or its undoing, leaves the register as before or as after."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.projects.importing import workbooks

HEADINGS = ["项目名称", "所在园区", "项目单位", "总投资", "计划开工时间", "项目阶段", "重点级别", "存在问题"]
ROOT = Path(__file__).parents[3]
EMPTY, FULL = [0] * 6, [30, 30, 30, 60, 30, 30]
UNDONE = [30, 60, 30, 60, 30, 0]  # everything lies in the recycle bin


def killed(tmp_path: Path, what: str, *, points: int, instants: int) -> list[dict]:
    """What the register held before, after, and after each kill."""
    rows = [[f"项目{n}", "犍为基地", f"公司{n}", n + 1, "2021年3月", "前期", "市重点", "用地未批"] for n in range(30)]
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/killed.sqlite3", "PYTHONPATH": str(ROOT)}
    script = str(Path(__file__).with_name("killing.py"))
    command = [sys.executable, script, str(table), what, str(points), str(instants)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def held(one: dict) -> tuple[list[int], str]:
    return one["held"], one["state"]


def check(found: list[dict], before: tuple, after: tuple, *, kills: int) -> None:
    assert (held(found[0]), held(found[1])) == (before, after)
    assert len(found) - 2 >= kills
    assert {str(held(one)) for one in found[2:]} <= {str(before), str(after)}
    assert before in [held(one) for one in found[2:]]


def test_an_import_killed_at_any_of_20_points_leaves_the_register_as_before_or_after(tmp_path):
    found = killed(tmp_path, "commit", points=20, instants=6)

    check(found, (EMPTY, "preview"), (FULL, "written"), kills=20)


def test_undoing_killed_at_any_of_10_points_leaves_the_register_as_before_or_after(tmp_path):
    found = killed(tmp_path, "undo", points=10, instants=3)

    check(found, (FULL, "written"), (UNDONE, "undone"), kills=10)


@pytest.mark.long
def test_an_import_killed_at_200_instants_leaves_the_register_as_before_or_after(tmp_path):
    found = killed(tmp_path, "commit", points=2, instants=200)

    check(found, (EMPTY, "preview"), (FULL, "written"), kills=200)


@pytest.mark.long
def test_undoing_killed_at_200_instants_leaves_the_register_as_before_or_after(tmp_path):
    found = killed(tmp_path, "undo", points=2, instants=200)

    check(found, (FULL, "written"), (UNDONE, "undone"), kills=200)
