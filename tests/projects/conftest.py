"""The register of 2021."""

import pytest

from projects import digests
from tests.projects import register


@pytest.fixture(autouse=True)
def _no_digest_of_another_test():
    digests.begin()


@pytest.fixture
def register_2021(db: None) -> None:
    """The 279 projects of the bureau's workbook."""
    register.load()
