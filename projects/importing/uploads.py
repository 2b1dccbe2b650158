"""Files on their way in: read first, kept by hash only when they could be read."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from portal import clock
from portal.excel import reading
from portal.models import User
from projects.importing import batches, memory, progress
from projects.importing.mapping import NO_WISH, Wish
from projects.importing.progress import NOBODY, Teller
from projects.importing.reading import Tell, read_sheets, silent
from projects.importing.records import ParsedFile
from projects.models import ImportBatch

PHONE = re.compile(r"(?<!\d)(1\d{2})\d{4}(\d{4})(?!\d)")


@dataclass(frozen=True)
class Received:
    """A file that was read. `year`: of its table; `wish`: how a person wanted it read; `remembered`: since when."""

    parsed: ParsedFile
    sha256: str
    filename: str
    year: int
    wish: Wish = NO_WISH
    remembered: str = ""


def folder() -> Path:
    """Where files are kept, for nobody but the site to read."""
    place = Path(settings.MEDIA_ROOT) / "imports"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def stored(sha256: str) -> Path:
    """The kept file of a batch; immutable, named by its content."""
    return folder() / f"{sha256}.bin"


def receive(chunks: Iterable[bytes], *, filename: str, year: int | None = None, by: User | None = None) -> Received:
    """Take a file in and read it. Raises `Refused`, and then nothing of the file stays."""
    with incoming(chunks) as (place, sha256):
        received = read(place, sha256=sha256, filename=shown(filename), year=year, by=by)
        os.replace(place, stored(sha256))
    return received


def put_by(chunks: Iterable[bytes], *, filename: str, year: int, by: User) -> ImportBatch:
    """Take a long file in, to be read by a job (see `jobs`): a batch without a preview yet."""
    batches.refuse(by)
    with incoming(chunks) as (place, sha256):
        os.replace(place, stored(sha256))
    return ImportBatch.objects.create(by=by, filename=shown(filename), sha256=sha256, year=year)


def shown(filename: str) -> str:
    """The name of a file without folders and without the middle of telephone numbers."""
    return PHONE.sub(r"\1****\2", Path(filename).name)[-200:]


@contextmanager
def incoming(chunks: Iterable[bytes]) -> Iterator[tuple[Path, str]]:
    """Yield the file as it arrived and its hash; unless it was moved, nothing of it stays."""
    handle, name = tempfile.mkstemp(dir=folder(), prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as file:
            digest = hashlib.sha256()
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name), digest.hexdigest()
    finally:
        Path(name).unlink(missing_ok=True)


def read(
    path: Path, *, sha256: str, filename: str, year: int | None, by: User | None = None,
    wish: Wish = NO_WISH, tell: Tell = silent,
) -> Received:  # fmt: skip
    """Read a file where it lies, as `wish` says, else as `by` had the same headings read the last time.

    The year of a table is that of its title, else `year`, else the clock's.
    """
    year = year or clock.today().year
    sheets = reading.read(path, name=filename, tell=lambda done: tell(done, 0))
    parsed = read_sheets(sheets, year=year, wish=wish, tell=tell)
    if by and wish == NO_WISH and (known := memory.recall(parsed, by=by)):
        wish, remembered = known.wish, known.words
        parsed = read_sheets(sheets, year=year, wish=wish, tell=tell)
        return Received(parsed, sha256, filename, parsed.year or year, wish, remembered)
    return Received(parsed, sha256, filename, parsed.year or wish.year or year, wish)


def stage(received: Received, *, by: User) -> ImportBatch:
    """Keep the preview of a received file."""
    batch = batches.stage(
        received.parsed, by=by, filename=received.filename, sha256=received.sha256, year=received.year
    )
    return describe(batch, received)


def restage(batch: ImportBatch, *, by: User, wish: Wish | None = None, teller: Teller = NOBODY) -> ImportBatch:
    """Read the kept file of a batch, as `wish` says, and make its preview anew."""

    def tell(done: int, total: int) -> None:
        teller.tell(progress.READING, done, total)

    if not stored(batch.sha256).exists():
        raise ValidationError("这次上传的文件已经清理，请重新上传。")
    received = read(
        stored(batch.sha256), sha256=batch.sha256, filename=batch.filename, year=batch.year, by=by,
        wish=wish or NO_WISH, tell=tell,
    )  # fmt: skip
    batch.year = received.year
    return describe(batches.fill(batch, received.parsed, by=by, teller=teller), received)


def describe(batch: ImportBatch, received: Received) -> ImportBatch:
    """Note how the columns were read, by whose word, and what a person should look at."""
    batch.mapping = received.wish.as_json() if received.wish != NO_WISH else {}
    asked = [] if batch.mapping else memory.questions(received.parsed)
    batch.summary = {**batch.summary, "questions": asked, "remembered": received.remembered}
    batch.save(update_fields=["mapping", "summary"])
    return batch


def forget(batch: ImportBatch) -> None:
    """Remove the file of a batch that was refused, unless another batch holds the same one."""
    if not ImportBatch.objects.filter(sha256=batch.sha256).exclude(pk=batch.pk).exists():
        stored(batch.sha256).unlink(missing_ok=True)
