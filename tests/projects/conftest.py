"""The register of 2021."""

import pytest

from tests.projects import register


@pytest.fixture
def register_2021(db: None) -> None:
    """The 279 projects of the bureau's workbook."""
    register.load()
