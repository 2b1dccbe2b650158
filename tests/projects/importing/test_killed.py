"""An import that is killed leaves the register as before or as after."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.projects.importing import workbooks

HEADINGS = ["项目名称", "所在园区", "项目单位", "总投资", "计划开工时间", "项目阶段", "重点级别", "存在问题"]
ROOT = Path(__file__).parents[3]


def test_an_import_killed_at_any_of_20_points_leaves_the_register_as_before_or_after(tmp_path):
    rows = [[f"项目{n}", "犍为基地", f"公司{n}", n + 1, "2021年3月", "前期", "市重点", "用地未批"] for n in range(30)]
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/killed.sqlite3", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name("killing.py")), str(table)]

    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    before, after, *killed = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    held = [({"held": k["held"], "state": k["state"]}) for k in killed]
    assert before["held"] == [0] * 5
    assert after["held"] == [30, 30, 30, 60, 30]
    assert len(killed) >= 20
    assert all(one in ({k: before[k] for k in one}, {k: after[k] for k in one}) for one in held)
    assert "preview" in {one["state"] for one in held}
