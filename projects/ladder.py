"""The ladder of reminders: which rung each dated node has reached, and who is told (domain.md §6, users.md §3).

Rungs count working days from the end of the current plan; T on a day off is the working day before. A rung is told when
its day lies after the last run and not after this one: a plan that is imported or moved past a rung makes nobody's
message, it stands in the next 周调度. A promise pauses the ladder until its day; once that has passed without effect
it is told like a rung.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from parks.models import Park, ParkAssignment
from portal.calendar import WorkCalendar
from portal.choices import Role
from portal.models import User
from projects.choices import FINISH_NODE, START_NODE, RungAct, YearType
from projects.models import Milestone, ProgressNote, ReminderRule, ReminderRung, YearPlan
from projects.models.milestones import MilestoneQuerySet
from projects.models.weeks import week_of

KEY = (START_NODE, FINISH_NODE)
BROKEN_PROMISE = "P"
REACH = timedelta(days=60)  # a rung lies at most this far from the due day, holidays included
LOADED = ("project__unit", "project__enterprise", "owner")
ASKED = ("project__unit", "owner")  # what deciding and telling need of many nodes at once, and no more
COLUMNS = (
    *("code", "phase", "name", "order", "state", "current_from", "current_to", "owner"),
    *("project__name", "project__is_demo", "project__park_owner", "project__unit"),
)


@dataclass(frozen=True)
class Step:
    """A node that has reached a rung. `due` is the end of the plan, or the promised day."""

    node: Milestone
    level: str
    due: date


def rungs_on(day: date, act: str = RungAct.MESSAGE) -> list[ReminderRung]:
    """The rungs of the rule in force on that day."""
    rule = ReminderRule.objects.filter(effective_from__lte=day).order_by("-effective_from", "-version").first()
    return list(rule.rungs.filter(act=act)) if rule else []


def day_of(due: date, days: int, *, calendar: WorkCalendar) -> date:
    """The working day on which the rung of a node due then is reached."""
    return calendar.add(due, days) if days else calendar.roll_back(due)


def reached(*, after: date, until: date, calendar: WorkCalendar) -> list[Step]:
    """Every node whose rung lies after the one day and up to the other: its highest rung in that time."""
    rungs = rungs_on(until)
    key = levels((one for one in rungs if one.for_key), after=after, until=until, calendar=calendar)
    others = levels((one for one in rungs if one.for_others), after=after, until=until, calendar=calendar)
    steps = []
    if key or others:
        wanted = Q(code__in=KEY, current_to__in=list(key)) | (~Q(code__in=KEY) & Q(current_to__in=list(others)))
        nodes = reminded(until).filter(wanted).select_related(*ASKED).only(*COLUMNS)
        steps = [Step(node, (key if node.code in KEY else others)[node.current_to], node.current_to) for node in nodes]
    return [*steps, *broken_promises(after=after, until=until, calendar=calendar)]


def levels(rungs: Iterable[ReminderRung], *, after: date, until: date, calendar: WorkCalendar) -> dict[date, str]:
    """The level for each due day whose rung lies in the time; of two rungs the higher."""
    found: dict[date, str] = {}
    for rung in sorted(rungs, key=lambda one: -one.days):
        for due in days_between(after - REACH, until + REACH):
            if after < day_of(due, rung.days, calendar=calendar) <= until:
                found.setdefault(due, rung.level)
    return found


def days_between(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def reminded(on: date) -> MilestoneQuerySet:
    """Open nodes people are reminded of on a day: of running projects that are no reserve and promised nothing."""
    nodes = Milestone.objects.open().of_running().filter(current_to__isnull=False)
    plans = YearPlan.objects.filter(project=OuterRef("project"), year=on.year, year_type=YearType.RESERVE)
    promises = ProgressNote.objects.promises().filter(promised_on__gte=on)
    return nodes.exclude(Exists(plans)).exclude(project__in=promises.values("project"))


def broken_promises(*, after: date, until: date, calendar: WorkCalendar) -> list[Step]:
    """The latest node of each project whose promised day has passed: told on the first working day after it."""
    ended = [day for day in days_between(after - REACH, until) if after < calendar.add(day, 1) <= until]
    promises = ProgressNote.objects.promises().filter(promised_on__in=ended)
    promised = {note.project_id: note.promised_on for note in promises if note.promised_on}
    if not promised:
        return []
    late = reminded(until).filter(project__in=list(promised), current_to__lt=until)
    late = late.select_related(*ASKED).only(*COLUMNS)
    first: dict[int, Milestone] = {}
    for node in late.order_by("current_to", "order"):
        first.setdefault(node.project_id, node)
    return [Step(node, BROKEN_PROMISE, promised[node.project_id]) for node in first.values()]


def standing(on: date) -> MilestoneQuerySet:
    """The Monday list: what is overdue, and what is due until Sunday."""
    return reminded(on).filter(current_to__lte=week_of(on)[1]).order_by("current_to", "project", "order")


# --- who is told -------------------------------------------------------------------------------------------------


def addressees(on: date, *, units: Iterable[int] | None = None) -> Callable[[Milestone], list[User]]:
    """Whom to tell of a node: its owner, else whom the project names as 园区责任人, else all who act for the unit.
    With `units` it answers for nodes of these only, and looks up no more than it needs."""
    acting = people_of_units(on, units=units)
    keys = {unit: {person.pk for person in people} for unit, people in acting.items()}

    def of(node: Milestone) -> list[User]:
        people = acting.get(node.project.unit_id, [])
        owner = node.owner
        if owner and owner.is_active and (owner.role == Role.STAFF or owner.pk in keys.get(node.project.unit_id, ())):
            return [owner]
        named = [person for person in people if person.name == node.project.park_owner]
        return named or people

    return of


def people_of_units(on: date, *, units: Iterable[int] | None = None) -> dict[int | None, list[User]]:
    """Who acts for each unit (of these) on a day; who acts for a unit acts for those under it."""
    children, parents = defaultdict(list), {}
    for pk, parent in Park.objects.exclude(parent=None).values_list("pk", "parent"):
        children[parent].append(pk)
        parents[pk] = parent
    found: dict[int | None, dict[int, User]] = defaultdict(dict)
    current = ParkAssignment.objects.current(on=on).filter(user__is_active=True, user__role=Role.PARK)
    if units is not None:
        current = current.filter(park__in={over for unit in units for over in (unit, parents.get(unit)) if over})
    for assignment in current.select_related("user").order_by("user__username"):
        for unit in (assignment.park_id, *children[assignment.park_id]):
            found[unit].setdefault(assignment.user_id, assignment.user)
    return {unit: list(people.values()) for unit, people in found.items()}
