"""Small makers of test data. Each object is valid as the product itself would make it."""

from decimal import Decimal

import factory
from django.contrib.auth.hashers import make_password

from parks.models import Enterprise, Park, ParkAssignment
from portal import clock
from portal.choices import Role
from portal.models import User
from projects import derived
from projects.choices import Stage, YearType
from projects.models import Project, YearPlan

PASSWORD = "LeShan-2021-dispatch"
HASHED = make_password(PASSWORD)


def recorded(row):
    """Save a tracked row with its history at the business moment, as `projects.audit` does."""
    row._history_date = clock.now()
    row.save()
    return row


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"张{n}")
    role = Role.STAFF
    password = HASHED


def park(code: str) -> Park:
    """A unit of the reference data, by its code."""
    return Park.objects.get(code=code)


def staff(**fields) -> User:
    return UserFactory(role=Role.STAFF, **fields)


def lead(**fields) -> User:
    return UserFactory(role=Role.STAFF, is_lead=True, **fields)


def leader(**fields) -> User:
    return UserFactory(role=Role.LEADER, **fields)


def park_manager(*codes: str, **fields) -> User:
    """A park person who acts for the units with these codes since the start of 2020."""
    person = UserFactory(role=Role.PARK, **fields)
    for code in codes:
        ParkAssignment.objects.create(user=person, park=park(code), from_date="2020-01-01")
    return person


class EnterpriseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Enterprise

    name = factory.Sequence(lambda n: f"演示企业{n:03d}有限公司")


class ProjectFactory(factory.django.DjangoModelFactory):
    """A project with a plan for 2021; `unit` may be a code, plan fields are given as `year_type`, `annual_plan`."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"LS2021-{9000 + n}")
    name = factory.Sequence(lambda n: f"演示项目{n:03d}")
    enterprise = factory.SubFactory(EnterpriseFactory)
    total_investment = Decimal("10000.00")
    stage = Stage.PREPARING

    @classmethod
    def _create(cls, model_class, *args, **fields):
        plan = {name: fields.pop(name) for name in ("year_type", "annual_plan", "year") if name in fields}
        if isinstance(fields.get("unit"), str):
            fields["unit"] = park(fields["unit"])
        project = recorded(model_class(*args, **fields))
        defaults = {"year": 2021, "year_type": YearType.NEW, "annual_plan": Decimal("1000.00")}
        recorded(YearPlan(project=project, **{**defaults, **plan}))
        derived.refresh(project)
        return project
