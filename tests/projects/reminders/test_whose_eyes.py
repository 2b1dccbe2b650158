"""For whose eyes a message may speak of a unit: the same as what the person sees of the register."""

from datetime import date

import pytest

from portal.choices import Role
from projects import daily, digests
from projects.models import Project
from tests.factories import ProjectFactory, UserFactory, leader, park, park_manager, staff

pytestmark = [pytest.mark.django_db, pytest.mark.db]
UNITS = ("P01", "P02", "P99", "P99-511129", "P99-511132", None)
PEOPLE = {
    "staff": staff,
    "leader": leader,
    "park": lambda: park_manager("P01"),
    "two parks": lambda: park_manager("P01", "P02"),
    "all other parks": lambda: park_manager("P99"),
    "county": lambda: park_manager("P99-511129"),
    "no unit": park_manager,
    "administrator": lambda: UserFactory(role=Role.SYSADMIN),
}


@pytest.mark.parametrize("kind", PEOPLE)
def test_a_scope_sees_what_the_register_shows(kind):
    person = PEOPLE[kind]()
    projects = [ProjectFactory(unit=park(code) if code else None) for code in UNITS]
    scope = digests.scope(person, date(2021, 9, 27))

    told = {project.pk for project in projects if daily.sees(scope, project.unit)}

    assert told == set(Project.objects.visible_to(person).values_list("pk", flat=True))
