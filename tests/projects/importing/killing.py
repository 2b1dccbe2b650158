"""Run by `test_killed`: an import of a few rows, killed before some of its statements, on a database of its own.

Prints one JSON line for each kill: the point and what the register then holds.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from portal.models import User  # noqa: E402
from projects.importing import batches, uploads  # noqa: E402
from projects.models import GroupEntry, ImportBatch, ProgressNote, Project, YearPlan  # noqa: E402

POINTS, RANDOM = 20, 6
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


def commit(statements: Statements) -> None:
    """Write the staged batch; the COMMIT of the database counts as a statement too."""
    whole = connection._commit

    def last():
        statements.step()
        return whole()

    connection._commit = last
    with connection.execute_wrapper(statements):
        batches.commit(ImportBatch.objects.get(), by=User.objects.get(username="killer"))


def state() -> dict[str, object]:
    models = (Project, Project.history.model, YearPlan, GroupEntry, ProgressNote)
    held = [model.objects.count() for model in models]
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


def main(workbook: Path) -> None:
    call_command("migrate", verbosity=0)
    by = User.objects.create(username="killer", name="李某", role="staff")
    uploads.stage(uploads.receive(iter([workbook.read_bytes()]), filename=workbook.name), by=by)
    report("before")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(DATABASE, f"{DATABASE}.staged")
    counted = Statements()
    begun = time.monotonic()
    commit(counted)
    took = time.monotonic() - begun
    report("after")
    for point in sorted({round(1 + number * (counted.count - 1) / (POINTS - 1)) for number in range(POINTS)}):
        in_child(lambda point=point: commit(Statements(point)))
        report(point)
    for _ in range(RANDOM):
        in_child(lambda: commit(Statements()), kill_after=random.uniform(0, took))
        report("random")


main(Path(sys.argv[1]))
