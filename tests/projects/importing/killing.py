"""Run by `test_killed`: an import of a few rows, or its undoing, killed before some of its statements and at random
instants, on a database of its own.

Arguments: the workbook, `commit` or `undo`, at how many statements, at how many instants. Prints one JSON line for each
kill: the point and what the register then holds.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from portal.models import User  # noqa: E402
from projects.importing import batches, undoing, uploads  # noqa: E402
from projects.models import GroupEntry, ImportBatch, ProgressNote, Project, YearPlan  # noqa: E402

DATABASE = Path(connection.settings_dict["NAME"])


class Statements:
    """Counts the statements of a connection and dies before the one chosen."""

    def __init__(self, last: int | None = None) -> None:
        self.count, self.last = 0, last

    def __call__(self, execute, sql, params, many, context):
        self.step()
        return execute(sql, params, many, context)

    def step(self) -> None:
        self.count += 1
        if self.count == self.last:
            os._exit(137)


def commit() -> None:
    """Write the staged batch."""
    batches.commit(ImportBatch.objects.get(), by=User.objects.get(username="killer"))


def undo() -> None:
    """Undo the written batch."""
    batch, by = ImportBatch.objects.get(), User.objects.get(username="killer")
    undoing.undo(batch, by=by, digest=undoing.preview(batch, by=by).digest)


def counted(act: Callable[[], None], statements: Statements) -> None:
    """Do it; the COMMIT of the database counts as a statement too."""
    whole = connection._commit

    def last():
        statements.step()
        return whole()

    connection._commit = last
    with connection.execute_wrapper(statements):
        act()


def state() -> dict[str, object]:
    models = (Project, Project.history.model, YearPlan, GroupEntry, ProgressNote)
    held = [model.objects.count() for model in models] + [Project.objects.live().count()]
    return {"held": held, "state": ImportBatch.objects.get().state}


def in_child(act, *, kill_after: float | None = None) -> None:
    """Do it in a process of its own on a fresh copy of the database."""
    connection.close()
    shutil.copy(f"{DATABASE}.staged", DATABASE)
    for rest in ("-wal", "-shm"):
        Path(f"{DATABASE}{rest}").unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        act()
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def report(point: object) -> None:
    sys.stdout.write(json.dumps({"point": point, **state()}) + "\n")
    sys.stdout.flush()


def main(workbook: Path, what: str, points: int, instants: int) -> None:
    call_command("migrate", verbosity=0)
    by = User.objects.create(username="killer", name="李某", role="staff")
    uploads.stage(uploads.receive(iter([workbook.read_bytes()]), filename=workbook.name), by=by)
    act = {"commit": commit, "undo": undo}[what]
    if act is undo:
        commit()
    report("before")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(DATABASE, f"{DATABASE}.staged")
    statements = Statements()
    begun = time.monotonic()
    counted(act, statements)
    took = time.monotonic() - begun
    report("after")
    for point in sorted({round(1 + number * (statements.count - 1) / (points - 1)) for number in range(points)}):
        in_child(lambda point=point: counted(act, Statements(point)))
        report(point)
    for _ in range(instants):
        in_child(act, kill_after=random.uniform(0, took))
        report("random")


main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
