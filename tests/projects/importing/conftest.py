"""A folder for uploads, and the register as the bureau's workbook fills it."""

from pathlib import Path

import pytest

from portal.models import User
from projects import reference
from tests.projects.importing import workbooks


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path_factory) -> Path:
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")
    return settings.MEDIA_ROOT


@pytest.fixture
def imported(staff: User) -> dict[str, int]:
    """The counts of the first import of the bureau's workbook."""
    return workbooks.load(reference.REGISTER, by=staff)
