"""How long a commit waits for the disk. What says that a letter may go out must be on it; that it went out may follow.

Everything committed is seen by everybody at once and survives the death of any of our processes. Only when the database
or the machine itself dies may the last moment of what was written in `relaxed` be undone, and never an earlier `firm`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

is_relaxed = ContextVar("is_relaxed", default=False)


@contextmanager
def relaxed() -> Iterator[None]:
    """Commits do not wait for the disk. On other databases than PostgreSQL and SQLite, or inside a transaction, they
    do as always."""
    if connection.in_atomic_block:
        yield
        return
    set_firm(False)
    token = is_relaxed.set(True)
    try:
        yield
    finally:
        is_relaxed.reset(token)
        set_firm(True)


@contextmanager
def firm() -> Iterator[None]:
    """One transaction that waits for the disk, and with it everything written before, also inside `relaxed`."""
    lite = connection.vendor == "sqlite" and not connection.in_atomic_block and is_relaxed.get()
    if lite:
        set_firm(True)
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                execute("SET LOCAL synchronous_commit TO DEFAULT")
            yield
    finally:
        if lite:
            set_firm(False)


def set_firm(on: bool) -> None:
    if connection.vendor == "postgresql":
        execute("RESET synchronous_commit" if on else "SET synchronous_commit TO off")
    elif connection.vendor == "sqlite":
        execute("PRAGMA synchronous=FULL" if on else "PRAGMA synchronous=NORMAL")


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
