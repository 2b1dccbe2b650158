"""月末灯色: the light of every project of the year as it stood when a month was closed."""

from portal import clock
from projects import lights
from projects.models import MonthEndLight, Project, ReportingPeriod

COPIED = ("light", "light_why", "light_parts")


def keep(period: ReportingPeriod) -> int:
    """Store the lights of the month that is being closed, in the caller's transaction; returns how many.

    They are brought up to the figures that just became official first. A node that was late at the month-end before as
    well is red from then on.
    """
    today = clock.today()
    lights.refresh_all(on=today)
    rule = lights.rule_on(today)
    rows = Project.objects.live().in_year(period.year).values_list("pk", *COPIED)
    made = MonthEndLight.objects.bulk_create(
        [
            MonthEndLight(period=period, project_id=pk, light=light, why=why, parts=parts, rule=rule)
            for pk, light, why, parts in rows.iterator(lights.CHUNK)
        ],
        batch_size=500,
    )
    lights.refresh_all(on=today, among=Project.objects.live().exclude(late_since=None))
    return len(made)


def forget(period: ReportingPeriod) -> None:
    """Take them back when the month is opened again."""
    MonthEndLight.objects.filter(period=period).delete()


def of(project: Project) -> list[MonthEndLight]:
    """The month-ends of a project, newest first."""
    found = MonthEndLight.objects.filter(project=project).select_related("period", "rule")
    return list(found.order_by("-period__year", "-period__month"))
