"""When a report of the sample was handed in and reviewed: on working days between the opening and the deadline."""

import random
from datetime import date, datetime, time, timedelta

from portal import clock
from portal.calendar import WorkCalendar
from portal.models import User
from projects.choices import ReportState
from projects.models import MonthlyReport

FIRST_HOUR, LAST_HOUR, EVENING = 9, 15, time(16, 40)


def hand_in(report: MonthlyReport, *, by: User, chance: random.Random, days: WorkCalendar) -> None:
    """Filled and handed in by the unit, some day before the deadline."""
    opened, due = day_of(report.period.opened_at or report.period.due_at), day_of(report.period.due_at)
    open_days = [day for n in range(1, (due - opened).days + 1) if days.is_workday(day := opened + timedelta(days=n))]
    day, hour, minute = chance.choice(open_days or [due]), chance.randint(FIRST_HOUR, LAST_HOUR), chance.randint(0, 54)
    filled = datetime.combine(day, time(hour, minute), clock.SHANGHAI)
    report.filled_by, report.filled_at, report.submitted_at = by, filled, filled + timedelta(minutes=5)
    report.state, report.version = ReportState.SUBMITTED, 2
    write_history(report, report.submitted_at, by)


def review(report: MonthlyReport, *, by: User, until: date, days: WorkCalendar, why: str = "") -> None:
    """Approved by the bureau on the next working day, `until` at the latest; or returned, saying why."""
    day = min(days.add(day_of(report.filled_at), 1), until)
    report.reviewed_by, report.reviewed_at = by, datetime.combine(day, EVENING, clock.SHANGHAI)
    report.state, report.version = (ReportState.RETURNED if why else ReportState.APPROVED), 3
    report.returned_why = why
    write_history(report, report.reviewed_at, by)


def write_history(report: MonthlyReport, moment: datetime, by: User) -> None:
    """Let the one row of history tell of that moment and person."""
    report._history_date = moment  # type: ignore[attr-defined]
    report._history_user = by  # type: ignore[attr-defined]


def day_of(moment: datetime) -> date:
    return moment.astimezone(clock.SHANGHAI).date()
