"""People of every unit before the register."""

import pytest

from tests.factories import park_manager


@pytest.fixture
def ten_due(register_2021):
    """Park people of every unit, without mailbox."""
    for number in range(1, 6):
        park_manager(f"P0{number}", username=f"p{number}")
    park_manager("P99", username="p99")
    park_manager("P00", username="p0")
