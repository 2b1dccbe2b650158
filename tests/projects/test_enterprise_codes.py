"""What a park may learn about, and do to, an enterprise that only other units have to do with."""

import pytest

from parks import uscc
from parks.models import Enterprise
from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db

KNOWN = "91110000600037341L"
OTHER = "91110000600037342" + uscc.check_character("91110000600037342")


def test_a_park_does_not_read_the_code_of_an_enterprise_of_other_units(as_user, park_user):
    enterprise = Enterprise.objects.create(name="邻区企业有限公司", uscc=KNOWN)
    ProjectFactory(unit="P02", enterprise=enterprise)
    mine = ProjectFactory(unit="P01")
    typed = {"version": "1", "name": mine.name, "enterprise_name": enterprise.name, "uscc": OTHER}

    answer = as_user(park_user).post(f"{mine.get_absolute_url()}edit/", typed)

    assert answer.status_code == 422
    assert KNOWN not in answer.content.decode()
