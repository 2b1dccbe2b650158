"""The table of a month: one row per project that must report, prefilled with what is known.

One definition for the page, the 填报表 in Excel and the desk of the reviewer. Amounts in 万元.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from parks.models import Park
from portal.models import User
from portal.money import percent
from projects import investment, periods, reporting
from projects.choices import STARTED, PeriodState, ReportState
from projects.models import MonthlyReport, Project, ReportingPeriod, YearPlan
from projects.reporting import Oddity

NOT_FILLED, LATE = "未填", "逾期未报"
DONE = (ReportState.SUBMITTED, ReportState.APPROVED)


@dataclass(frozen=True)
class ReportRow:
    """One project in one period: its plan, what it reported before, what it reports now (perhaps nothing yet)."""

    project: Project
    period: ReportingPeriod
    annual_plan: Decimal | None
    opening: Decimal | None
    report: MonthlyReport  # not saved while nothing was typed
    earlier: MonthlyReport | None = None
    is_mine: bool = False  # the person it was made for reports for the project

    @property
    def state(self) -> str:
        return self.report.state if self.report.pk else ""

    @property
    def version(self) -> int:
        return self.report.version if self.report.pk else 0

    @property
    def may_fill(self) -> bool:
        """Whether the person reports for it and may still type: nothing, a draft, or a returned report."""
        return self.is_mine and not self.is_handed_in

    @property
    def is_handed_in(self) -> bool:
        return self.state in DONE

    def words(self, now: datetime) -> str:
        """未填, 草稿, 待审核, 已退回, 已审核, 逾期未报."""
        if self.report.pk and self.state != ReportState.DRAFT:
            return self.report.get_state_display()
        if self.period.state(now) == PeriodState.REVIEW:
            return LATE
        return self.report.get_state_display() if self.report.pk else NOT_FILLED

    @property
    def before(self) -> Decimal:
        """本年累计 up to the month before."""
        return investment.ytd_before(self.earlier, self.period)

    @property
    def earlier_progress(self) -> str:
        return self.earlier.progress if self.earlier else ""

    @property
    def ytd(self) -> Decimal:
        """本年累计 with what is typed."""
        return self.before + (self.report.month_done or Decimal(0))

    @property
    def done(self) -> investment.Done:
        """本年累计 against the annual plan and 序时 of this month: the live line under the figure."""
        return investment.Done(self.period.month, self.ytd, self.annual_plan or Decimal(0))

    @property
    def since_start(self) -> Decimal:
        """自开工累计: what was done in earlier years and this one."""
        return (self.opening or Decimal(0)) + self.ytd

    @property
    def typed_done(self) -> str:
        """本月完成投资 as it stands in the cell: 5600, -200, 33.85; empty when nothing was typed."""
        done = self.report.month_done
        return "" if done is None else f"{done:.2f}".removesuffix(".00")

    @property
    def rate_words(self) -> str:
        """72.3%: how much of the annual plan is done."""
        return self.done.rate_words

    @property
    def gap_words(self) -> str:
        return investment.gap_words(self.done.gap)

    @property
    def share_words(self) -> str:
        """84.7%: what was done since the start, of 总投资."""
        return percent(self.since_start, self.project.total_investment)

    @property
    def progress_words(self) -> list[str]:
        """Words to begin the 形象进度 with, for the phone."""
        return ["基础", "主体", "设备安装", "调试", "试生产"] if self.project.stage in STARTED else ["前期手续", "场平"]

    @property
    def oddities(self) -> list[Oddity]:
        return reporting.oddities(self.report, earlier=self.earlier, opening=self.opening)

    @property
    def faults(self) -> dict[str, str]:
        """What keeps it from being handed in, by field."""
        return reporting.faults(self.report, earlier=self.earlier, opening=self.opening) if self.report.pk else {}


def rows(period: ReportingPeriod, user: User, *, unit: Park | None = None) -> list[ReportRow]:
    """The rows a person sees, in the order of paper. The same few queries for any number."""
    projects = periods.asked(period, user)
    projects = projects.in_unit(unit) if unit else projects
    return of_projects(projects.with_names().paper_order(), period, user)


def of_projects(projects: Iterable[Project], period: ReportingPeriod, user: User) -> list[ReportRow]:
    """Rows of these projects, which the person sees (they need `in_year` and `with_names`). A draft is shown to who
    reports for the project."""
    found = list(projects)
    earlier = investment.before([one.pk for one in found], period)
    kept = MonthlyReport.objects.visible_to(user).filter(period=period, project__in=found)
    kept = kept.prefetch_related("filled_by", "reviewed_by")  # the same few people stand behind all of them
    reports = {one.project_id: one for one in kept}
    amounts = YearPlan.objects.filter(project__in=found, year=period.year)
    plans = {key: told for key, *told in amounts.values_list("project", "annual_plan", "opening_cumulative")}
    made = []
    for project in found:
        report, (plan, opening) = reports.get(project.pk) or MonthlyReport(), plans[project.pk]
        report.project, report.period = project, period
        done_before, mine = earlier.get(project.pk), reporting.reports_for(user, project)
        made.append(ReportRow(project, period, plan, opening, report, done_before, is_mine=mine))
    return made
