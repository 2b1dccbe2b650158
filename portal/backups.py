"""Backup and restore of everything there is: the database as one moment saw it, and the files people sent.

A backup is a folder with the database, `files/` and `manifest.json`, which names the hash of each; it appears under its
name only when it is whole. Restoring builds beside what is there, looks at it, and swaps; nothing is overwritten. After
it no message goes out that may have gone out before.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from portal import clock, postgresql_backups
from portal.choices import MailPhase, MailState, RunState
from portal.models import OutgoingMail, ScheduledRun

MANIFEST, FILES = "manifest.json", "files"
DATABASE = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
UNKNOWN = "恢复备份后，不知道此前是否已经发出；核对后可以重发。"
PIECE = 1 << 20
RESTORED = "restore-"  # how the period of a run begins that stands for a restore
NOT_KEPT = (".incoming-*", ".new-*", "downloads")  # half-written files, and those that can be made anew


class BrokenError(Exception):
    """A backup that is not whole, or cannot be put back; `str()` is the sentence for the operator."""


@dataclass(frozen=True)
class Backup:
    """A whole backup: its folder and what its manifest says."""

    folder: Path
    made_at: str
    rows: dict[str, int]
    files: int

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def kind() -> str:
    return connections["default"].vendor


def make(target: Path) -> Backup:
    """Write a backup into a new folder below `target` and verify it. Work goes on meanwhile: the database is copied as
    of one moment, then the files, of which none is ever changed; one that was cleared away meanwhile is left out."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    building = Path(tempfile.mkdtemp(dir=target, prefix=".building-"))
    try:
        database = building / DATABASE[kind()]
        rows = snapshot(Path(settings.DATABASES["default"]["NAME"]), database) if kind() == "sqlite" else (
            postgresql_backups.dump(database)
        )  # fmt: skip
        if settings.MEDIA_ROOT and Path(settings.MEDIA_ROOT).exists():
            left_out = shutil.ignore_patterns(*NOT_KEPT)
            shutil.copytree(settings.MEDIA_ROOT, building / FILES, ignore=left_out, copy_function=copy_what_is_there)
        now = clock.machine_now().astimezone(clock.SHANGHAI)
        write_manifest(building, rows=rows, at=now)
        folder = target / f"portal-{now:%Y%m%d-%H%M%S}-{os.urandom(2).hex()}"
        building.rename(folder)
        sync(target)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return check(folder)


def copy_what_is_there(source: str, target: str) -> None:
    """Copy a file unless it has been cleared away since its folder was listed."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)


def write_manifest(folder: Path, *, rows: dict[str, int], at: datetime) -> None:
    named = {str(path.relative_to(folder)): digest(path) for path in contents(folder)}
    told = {"made_at": at.isoformat(timespec="seconds"), "kind": kind(), "rows": rows, "sha256": named}
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())


def contents(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)


def digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def sync(folder: Path) -> None:
    """Make the name of what was just renamed last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def snapshot(source: Path, target: Path) -> dict[str, int]:
    """Copy an SQLite database as of one moment and look the copy over; the rows of each table."""
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as before,
        closing(sqlite3.connect(target)) as copy,
    ):
        before.backup(copy)
    with closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
        return look_over(copy)


def look_over(copy: sqlite3.Connection) -> dict[str, int]:
    """The rows of each table of a sound database. Raises BrokenError for another."""
    said = [row[0] for row in copy.execute("PRAGMA integrity_check")]
    if said != ["ok"] or copy.execute("PRAGMA foreign_key_check").fetchone():
        raise BrokenError(f"数据库副本没有通过检查：{said[0][:200]}")
    words = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    tables = [row[0] for row in copy.execute(words)]
    return {name: copy.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608 - its own


def check(folder: Path) -> Backup:
    """Read every byte of a backup again. Raises BrokenError with what is wrong."""
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BrokenError(f"{folder}不是完整的备份：没有可读的{MANIFEST}。") from error
    named = told["sha256"]
    there = {str(path.relative_to(folder)): path for path in contents(folder)}
    for name, expected in named.items():
        if name not in there or digest(there[name]) != expected:
            raise BrokenError(f"备份已损坏：{name}{'内容不符' if name in there else '缺失'}。请换一个备份。")
    if told["kind"] != kind():
        raise BrokenError(f"这份备份来自{told['kind']}，现在用的是{kind()}，不能直接恢复。")
    if told["kind"] == "sqlite":
        with closing(sqlite3.connect(f"file:{folder / DATABASE['sqlite']}?mode=ro", uri=True)) as copy:
            if look_over(copy) != told["rows"]:
                raise BrokenError("备份已损坏：数据库行数与清单不符。请换一个备份。")
    files = sum(name.startswith(f"{FILES}/") for name in named)
    return Backup(folder, told["made_at"], told["rows"], files)


# --- putting back ------------------------------------------------------------------------------------------------


def restore(folder: Path) -> tuple[Backup, str]:
    """Put a backup in the place of what is there; returns it and where the former database is kept.

    The system must be stopped. The swap comes last: until then the database in use is as it was."""
    backup = check(folder)
    put_files_back(folder / FILES)
    return backup, replace_by(folder / DATABASE[kind()], quieten)


def start_afresh(begin: Callable[[], None]) -> str:
    """Put a database without rows, but with what `begin` writes into it, in the place of what is there; where the
    former one is kept. For the day on which a trial ends. The system must be stopped."""

    def prepare() -> None:
        call_command("createcachetable", verbosity=0)
        begin()

    return replace_by(None, prepare)


def stamp_of_now() -> str:
    """What the names of things put aside now end with."""
    return f"{clock.machine_now().astimezone(clock.SHANGHAI):%Y%m%d%H%M%S}"


def replace_by(source: Path | None, prepare: Callable[[], None]) -> str:
    """Build a database beside the one in use, from a copy or empty; prepare it, then swap."""
    stamp = stamp_of_now()
    present = connections["default"].settings_dict
    if kind() == "sqlite":
        place = Path(present["NAME"])
        name = str(place.with_name(f"{place.name}.restored-{stamp}"))
        if source:
            shutil.copy2(source, name)
    else:
        name = postgresql_backups.load(source, stamp)
    connections.close_all()
    former, present["NAME"] = present["NAME"], name  # migrations that fill tables know one database only
    try:
        call_command("migrate", verbosity=0)
        prepare()
    finally:
        connections.close_all()
        present["NAME"] = former
    return swap(Path(name), stamp) if kind() == "sqlite" else postgresql_backups.swap(name, stamp)


def quieten() -> None:
    """Let nothing go out that may have gone out since the backup: messages on their way end here, to be sent again by
    hand, and the scheduler counts from now on. Nobody is signed in any more, no screen shows: who was may have been
    shut out since."""
    for model in settings.SIGNED_IN_MODELS:
        apps.get_model(model).objects.all().delete()
    waiting = OutgoingMail.objects.filter(state__in=(MailState.QUEUED, MailState.SENDING))
    waiting.update(state=MailState.FAILED, phase=MailPhase.IDLE, lease_ms=0, owner="", error=UNKNOWN)
    now = clock.now()
    for job in settings.SCHEDULED_JOBS:
        ScheduledRun.objects.filter(job=job, state=RunState.RUNNING).update(
            state=RunState.SKIPPED, lease_ms=0, ended_at=now, note="恢复备份"
        )
        ScheduledRun.objects.create(
            job=job,
            period=f"{RESTORED}{now:%Y%m%d%H%M%S}",
            due_at=now,
            state=RunState.SKIPPED,
            ended_at=now,
            note="恢复备份",
        )


def put_files_back(source: Path) -> None:
    """Bring back the files that are missing; those that are there are the same or newer."""
    for path in sorted(source.rglob("*")) if source.exists() else ():
        place = Path(settings.MEDIA_ROOT) / path.relative_to(source)
        if path.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            aside = place.with_name(f".new-{place.name}")  # half a file never stands under its name
            shutil.copy2(path, aside)
            os.replace(aside, place)


def swap(beside: Path, stamp: str) -> str:
    """Put the SQLite database beside in the place of the former one, which keeps its rows under another name."""
    place = Path(connections["default"].settings_dict["NAME"])
    former = place.with_name(f"{place.name}.before-{stamp}")
    if place.exists():
        with closing(sqlite3.connect(place)) as old:
            old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        os.link(place, former)
    for name in ("-wal", "-shm"):
        place.with_name(place.name + name).unlink(missing_ok=True)
        beside.with_name(beside.name + name).unlink(missing_ok=True)
    os.replace(beside, place)
    sync(place.parent)
    return str(former)
