"""月报 that are missing or were returned: who still owes what in the open period, and when it is told (users.md §4.5).

Asked for from the working day before the deadline; told then, on the first working day after it and every fifth one
from there on, under the promises of the ladder. What was returned is told once each time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F

from portal.calendar import SHANGHAI, WorkCalendar
from projects import investment, periods, reporting
from projects.choices import ReportState
from projects.models import MonthlyReport, Project, ReportingPeriod, YearPlan
from projects.models.queries import ProjectQuerySet
from projects.models.reporting import ReportQuerySet
from projects.models.sets import must_report
from projects.models.weeks import week_of
from projects.wording import ShortNames

EVE, AFTER, EVERY, TIMES = -1, 1, 5, 6
MOST, NAMED = 30, 3
LOADED = ("project__unit__parent", "period")
JUDGED = (  # what `reporting.oddities` looks at
    *("project", "period", "month_done", "progress"),
    *("project__total_investment", "project__stage"),
)


@dataclass(frozen=True)
class Standing:
    """How a period stands among some projects: missing by unit (most first) and without unit; returned; waiting for
    the bureau, and how many of those have nothing odd."""

    period: ReportingPeriod
    units: tuple[tuple[str, int], ...]
    waiting: int
    returned: int
    submitted: int
    clear: int
    reasons: tuple[str, ...] = ()  # of the returned ones: 演示项目047（本月完成与形象进度不符，请核实）

    @property
    def missing(self) -> int:
        return sum(count for _, count in self.units) + self.waiting

    @property
    def words(self) -> str:
        """9月未报11个; nothing when all have reported."""
        return f"{self.period.label}未报{self.missing}个" if self.missing else ""


def due_day(period: ReportingPeriod) -> date:
    return period.due_at.astimezone(SHANGHAI).date()


def missing(projects: ProjectQuerySet, period: ReportingPeriod) -> ProjectQuerySet:
    """未报: those that must report and have nothing but perhaps a draft; a returned report is told as such."""
    given = MonthlyReport.objects.filter(period=period).exclude(state=ReportState.DRAFT)
    return projects.in_year(period.year).filter(must_report()).exclude(pk__in=given.values("project"))


def standing(projects: ProjectQuerySet, *, on: date) -> Standing | None:
    """How the open period stands, from the week of its deadline on. `projects` without a year."""
    period = periods.current()
    if period is None or due_day(period) > week_of(on)[1]:
        return None
    asked = missing(projects, period).order_by().values("unit__name").annotate(count=Count("pk"))
    ordered = asked.order_by("-count", F("unit__order").asc(nulls_last=True))
    found = list(ordered.values_list("unit__name", "count"))
    reports = MonthlyReport.objects.filter(period=period, project__in=projects)
    back = still_returned().filter(project__in=projects).order_by("pk").values_list("project__name", "returned_why")
    names = ShortNames()
    submitted = list(reports.filter(state=ReportState.SUBMITTED).select_related("project").only(*JUDGED))
    return Standing(
        period,
        tuple((name, count) for name, count in found if name),
        sum(count for name, count in found if not name),
        len(back),
        len(submitted),
        clear(submitted, period),
        tuple(f"{names.short(name)}（{why}）" for name, why in list(back)[:NAMED]),
    )


def clear(submitted: list[MonthlyReport], period: ReportingPeriod) -> int:
    """无异常: reports in which nothing is odd, as on the desk of the reviewer."""
    if not submitted:
        return 0
    keys = [one.project_id for one in submitted]
    for one in submitted:
        one.period = period
    earlier = investment.before(keys, period)
    plans = YearPlan.objects.filter(project__in=keys, year=period.year)
    opening = dict(plans.values_list("project", "opening_cumulative"))
    return sum(
        not reporting.oddities(one, earlier=earlier.get(one.project_id), opening=opening.get(one.project_id))
        for one in submitted
    )


# --- when it is told ---------------------------------------------------------------------------------------------


def level(period: ReportingPeriod, *, after: date, until: date, calendar: WorkCalendar) -> str:
    """The newest rung of the deadline that lies after the one day and up to the other: M-1, M1, M6, …, or nothing."""
    steps = [EVE, *(AFTER + EVERY * times for times in range(TIMES))]
    reached = [step for step in steps if after < calendar.add(due_day(period), step) <= until]
    return f"M{reached[-1]}" if reached else ""


def returned(*, after: date, until: date) -> ReportQuerySet:
    """Reports returned from the one day to the other that are still to be corrected."""
    start = datetime.combine(after, time(0), SHANGHAI)
    end = datetime.combine(until + timedelta(days=1), time(0), SHANGHAI)
    found = still_returned().filter(reviewed_at__gte=start, reviewed_at__lt=end)
    return found.select_related(*LOADED).order_by("pk")


def still_returned() -> ReportQuerySet:
    """Returned reports of the period that may be filled, of projects that must still report."""
    period = periods.current()
    if period is None:
        return MonthlyReport.objects.none()
    asked = Project.objects.live().in_year(period.year).filter(must_report())
    return MonthlyReport.objects.filter(state=ReportState.RETURNED, period=period, project__in=asked)


def returned_on(report: MonthlyReport) -> date:
    """The day on which it was returned."""
    return report.reviewed_at.astimezone(SHANGHAI).date() if report.reviewed_at else due_day(report.period)


def returned_level(report: MonthlyReport) -> str:
    """B1530, by the time of day: what is handed in and returned once more on that day is told once more."""
    return f"B{report.reviewed_at.astimezone(SHANGHAI):%H%M}" if report.reviewed_at else "B"


# --- the words ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owed:
    """What one person is to be told of the month: projects without a report, reports that were returned."""

    period: ReportingPeriod | None = None
    missing: tuple[Project, ...] = ()
    returned: tuple[MonthlyReport, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.missing or self.returned)

    @property
    def counts(self) -> str:
        """9月月报未报5个、月报退回1个."""
        label = self.period.label if self.period else ""
        told = [f"{label}月报未报{len(self.missing)}个"] if self.missing else []
        return "、".join([*told, *([f"月报退回{len(self.returned)}个"] if self.returned else [])])

    @property
    def is_demo(self) -> bool:
        return any(one.is_demo for one in self.missing) or any(one.is_demo for one in self.returned)

    def lines(self, on: date) -> list[str]:
        """The returned ones with the reason, the missing ones by name, what to do."""
        told = [f"月报退回{len(self.returned)}个："] if self.returned else []
        told += [f"{number}. {returned_words(one)}" for number, one in enumerate(self.returned, 1)]
        if self.missing and self.period:
            told.append(
                f"{self.period.label}月报未报{len(self.missing)}个（{until(self.period, on)}）：{few(self.missing)}。"
            )
        return [*told, "请在系统“月报填报”中填报，没有变化的可选“本月无变化”。"] if told else []


NOTHING = Owed()


def returned_words(report: MonthlyReport) -> str:
    return f"{report.project.name}（{report.period.label}）：{report.returned_why}。"


def until(period: ReportingPeriod, on: date) -> str:
    """截止9月26日17时, or 已过截止时间9月26日17时."""
    due = period.due_at.astimezone(SHANGHAI)
    when = f"{due.month}月{due.day}日{due.hour}时"
    return f"已过截止时间{when}" if on > due.date() else f"截止{when}"


def few(projects: Iterable[Project]) -> str:
    names = [one.name for one in projects]
    return ShortNames().list(names[:MOST]) + (f"等，共{len(names)}个" if len(names) > MOST else "")
