"""明日将发送: who will get what on a day as things stand, and what is owed to units that have nobody."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from parks.models import ParkAssignment
from portal.calendar import SHANGHAI, WorkCalendar
from portal.choices import MailState
from portal.models import OutgoingMail, User
from projects import ladder, late_issues, mailing
from projects.daily import ISSUE, LIST, MONTH, NODE, RETURNED
from projects.models import Issue, Milestone
from projects.owed import Planned
from projects.reminders import Told

UNASSIGNED, WEEKLY = "待分派", "周调度"


@dataclass(frozen=True)
class Line:
    """One person's message: its kinds with their counts, and the nodes it speaks of. `units` the person acts for."""

    user: User
    units: str
    kinds: tuple[str, ...]
    nodes: tuple[Told, ...]
    digest: bool
    issues: tuple[Issue, ...] = ()

    def items(self, on: date) -> list[str]:
        """The nodes in words, the longest late first, then the issues."""
        ordered = sorted(self.nodes, key=lambda told: (told.node.current_to or on, told.node.pk))
        return [*(told.words(on) for told in ordered), *(late_issues.words(one, on) for one in self.issues)]


@dataclass(frozen=True)
class Day:
    """What will go out on a day. `nobody` are the units without 填报员 for whom something is due, with how much;
    `waiting` how many messages were made already and go out until then."""

    on: date
    lines: tuple[Line, ...]
    nobody: tuple[tuple[str, int], ...]
    waiting: int = 0

    @property
    def digests(self) -> int:
        return sum(line.digest for line in self.lines)

    @property
    def reminders(self) -> int:
        """Messages that speak of more than the week."""
        return sum(bool(set(line.kinds) - {WEEKLY}) for line in self.lines)

    @property
    def without_mailbox(self) -> int:
        return sum(not line.user.email for line in self.lines)


def of_day(on: date, *, days: WorkCalendar) -> Day:
    """What is planned for the working day `on`; nothing is written or marked by looking."""
    units = units_of_people(on)
    found = (line_of(one, units.get(one.user.pk, "")) for one in mailing.planned(on=on))
    lines = sorted(found, key=lambda line: (line.user.role, line.user.username))
    until = datetime.combine(on + timedelta(days=1), time(0), SHANGHAI)
    waiting = OutgoingMail.objects.filter(state=MailState.QUEUED, due_at__lt=until).count()
    return Day(on, tuple(lines), tuple(nobody(on, days=days)), waiting)


def units_of_people(on: date) -> dict[int, str]:
    """五通桥基地、犍为基地 by person."""
    found: dict[int, list[str]] = defaultdict(list)
    current = ParkAssignment.objects.current(on=on).order_by("park__order")
    for user, unit in current.values_list("user", "park__name"):
        found[user].append(unit)
    return {user: "、".join(units) for user, units in found.items()}


def line_of(planned: Planned, units: str) -> Line:
    """Only what the person was not told yet; a Monday list speaks of all its nodes."""
    new = {item.object_id for item in planned.items if item.subject == NODE}
    whole = any(item.subject == LIST for item in planned.items)
    nodes: dict[int, Told] = {}
    for one in planned.nodes:  # the list names a node again that reached a rung
        nodes.setdefault(one.node.pk, one)
    told = tuple(one for pk, one in nodes.items() if pk in new)
    listed = tuple(nodes.values()) if whole else told
    kinds = [WEEKLY] if planned.digest else []
    kinds += [f"节点提醒{len(told)}项"] if told else []
    kinds += [f"本单位节点清单{len(listed)}项"] if whole else []
    fresh = {item.object_id for item in planned.items if item.subject == ISSUE}
    issues = tuple(one for one in planned.issues if one.pk in fresh)
    kinds += [f"问题超期{len(issues)}项"] if issues else []
    kinds += ["月报催报"] if any(item.subject == MONTH for item in planned.items) else []
    back = sum(item.subject == RETURNED for item in planned.items)
    kinds += [f"月报退回{back}项"] if back else []
    return Line(planned.user, units, tuple(kinds), listed, planned.digest, issues)


def nobody(on: date, *, days: WorkCalendar) -> list[tuple[str, int]]:
    """Units with something to remind of on that day and nobody to tell, in the order of paper; 待分派 last."""
    of = ladder.addressees(on)
    alone = Counter(node.project.unit for node in told_on(on, days=days) if not of(node))
    ordered = sorted(alone.items(), key=lambda pair: pair[0].order if pair[0] else 1_000_000)
    return [(str(unit or UNASSIGNED), count) for unit, count in ordered]


def told_on(on: date, *, days: WorkCalendar) -> Iterable[Milestone]:
    """Each node a message of that day would speak of: rungs reached, and on the day of the digest the whole list."""
    steps = ladder.reached(after=days.roll_back(on - timedelta(days=1)), until=on, calendar=days)
    found = {step.node.pk: step.node for step in steps}
    start = datetime.combine(on, time(0), SHANGHAI)
    if mailing.weeks(days, start, start + timedelta(days=1)):
        found |= {node.pk: node for node in ladder.standing(on).select_related(*ladder.LOADED)}
    return found.values()
