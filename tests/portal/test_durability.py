"""Which commits wait for the disk."""

import pytest
from django.db import connection

from portal.durability import firm, relaxed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.db]


def waits():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit")
        return str(cursor.fetchone()[0]) in ("2", "on")


def test_only_what_is_relaxed_does_not_wait_and_the_firm_within_does():
    seen = [waits()]
    with relaxed():
        seen.append(waits())
        with firm():
            seen.append(waits())
        seen.append(waits())
    seen.append(waits())

    assert seen == [True, False, True, False, True]


def test_after_a_fault_commits_wait_again():
    with pytest.raises(RuntimeError), relaxed():
        raise RuntimeError

    assert waits()


def test_firm_alone_leaves_things_as_they_are():
    with firm():
        assert waits()

    assert waits()
