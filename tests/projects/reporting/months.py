"""Months of 2021 as a test needs them: opened, filled, closed."""

from datetime import date
from decimal import Decimal

from projects import periods, reporting
from projects.choices import Stage, YearType
from projects.models import ReportingPeriod
from tests.factories import ProjectFactory, park


def month(number, *, by, opened=True):
    """The period of a month, prepared and opened."""
    if not ReportingPeriod.objects.filter(year=2021).exists():
        periods.prepare(year=2021, by=by)
    found = ReportingPeriod.objects.get(year=2021, month=number)
    return periods.start(period=found, by=by) if opened else found


def running(**changes):
    """A project that must report."""
    fields = {"unit": park("P01"), "stage": Stage.BUILDING, "year_type": YearType.CONTINUING,
              "annual_plan": Decimal(71800), "total_investment": Decimal(253000)}  # fmt: skip
    return ProjectFactory(**{**fields, **changes})


def filled(project, period, *, by, done=100, **facts):
    """A complete draft."""
    typed = {"month_done": Decimal(done), "progress": f"{period.month}月设备安装", **facts}
    return reporting.save_draft(project=project, period=period, by=by, facts=typed)


def handed_in(project, period, *, by, **facts):
    return reporting.submit(report=filled(project, period, by=by, **facts), by=by)


def opening(project, period, ytd, *, by):
    return reporting.open_with(project=project, period=period, ytd=Decimal(ytd), by=by)


AUGUST, SEPTEMBER = 8, 9
ON = date(2021, 9, 27)
