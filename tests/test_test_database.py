"""What tests rely on, whichever order they run in."""

import pytest

from parks.models import Park
from portal import audit
from portal.models import AuditEntry


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_committed_rows_go_and_the_rows_of_the_migrations_stay(run):
    assert not AuditEntry.objects.exists()
    assert Park.objects.filter(code="P01").exists()

    audit.log("test.run", by=None)


def test_a_test_inside_a_transaction_sees_the_rows_of_the_migrations(db):
    assert Park.objects.filter(code="P99").exists()
