"""Conditions for what happened in a span of days and for what was promised; the rows are read when they are used."""

from datetime import date, datetime, time, timedelta

from django.db.models import F, OuterRef, Q, Subquery

from portal import clock
from projects.choices import STARTED, EntryStatus, NoteKind


def week_of(on: date) -> tuple[date, date]:
    """Monday and Sunday of the week."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def last_week(on: date) -> tuple[date, date]:
    return week_of(on - timedelta(days=7))


def started_between(first: date, last: date) -> Q:
    """An actual start somebody registered lies in these days."""
    return Q(hold="", stage__in=STARTED, actual_start_to__range=(first, last))


def turned(light: str, first: date, last: date) -> Q:
    """The light became this one in these days; a project's first light has not turned."""
    from projects.models.snapshots import LightSnapshot

    found = LightSnapshot.objects.turned(first, last).filter(light=light).exclude(before=light)
    return Q(pk__in=found.values("project"))


def total_changes(first: date, last: date):  # type: ignore[no-untyped-def]
    """History rows of these days that gave a known 总投资 another value, with the one before as `before`."""
    from projects.models.projects import Project

    start = datetime.combine(first, time.min, clock.SHANGHAI)
    end = datetime.combine(last + timedelta(days=1), time.min, clock.SHANGHAI)
    rows = Project.history.filter(history_type="~", history_date__gte=start, history_date__lt=end)
    earlier = Project.history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    before = Subquery(earlier.order_by("-history_id").values("total_investment")[:1])
    return rows.annotate(before=before).exclude(before=None).exclude(total_investment=F("before"))


def total_changed(first: date, last: date) -> Q:
    return Q(pk__in=total_changes(first, last).values("id"))


def promised(on: date) -> Q:
    """Somebody promised a day that has not passed: until then nobody is chased."""
    from projects.models.notes import ProgressNote

    return Q(pk__in=ProgressNote.objects.promises().filter(promised_on__gte=on).values("project"))


def asked_weekly() -> Q:
    """In a 专题 of the 周调度, and not left."""
    from projects.models.groups import GroupEntry

    entries = GroupEntry.objects.filter(group__weekly=True).exclude(status=EntryStatus.LEFT)
    return Q(pk__in=entries.values("project"))


def spoken_of_since(day: date) -> Q:
    """Somebody wrote a 进展 or handed in a report on that day or later."""
    from projects.models.notes import ProgressNote
    from projects.models.reporting import MonthlyReport

    notes = ProgressNote.objects.filter(kind=NoteKind.PROGRESS, noted_on__gte=day)
    reports = MonthlyReport.objects.filter(submitted_at__gte=datetime.combine(day, time.min, clock.SHANGHAI))
    return Q(pk__in=notes.values("project")) | Q(pk__in=reports.values("project"))
