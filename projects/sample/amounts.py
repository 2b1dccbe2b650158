"""How much each invented project did from January to August, so that the units together did what was published.

Pure. The sums of the units are those of users.md §4.1; between bounds that each project sets itself, all projects of a
unit are scaled alike until the sum is met. Amounts in 万元.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from projects.choices import Hold, YearType

LAST = 8  # the month the sums speak of
MONTHS = 12
COARSE, FINE = 10, 1  # amounts are round, as people tell them
LARGE = 1000
ROUNDS = 60
FIRST = 2  # 1—2月 are one period
PACES: dict[int, Callable[[int], float]] = {
    0: lambda place: 1.0,
    1: lambda place: min(0.5 + 0.25 * place, 1.2),
    -1: lambda place: 1.5 - 0.17 * place,
}


@dataclass(frozen=True)
class Site:
    """What bounds the money of a project. `months`: those it reported money for, up to August; `due`: what should be
    done by then; `room`: 总投资 less what was done before the year."""

    key: str
    plan: Decimal
    room: Decimal
    year_type: str
    hold: str
    months: Sequence[int]
    due: Decimal
    ended: bool = False  # 竣工投产 by now
    begun: bool = False  # in this year, after the register was drawn up


@dataclass(frozen=True)
class Told:
    """What is told of single projects (`months` of sample.json): the amount, or per cent of what was due."""

    done: Mapping[str, int] = field(default_factory=dict)
    slow: Mapping[str, Sequence[object]] = field(default_factory=dict)
    early_costs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Bounds:
    """At least, usually and at most."""

    low: float
    usual: float
    high: float

    def at(self, scale: float) -> float:
        return min(max(self.usual * scale, self.low), self.high)


def exactly(amount: float) -> Bounds:
    return Bounds(amount, amount, amount)


def bounds(site: Site, told: Told, chance: random.Random) -> Bounds:
    """Between what and what a project lies: by what is told of it, else by how it stands."""
    plan, room, jitter = float(site.plan), float(site.room), chance.uniform(0.88, 1.12)
    known = {**told.early_costs, **told.done}.get(site.key)
    if known is not None:
        return exactly(known)
    if not site.months:
        return exactly(0)
    if site.hold == Hold.SUSPENDED:
        return exactly(plan * 0.18 * jitter)
    if site.key in told.slow:
        return exactly(float(site.due) * float(str(told.slow[site.key][0])) / 100)
    if site.ended:
        return exactly(min(room, plan) * (0.91 + 0.08 * chance.random()))
    if site.begun:
        return of_begun(site, jitter)
    if site.year_type == YearType.FINISHING:
        return Bounds(plan * 0.58, plan * 0.86 * jitter, min(room * 0.985, plan * 1.05))
    return Bounds(plan * 0.57, plan * 0.74 * jitter, min(room * 0.93, plan * 1.9))


def of_begun(site: Site, jitter: float) -> Bounds:
    """Who began in the year is measured by the months since: at most as much as can be built in them."""
    plan, months = float(site.plan), len(site.months)
    high = min(plan * min(0.27 * months, 1.2), float(site.room) * 0.9)
    low = min(float(site.due) * 0.84, high * 0.9)
    return Bounds(low, max(plan * 0.15 * months * jitter, low), high)


def share_out(target: Decimal, sites: Sequence[Site], told: Told, chance: random.Random) -> dict[str, Decimal]:
    """The amounts of the projects of a unit; their sum is the target to the last digit. Raises ValueError when their
    bounds do not let it."""
    limits = {site.key: bounds(site, told, chance) for site in sites}
    scale = scale_to(float(target), list(limits.values()))
    found = {site.key: rounded(limits[site.key].at(scale), site.plan) for site in sites}
    rest = target - sum(found.values())
    ordered = sorted(sites, key=lambda site: limits[site.key].high - limits[site.key].low, reverse=True)
    largest = ordered[0].key
    found[largest] += rest
    if not limits[largest].low * 0.99 <= found[largest] <= limits[largest].high * 1.01:
        raise ValueError(f"the projects cannot make {target}: {rest} would be left to {largest}")
    return found


def scale_to(target: float, limits: Sequence[Bounds]) -> float:
    """By what all are multiplied so that they make the target, by halving."""
    low, high = 0.0, 20.0
    for _ in range(ROUNDS):
        middle = (low + high) / 2
        if sum(one.at(middle) for one in limits) < target:
            low = middle
        else:
            high = middle
    return high


def rounded(amount: float, plan: Decimal) -> Decimal:
    step = COARSE if plan >= LARGE else FINE
    return Decimal(round(amount / step) * step)


def spread(total: Decimal, months: Sequence[int], *, plan: Decimal, pace: int, chance: random.Random) -> list[Decimal]:
    """The total over the months: ever more (`pace` 1) where building began in the year, ever less (-1) where it falls
    behind; the last month takes what is left."""
    if not months:
        return []
    weights = [PACES[pace](place) * chance.uniform(0.85, 1.15) for place in range(len(months))]
    if months[0] == FIRST:
        weights[0] *= 1.6  # 1—2月 are two months, with 春节 between them
    whole = sum(weights)
    found = [rounded(float(total) * weight / whole, plan) for weight in weights[:-1]]
    return [*found, total - sum(found)]


def next_month(done: Decimal, months: Sequence[int], *, room: Decimal, plan: Decimal, chance: random.Random) -> Decimal:
    """What is done in the month after: about as much as in the months before, never more than is left."""
    pace = float(done) / max(len(months) + (FIRST in months), 1) if months else float(plan) * 0.06
    return max(min(rounded(pace * chance.uniform(0.75, 1.1), plan), floor(room - done)), Decimal(0))


def floor(amount: Decimal) -> Decimal:
    """Whole 万元, half up; what is left of a total."""
    return amount.quantize(Decimal(1), ROUND_HALF_UP) - 1
