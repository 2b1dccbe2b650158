"""Registers for the acceptance tests, made by the product itself: the bureau's workbook imported, and the sample."""

import sqlite3
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection
from django.test import override_settings

from portal import clock
from projects import reference
from tests.factories import PASSWORD

DEMO = {"DEMO": True, "DEMO_PASSWORD": PASSWORD, "DEMO_TODAY": "2021-09-27"}
kept: dict[str, sqlite3.Connection] = {}


def command(*words: str) -> None:
    """Run a command of the product as in a demonstration."""
    with override_settings(**DEMO):
        clock.forget()
        call_command(*words, verbosity=0)


def accounts() -> None:
    """What `./run --empty` gives: the demo accounts and no project."""
    command("load_sample", "--accounts")


def imported() -> None:
    """The demo accounts and the bureau's workbook."""
    again("imported", lambda: (accounts(), command("import_projects", str(reference.REGISTER), "--as", "staff")))


def sample() -> None:
    """What `./run` gives."""
    again("sample", lambda: command("load_sample"))


def again(name: str, make: Callable[[], object]) -> None:
    """Make a register, or on SQLite copy the one made for an earlier test: an import takes seconds."""
    connection.ensure_connection()
    if name in kept and connection.vendor == "sqlite":
        kept[name].backup(connection.connection)
        return
    make()
    if connection.vendor == "sqlite":
        kept[name] = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(kept[name])
