"""The sample, loaded once for the tests of a module and taken back after them."""

from collections.abc import Iterator
from datetime import date
from io import StringIO

from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from portal import clock

TODAY = date(2021, 9, 27)
DEMO = {"DEMO": True, "DEMO_PASSWORD": "sample-password-2021", "DEMO_TODAY": TODAY.isoformat()}


def run(command: str, *words: str) -> str:
    out = StringIO()
    with override_settings(**DEMO):
        clock.forget()
        call_command(command, *words, stdout=out)
    return out.getvalue()


def loaded(unblocked) -> Iterator[None]:
    """For a fixture of a module: `yield from loaded(django_db_blocker.unblock())`."""
    with unblocked, transaction.atomic():
        run("load_sample")
        yield
        transaction.set_rollback(True)
