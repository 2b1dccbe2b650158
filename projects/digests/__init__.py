"""周调度: one function writes it for message, mail, page and 「复制周调度」, in three lengths (users.md §4.5).

What everybody with the same role and units reads is written once a round of sending and kept for a minute at most.
"""

import time
from collections.abc import Iterable
from datetime import date
from typing import Any

from parks.models import ParkAssignment
from portal.choices import Role
from portal.models import User
from projects.digests import leader, park, staff
from projects.digests.content import Content, Digest, Section, brief, html, text
from projects.digests.facts import CITY, Facts
from projects.models import ReportingPeriod

__all__ = ["Digest", "Section", "begin", "brief", "compose", "facts_of", "html", "scope", "scopes", "text"]

Memo = dict[Any, Any]
KEPT_SECONDS = 60.0  # a round may be long, and what is sent must be as things are
WRITERS = {Role.STAFF: staff.write, Role.LEADER: leader.write, Role.PARK: park.write}
_round: Memo = {}
_since = time.monotonic()


def begin() -> None:
    """Forget what was looked up for an earlier round."""
    global _since
    _round.clear()
    _since = time.monotonic()


def scope(user: User, on: date) -> str:
    """For whose eyes a digest is: CITY, the codes of the person's units, or nothing. It changes with the units."""
    return scopes([user], on)[user.pk]


def scopes(users: Iterable[User], on: date) -> dict[int, str]:
    """The same for several people in one query."""
    found = {user.pk: CITY if user.role in (Role.STAFF, Role.LEADER) else "" for user in users}
    acting = [user.pk for user in users if user.role == Role.PARK]
    held = ParkAssignment.objects.filter(user__in=acting).current(on=on).order_by("park__order", "park__code")
    units: dict[int, dict[str, str | None]] = {}
    for person, code, parent in held.values_list("user", "park__code", "park__parent__code") if acting else ():
        units.setdefault(person, {})[code] = parent
    found |= {pk: ",".join(code for code, over in own.items() if over not in own) for pk, own in units.items()}
    return found


def compose(
    user: User, *, first: date, last: date, on: date, memo: Memo | None = None, seen: str | None = None
) -> Digest:
    """The digest of the days `first` to `last`, as this person sees it on the day `on`.

    Without `memo` it is read from the round of sending; a page gives its own, so that it shows things as they are.
    `seen`: the person's scope, where it is known already.
    """
    kept = of_round() if memo is None else memo
    seen = scope(user, on) if seen is None else seen
    key = (user.role, seen, user.only_red, first, last, on)
    if key not in kept:
        kept[key] = write(user, seen, kept, first=first, last=last, on=on)
    return Digest(f"{user.name}：", kept[key])


def period_told(seen: str, *, first: date, last: date, on: date) -> ReportingPeriod | None:
    """The period of whose reports the digest of these days speaks, as `compose` with the memo of the round."""
    month = facts_of(seen, of_round(), first=first, last=last, on=on).month if seen else None
    return month.period if month else None


def of_round() -> Memo:
    if time.monotonic() - _since > KEPT_SECONDS:
        begin()
    return _round


def write(user: User, seen: str, kept: Memo, *, first: date, last: date, on: date) -> Content:
    if not seen:
        return Content("park", park.NOTHING, park.NOTHING, (Section("", park.NOTHING),), "")
    facts = facts_of(seen, kept, first=first, last=last, on=on)
    return WRITERS[Role(user.role)](facts, red=user.only_red)


def facts_of(seen: str, kept: Memo, *, first: date, last: date, on: date) -> Facts:
    """The facts of a scope and week, looked up once for all that share the memo."""
    found: Facts = kept.setdefault((seen, first, last, on), Facts(seen, first=first, last=last, on=on))
    return found
