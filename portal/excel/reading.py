"""Read a workbook or a .csv file into sheets of plain cells, safely, whatever the file is."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path

from portal.excel import limits
from portal.excel.cells import Area, Cell, Sheet
from portal.excel.refusal import Refused

PACKAGE = Path(__file__).resolve().parent.parent
# The child gets `portal` as an empty shell: the real package would load Celery and the settings, which it must not know.
START = (
    "import sys, types; shell = types.ModuleType('portal'); shell.__path__ = [sys.argv[1]]; sys.modules['portal'] = shell; "
    "from portal.excel.child import main; main()"
)
ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": os.defpath, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}
TOO_SLOW = "这个工作簿太复杂，在规定的时间和内存内读不完。请只保留需要的工作表和行列，复制到新建的工作簿后再上传。"


def read(path: str | Path, *, name: str = "") -> list[Sheet]:
    """Return the sheets in workbook order, hidden ones included. Raises `Refused` for a file that cannot be read.

    `name` is the file name the user knows, for an upload stored under another one.
    """
    path = Path(path)
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty_file")
    if size > limits.UPLOAD:
        raise Refused(
            "too_large", f"文件超过{limits.UPLOAD // limits.MIB}MB。请删去图片和多余的工作表，或分成几个文件后再上传。"
        )
    process = subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", START, str(PACKAGE), str(path.resolve()), name or path.name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        start_new_session=True,
    )
    watch = threading.Timer(limits.WALL, process.kill)
    watch.start()
    try:
        return _collect(process.stdout or ())
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


def _collect(lines: Iterable[bytes]) -> list[Sheet]:
    """Build the sheets from the child's lines. Without a last line the child died of a limit."""
    sheets: list[Sheet] = []
    known: dict[str, str] = {}
    for line in lines:
        if not line.endswith(b"\n"):
            break
        record = json.loads(line)
        if "r" in record:
            sheets[-1].rows[record["r"]] = {
                column: Cell(kind, *(known.setdefault(text, text) for text in texts))
                for column, kind, *texts in record["c"]
            }
        elif "sheet" in record:
            sheets.append(Sheet(record["sheet"], record["hidden"]))
        elif "merges" in record:
            sheets[-1].merges = [Area(*area) for area in record["merges"]]
        elif "refused" in record:
            raise Refused(record["refused"], record["message"])
        else:
            return sheets
    raise Refused("too_large", TOO_SLOW)
