"""Read a workbook or a .csv file into sheets of plain cells, safely, whatever the file is."""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from portal.excel import limits
from portal.excel.cells import Area, Book, Cell, Sheet
from portal.excel.refusal import TOO_SLOW, UPLOAD, Refused

PACKAGE = Path(__file__).resolve().parent.parent
# The child gets `portal` as an empty shell: the real package would load Celery and the settings.
START = (
    "import sys, types; shell = types.ModuleType('portal'); shell.__path__ = [sys.argv[1]]; "
    "sys.modules['portal'] = shell; from portal.excel.{module} import main; main()"
)
logger = logging.getLogger(__name__)
ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": os.defpath, "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}


STEP = 200  # rows between two calls of `tell`


def read(path: str | Path, *, name: str = "", tell: Callable[[int], None] | None = None) -> Book:
    """Return the sheets in workbook order, hidden ones included. Raises `Refused` for a file that cannot be read.

    `name` is the file name the user knows, for an upload stored under another one; `tell` hears now and then how many
    rows came.
    """
    path = Path(path)
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty_file")
    if size > limits.UPLOAD:
        raise Refused("too_large", UPLOAD)
    process = start("child", path, name or path.name)
    watch = threading.Timer(limits.WALL, process.kill)
    watch.start()
    try:
        return _collect(process.stdout or (), tell)
    finally:
        watch.cancel()
        process.kill()
        _, trouble = process.communicate()
        if trouble:
            logger.warning("The reading process failed: %s", trouble[-2000:].decode(errors="replace"))


def start(module: str, path: Path, name: str, *, stdin: int = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    """Run `main` of one of these modules in a process that knows nothing of the site."""
    return subprocess.Popen(
        [
            *(sys.executable, "-I", "-X", "utf8", "-c", START.replace("{module}", module)),
            *(str(PACKAGE), str(path.resolve()), name),
        ],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def _collect(lines: Iterable[bytes], tell: Callable[[int], None] | None = None) -> Book:
    """Build the sheets from the child's lines. Without a last line the child died of a limit."""
    sheets = Book()
    known: dict[str, str] = {}
    for number, line in enumerate(lines):
        if not line.endswith(b"\n"):
            break
        if tell and number and not number % STEP:
            tell(number)
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
        elif "links" in record:
            sheets.links = record["links"]
        elif "refused" in record:
            raise Refused(record["refused"], record["message"])
        else:
            return sheets
    raise Refused("too_large", TOO_SLOW)
