"""The demo accounts: one for each role and for the units that report (design: contracts)."""

from datetime import date
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import transaction

from parks.models import Park, ParkAssignment
from portal.choices import Role
from portal.models import User

ASSIGNED_FROM = date(2020, 1, 1)
MAIL_DOMAIN = "demo.invalid"  # can never be delivered to


class Person(NamedTuple):
    """A demo account: `unit` is the code of the unit it acts for; `mail` is false for somebody without a mailbox."""

    username: str
    name: str
    role: str
    unit: str = ""
    is_lead: bool = False
    mail: bool = True


PEOPLE = (
    Person("lead", "陈某", Role.STAFF, is_lead=True),
    Person("staff", "李某", Role.STAFF),
    Person("park-gaoxin", "张某", Role.PARK, "P00"),
    Person("park-wutongqiao", "王某", Role.PARK, "P01"),
    Person("park-qianwei", "赵某", Role.PARK, "P02", mail=False),
    Person("park-jiajiang", "刘某", Role.PARK, "P03"),
    Person("park-shawan", "周某", Role.PARK, "P04"),
    Person("park-emei", "吴某", Role.PARK, "P05"),
    Person("county-muchuan", "杨某", Role.PARK, "P99-511129"),
    Person("leader", "孙某", Role.LEADER),
    Person("sysadmin", "郑某", Role.SYSADMIN),
    Person("auditor", "冯某", Role.AUDITOR),
)


@transaction.atomic
def create_accounts(*, password: str) -> list[User]:
    """Make the demo accounts that are not there yet and return them; those that are there stay as they are."""
    there = set(User.objects.values_list("username", flat=True))
    hashed = make_password(password)
    return [create_account(person, hashed) for person in PEOPLE if person.username not in there]


def create_account(person: Person, hashed: str) -> User:
    """Make one account with the hashed password and, for a park, its assignment."""
    user = User.objects.create(
        username=person.username,
        name=person.name,
        role=person.role,
        is_lead=person.is_lead,
        email=f"{person.username}@{MAIL_DOMAIN}" if person.mail else "",
        password=hashed,
        is_demo=True,
    )
    if person.unit:
        ParkAssignment.objects.create(user=user, park=Park.objects.get(code=person.unit), from_date=ASSIGNED_FROM)
    return user
