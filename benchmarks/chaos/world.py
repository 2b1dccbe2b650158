"""The people, projects and nodes of a run. Each person answers for one node that is due on each of its days."""

import json
import random
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.chaos.script import SETTLING_DAYS, Size
from benchmarks.chaos.sink import GONE

FIRST_DAY = date(2021, 3, 2)
PEOPLE_PER_UNIT = 5
GONE_SHARE, MOVED_SHARE, CLOSED_SHARE, DIGEST_SHARE = 0.01, 0.1, 0.005, 0.2
PROJECT, NODE = "验证项目{:04d}", "节点{:06d}"  # words by which the oracle knows what a text speaks of
ADMIN = "admin@chaos.test"


@dataclass(frozen=True)
class Owed:
    """A node that its person is to be told of on its day; `number` is the one in its name."""

    number: int
    pk: int
    project: int
    address: str
    day: str


@dataclass(frozen=True)
class World:
    """What the oracle and the writer know of a run. `units` says where a project, `homes` where a person belongs."""

    owed: tuple[Owed, ...]
    units: dict[int, str]
    homes: dict[str, str]
    moves: dict[str, str]
    closes: tuple[int, ...]

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(asdict(self), ensure_ascii=False))


def read(file: Path) -> World:
    told = json.loads(file.read_text())
    owed = tuple(Owed(**one) for one in told["owed"])
    units = {int(number): unit for number, unit in told["units"].items()}
    return World(owed, units, told["homes"], told["moves"], tuple(told["closes"]))


def days_of(size: Size) -> tuple[date, ...]:
    """The working days of a run, and some more for what is left."""
    from portal import calendar

    work, days = calendar.current(), [FIRST_DAY]
    while len(days) < size.days + SETTLING_DAYS:
        days.append(work.add(days[-1], 1))
    return tuple(days)


def seed(size: Size, days: tuple[date, ...], number: int) -> World:
    """Write people, projects, nodes and a ladder with one rung, the day itself."""
    chance = random.Random(number)
    only_one_rung()
    people = make_people(size.people, chance)
    projects = make_projects(people)
    owed = make_nodes(projects, days[: size.days])
    units = sorted(set(people.values()))
    moved = chance.sample(sorted(people), max(2, round(len(people) * MOVED_SHARE)))
    closed = chance.sample([one.pk for one in owed], max(2, round(len(owed) * CLOSED_SHARE)))
    moves = {address: chance.choice([unit for unit in units if unit != people[address]]) for address in moved}
    return World(tuple(owed), dict(enumerate(people.values(), 1)), people, moves, tuple(closed))


def only_one_rung() -> None:
    from projects.choices import RungAct
    from projects.models import ReminderRule, ReminderRung

    rule = ReminderRule.objects.create(version=100, effective_from=FIRST_DAY - timedelta(days=9), reason="试验")
    ReminderRung.objects.create(rule=rule, days=0, act=RungAct.MESSAGE, for_key=True, for_others=True)


def make_people(count: int, chance: random.Random) -> dict[str, str]:
    """Park people, each of one unit; some addresses do not exist. Beside them a clerk and an administrator."""
    from django.contrib.auth.hashers import make_password

    from parks.models import ParkAssignment
    from portal.choices import Role
    from portal.models import User

    secret = make_password("chaos")
    User.objects.create(username="clerk", name="业务科室", role=Role.STAFF, password=secret, wants_digest=False)
    User.objects.create(username="admin", name="系统管理员", role=Role.SYSADMIN, password=secret, email=ADMIN)
    parks = make_units(max(12, count // PEOPLE_PER_UNIT))
    gone = set(chance.sample(range(1, count + 1), max(1, round(count * GONE_SHARE))))
    rows = []
    for n in range(1, count + 1):
        email = f"{GONE if n in gone else 'person'}{n:04d}@chaos.test"
        wants = chance.random() < DIGEST_SHARE
        rows.append(User(username=f"u{n:04d}", name=f"人员{n:04d}", role=Role.PARK, password=secret, email=email,
                         wants_digest=wants))  # fmt: skip
    User.objects.bulk_create(rows, batch_size=500)
    people = list(User.objects.filter(role=Role.PARK).order_by("username"))
    homes = {person.email: parks[n % len(parks)] for n, person in enumerate(people)}
    ParkAssignment.objects.bulk_create(
        [ParkAssignment(user=one, park=homes[one.email], from_date="2020-01-01") for one in people]
    )
    return {address: park.code for address, park in homes.items()}


def make_units(count: int) -> list[Any]:
    """The bureau's own units and as many more as a run of this size needs: a few people act for each."""
    from parks.choices import ParkKind
    from parks.models import Park

    own = list(Park.objects.exclude(code="P99").order_by("order"))[:count]
    more = [Park(code=f"X{n:03d}", name=f"试验单位{n:03d}", kind=ParkKind.values[0], order=1000 + n)
            for n in range(count - len(own))]  # fmt: skip
    Park.objects.bulk_create(more)
    return own + list(Park.objects.filter(order__gte=1000).order_by("order"))


def make_projects(people: dict[str, str]) -> dict[str, int]:
    """One project for each person, in the person's unit."""
    from parks.models import Park
    from projects.choices import Stage
    from projects.models import Project

    parks = {park.code: park for park in Park.objects.all()}
    Project.objects.bulk_create(
        [
            Project(number=f"LS2021-{n:04d}", name=PROJECT.format(n), unit=parks[unit], stage=Stage.BUILDING)
            for n, unit in enumerate(people.values(), 1)
        ]
    )
    keys = Project.objects.order_by("number").values_list("pk", flat=True)
    return dict(zip(people, keys, strict=True))


def make_nodes(projects: dict[str, int], days: tuple[date, ...]) -> list[Owed]:
    from portal.models import User
    from projects.models import Milestone

    owners = dict(User.objects.filter(email__in=projects).values_list("email", "pk"))
    rows, owed = [], []
    for n, (address, project) in enumerate(projects.items()):
        for place, day in enumerate(days):
            number = n * len(days) + place + 1
            rows.append(Milestone(project_id=project, code=f"N{place:02d}", name=NODE.format(number), order=place,
                                  owner_id=owners[address], original_from=day, original_to=day, current_from=day,
                                  current_to=day))  # fmt: skip
            owed.append((number, n + 1, address, str(day)))
    Milestone.objects.bulk_create(rows, batch_size=500)
    keys = dict(Milestone.objects.values_list("name", "pk"))
    return [Owed(number, keys[NODE.format(number)], project, address, day) for number, project, address, day in owed]
