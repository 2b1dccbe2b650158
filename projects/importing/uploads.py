"""Files on their way in: read first, kept by hash only when they could be read."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from portal import clock
from portal.models import User
from projects.importing import batches
from projects.importing.reading import read_workbook
from projects.importing.records import ParsedFile
from projects.models import ImportBatch

PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


@dataclass(frozen=True)
class Received:
    """A file that was read. `year`: of its table."""

    parsed: ParsedFile
    sha256: str
    filename: str
    year: int


def folder() -> Path:
    """Where files are kept, for nobody but the site to read."""
    place = Path(settings.MEDIA_ROOT) / "imports"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def stored(sha256: str) -> Path:
    """The kept file of a batch; immutable, named by its content."""
    return folder() / f"{sha256}.bin"


def receive(chunks: Iterable[bytes], *, filename: str, year: int | None = None) -> Received:
    """Take a file in and read it. Raises `Refused`, and then nothing of the file stays."""
    filename = PHONE.sub(r"\1****\2", Path(filename).name)[-200:]
    handle, incoming = tempfile.mkstemp(dir=folder(), prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            digest = hashlib.sha256()
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        received = read(Path(incoming), sha256=digest.hexdigest(), filename=filename, year=year)
        os.replace(incoming, stored(received.sha256))
    except BaseException:
        Path(incoming).unlink(missing_ok=True)
        raise
    return received


def read(path: Path, *, sha256: str, filename: str, year: int | None) -> Received:
    """Read a file where it lies. The year of a table is that of its title, else `year`, else the clock's."""
    parsed = read_workbook(path, year=year or clock.today().year, name=filename)
    return Received(parsed, sha256, filename, parsed.year or clock.today().year)


def stage(received: Received, *, by: User) -> ImportBatch:
    """Keep the preview of a received file."""
    return batches.stage(received.parsed, by=by, filename=received.filename, sha256=received.sha256, year=received.year)
