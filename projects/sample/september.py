"""The month that is being reported: who has not reported, what waits for the bureau, what was returned.

How many of each by unit stands in `months` of sample.json (users.md §4.1, §4.5).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.calendar import WorkCalendar
from projects.models import MonthlyReport
from projects.sample import handing_in
from projects.sample.progress import Cast
from projects.sample.stories import key_of, top_unit, words


@dataclass(frozen=True)
class Held:
    """A report of the open month that nobody has handed in yet: whether its project has been silent, whether
    something in it is odd."""

    report: MonthlyReport
    quiet: bool
    odd: bool

    @property
    def key(self) -> str:
        return key_of(self.report.project)


def hand_out(
    held: Sequence[Held], *, cast: Cast, days: WorkCalendar, on: date, chance: random.Random
) -> Iterator[MonthlyReport]:
    """All but the missing ones, handed in; what does not wait was approved or returned by the evening before."""
    told = words()["months"]
    gone = missing(held)
    given = [one for one in held if one.key not in gone]
    late = waiting([one for one in given if one.key not in told["returned"]], chance=chance)
    for one in given:
        handing_in.hand_in(one.report, by=cast.of(one.report.project), chance=chance, days=days)
        if one.key not in late:
            why = told["returned"].get(one.key, "")
            handing_in.review(one.report, by=cast.staff, until=on - timedelta(days=1), days=days, why=why)
        yield one.report


def missing(held: Sequence[Held]) -> set[str]:
    """Who has not reported: those first of whom nothing was heard for a month."""
    found: set[str] = set()
    for code, count in words()["months"]["missing"].items():
        mine = [one for one in held if one.report.project.unit and one.report.project.unit.code == code]
        mine.sort(key=lambda one: (one.odd, not one.quiet, one.key))
        found |= {one.key for one in mine[:count]}
    return found


def waiting(held: Sequence[Held], *, chance: random.Random) -> set[str]:
    """What waits for the bureau: of each unit so many, so many of them odd."""
    found: set[str] = set()
    for code, (count, odd) in words()["months"]["waiting"].items():
        mine = [one for one in held if top_unit(one.report.project) == code]
        strange = sorted((one for one in mine if one.odd), key=lambda one: (one.report.month_done or 0, one.key))
        usual = [one.key for one in mine if not one.odd]
        found |= {*(one.key for one in strange[:odd]), *chance.sample(usual, count - odd)}
    return found
