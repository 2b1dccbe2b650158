"""Export of 10,000 projects: rows a second against bare xlsxwriter, which reads no database and draws no lines."""

import json
import subprocess
import sys

from benchmarks.databases import ROOT, environment, fill, temporary_folder
from benchmarks.measure import Gates

ROWS = 10_000
HALF = 0.5


def main(gates: Gates) -> None:
    with temporary_folder() as folder:
        address = fill(f"sqlite:///{folder}/export.sqlite3", ROWS)
        command = [sys.executable, "-m", "benchmarks.exporter"]
        done = subprocess.run(command, cwd=ROOT, env=environment(address), capture_output=True, check=True)
    found = json.loads(done.stdout)
    rates = {name: found["rows"] / seconds for name, seconds in found.items() if name != "rows"}
    detail = ", ".join(f"{name} {rate:.0f} rows/s" for name, rate in rates.items())
    gates.at_least("数据版: rows per second against bare xlsxwriter", rates["data"] / rates["bare"], HALF, detail)
