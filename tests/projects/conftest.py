"""The register of 2021."""

import pytest

from projects import digests
from projects.models import Project
from tests.factories import ProjectFactory
from tests.projects import register


@pytest.fixture(autouse=True)
def _no_digest_of_another_test():
    digests.begin()


@pytest.fixture
def register_2021(db: None) -> None:
    """The 279 projects of the bureau's workbook."""
    register.load()


@pytest.fixture
def three(db: None) -> list[Project]:
    """甲, 乙 and 丙 of 五通桥."""
    return [ProjectFactory(unit="P01", name=name) for name in ("甲", "乙", "丙")]
