"""Conditions behind the named sets of projects, one definition each (design: data).

A verb of the QuerySet filters by them, a count adds up under them. They speak of the annual plan as `plan`.
"""

from datetime import date, timedelta

from django.db.models import Q

from projects.choices import BEFORE_BUILDING, FINISHED, STARTED, Hold, Stage, YearType

STALE_DAYS = 30

ACTIVE = Q(hold=Hold.NONE)
SUSPENDED = Q(hold=Hold.SUSPENDED)
WITHDRAWN = Q(hold=Hold.WITHDRAWN)
UNASSIGNED = Q(unit=None)
UNVERIFIED = Q(unverified=True)

PLANNED_NEW = Q(plan__year_type=YearType.NEW)
PLANNED_FINISHING = Q(plan__year_type=YearType.FINISHING)
BEGUN = PLANNED_NEW & ACTIVE & Q(stage__in=STARTED)
NOT_STARTED = PLANNED_NEW & ACTIVE & Q(stage__in=BEFORE_BUILDING)
FINISHED_NOW = PLANNED_FINISHING & ACTIVE & Q(stage__in=FINISHED)
IN_TRIAL = ACTIVE & Q(stage=Stage.TRIAL)
INCOMPLETE = (
    UNASSIGNED
    | Q(stage="", hold=Hold.NONE)
    | Q(plan__year_type="")
    | Q(total_investment=None)
    | Q(plan__year_type=YearType.NEW, planned_start_to=None)
)


def overdue_start(on: date) -> Q:
    return NOT_STARTED & Q(planned_start_to__lt=on, unverified=False)


def not_due_start(on: date) -> Q:
    return NOT_STARTED & ~Q(planned_start_to__lt=on, unverified=False)


def overdue_finish(on: date) -> Q:
    return ACTIVE & Q(stage=Stage.BUILDING, planned_finish_to__lt=on, unverified=False)


def due_between(first: date, last: date) -> Q:
    starts = Q(plan__year_type=YearType.NEW, stage__in=BEFORE_BUILDING, planned_start_to__range=(first, last))
    finishes = Q(stage=Stage.BUILDING, planned_finish_to__range=(first, last))
    return ACTIVE & Q(unverified=False) & (starts | finishes)


def week_of(on: date) -> tuple[date, date]:
    """Monday and Sunday of the week."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def stale(on: date) -> Q:
    return ACTIVE & ~Q(stage__in=FINISHED) & Q(last_update_on__lt=on - timedelta(days=STALE_DAYS))
