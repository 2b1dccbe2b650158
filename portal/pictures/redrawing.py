"""Draw a picture anew in a limited child process, without anything that was hidden in its file."""

import json
import logging
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from portal.pictures import limits

PACKAGE = Path(__file__).resolve().parent.parent
# The child gets `portal` as an empty shell: the real package would load Celery and the settings.
START = (
    "import sys, types; shell = types.ModuleType('portal'); shell.__path__ = [sys.argv[1]]; "
    "sys.modules['portal'] = shell; from portal.pictures.child import main; main()"
)
ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Picture:
    """A JPEG of at most 2,560 pixels a side; `taken_on` as the camera wrote it, None when it did not."""

    content: bytes
    width: int
    height: int
    taken_on: date | None


class UnreadableError(Exception):
    """The picture could not be drawn: `unreadable`, `too_many_pixels` or `too_large`."""


def redraw(path: Path, *, kind: str) -> Picture:
    """Draw the picture anew. `kind` is Pillow's name of the format the first bytes tell of. Raises UnreadableError."""
    header, content = _run(path, kind)
    if "refused" in header:
        raise UnreadableError(header["refused"])
    taken = date.fromisoformat(header["taken"]) if header["taken"] else None
    return Picture(content, header["width"], header["height"], taken)


def _run(path: Path, kind: str) -> tuple[dict[str, Any], bytes]:
    command = [sys.executable, "-I", "-X", "utf8", "-c", START, str(PACKAGE), str(path.resolve()), kind]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=ENVIRONMENT,
            timeout=limits.WALL,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return {"refused": "too_large"}, b""
    if done.stderr:
        logger.warning("The drawing process failed: %s", done.stderr[-500:].decode(errors="replace"))
    line, found, content = done.stdout.partition(b"\n")
    if not found or done.returncode or len(content) > limits.RESULT:
        return {"refused": "too_large"}, b""
    return json.loads(line), content
