"""完成投资 by 项目口径: what the newest closed month says, per project and added up. Amounts in 万元.

`YearPlan.done` and `done_month` are stored when a month is closed or reopened, so that lists and sums read one column.
序时 of a sum is months ÷ 12 of the closed month (domain.md §5.2); rounding is half up from exact 万元.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max, OuterRef, Q, Subquery

from portal.money import round_half_up, yi
from projects.choices import FINISHED, Hold, ReportState, YearType
from projects.models import MonthlyReport, ReportingPeriod, YearPlan
from projects.models.queries import ProjectQuerySet

CHUNK = 2000
MINUS = "−"


def settle(*, year: int) -> int:
    """Store for every plan of the year the 累计 of its newest approved report in a closed month; returns how many
    changed. A project that did not report keeps its last 累计, whose month says so."""
    approved = MonthlyReport.objects.filter(
        period__year=year, period__closed_at__isnull=False, state=ReportState.APPROVED
    )
    newest: dict[int, tuple[int | None, Decimal | None]] = {}
    for project, month, done in approved.order_by("period__month").values_list("project", "period__month", "ytd_done"):
        newest[project] = (month, done)
    changed: list[YearPlan] = []
    nothing: tuple[int | None, Decimal | None] = (None, None)
    for plan in YearPlan.objects.filter(year=year).iterator(CHUNK):
        through, ytd = newest.get(plan.project_id, nothing)
        if (plan.done_month, plan.done) != (through, ytd):
            plan.done_month, plan.done = through, ytd
            changed.append(plan)
    YearPlan.objects.bulk_update(changed, ["done", "done_month"], batch_size=500)
    return len(changed)


def by_month(projects: ProjectQuerySet, *, year: int) -> list[tuple[int, Decimal]]:
    """The 累计 of the projects together at the end of each closed month, as `settle` takes it: who did not report keeps
    the last one. It begins with the first month of which there is a report."""
    closed = list(ReportingPeriod.objects.filter(year=year).closed().order_by("month").values_list("month", flat=True))
    if not closed:
        return []
    reports = MonthlyReport.objects.filter(
        period__year=year, period__closed_at__isnull=False, state=ReportState.APPROVED,
        project__in=projects.order_by().values("pk"),
    )  # fmt: skip
    newest: dict[int, Decimal] = {}
    added: dict[int, Decimal] = {}
    rows = reports.order_by("period__month").values_list("project", "period__month", "ytd_done")
    for project, month, ytd in rows.iterator(CHUNK):
        told = ytd or Decimal(0)
        added[month] = added.get(month, Decimal(0)) + told - newest.get(project, Decimal(0))
        newest[project] = told
    found, total = [], Decimal(0)
    for month in closed:
        total += added.get(month, Decimal(0))
        found.append((month, total))
    return [(month, so_far) for month, so_far in found if month >= min(added, default=13)]


def before(projects: Iterable[int], period: ReportingPeriod) -> dict[int, MonthlyReport]:
    """The newest report of each project before the period that was handed in or approved; for the first of a year that
    of the year before, whose 形象进度 goes on and whose 累计 does not (`ytd_before`)."""
    this_year = Q(period__year=period.year, period__month__lt=period.month)
    told = MonthlyReport.objects.filter(
        this_year | Q(period__year=period.year - 1), state__in=(ReportState.SUBMITTED, ReportState.APPROVED)
    )
    newest = told.filter(project=OuterRef("project")).order_by("-period__year", "-period__month").values("pk")[:1]
    rows = told.filter(project__in=list(projects), pk=Subquery(newest)).select_related("period")
    return {report.project_id: report for report in rows}


def ytd_before(earlier: MonthlyReport | None, period: ReportingPeriod) -> Decimal:
    """本年累计 up to the period: each year begins with nothing."""
    if earlier is None or earlier.period.year != period.year:
        return Decimal(0)
    return earlier.ytd_done or Decimal(0)


def recount(project_id: int, year: int) -> None:
    """Bring the 累计 of a project's reports in line after one of them changed: each is that before plus its month."""
    reports = MonthlyReport.objects.filter(project=project_id, period__year=year).select_related("period")
    total = Decimal(0)
    for report in reports.order_by("period__month"):
        if report.is_opening:
            total = report.ytd_done or Decimal(0)
            continue
        done = None if report.month_done is None else total + report.month_done
        if report.ytd_done != done:
            MonthlyReport.objects.filter(pk=report.pk).update(ytd_done=done)
        if report.state in (ReportState.SUBMITTED, ReportState.APPROVED) and done is not None:
            total = done


def has_not_reported(*, hold: str, stage: str, year_type: str, through: int | None, month: int | None) -> bool:
    """未报: the project had to report (`sets.must_report`, for a row that is loaded already) and its 累计 ends before
    the closed month."""
    asked = hold == Hold.NONE and year_type != YearType.RESERVE and stage not in FINISHED
    return bool(month) and asked and through != month


# --- sums --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Done:
    """完成投资 of some projects up to the newest closed month."""

    month: int | None
    done: Decimal
    plan: Decimal | None

    @property
    def span(self) -> str:
        """1—8月."""
        return f"1—{self.month}月" if self.month else ""

    @property
    def rate(self) -> Decimal | None:
        """完成年度计划 in per cent, exact; None without a plan or a closed month."""
        return self.done * 100 / self.plan if self.month and self.plan else None

    @property
    def schedule(self) -> Decimal | None:
        """序时进度 in per cent, exact."""
        return Decimal(self.month) * 100 / 12 if self.month else None

    @property
    def gap(self) -> Decimal | None:
        """How many percentage points above (or below, negative) 序时, exact."""
        return self.rate - self.schedule if self.rate is not None and self.schedule is not None else None

    @property
    def schedule_words(self) -> str:
        """66.7%: 序时 of the closed month."""
        return "" if self.schedule is None else f"{percent(self.schedule)}%"

    @property
    def rate_words(self) -> str:
        """59.4%; empty without a plan or a closed month."""
        return "" if self.rate is None else f"{percent(self.rate)}%"

    @property
    def gap_signed(self) -> str:
        """−7.2 or +2.0 percentage points, for a table."""
        return signed(self.gap)

    @property
    def is_behind(self) -> bool:
        return self.gap is not None and percent(self.gap) < 0

    @property
    def words(self) -> str:
        """1—8月完成投资218.63亿元，完成年度计划的59.4%，低于序时7.2个百分点."""
        if self.month is None:
            return ""
        told = f"{self.span}完成投资{yi(self.done)}亿元"
        return told if self.rate is None else f"{told}，完成年度计划的{percent(self.rate)}%，{gap_words(self.gap)}"


def percent(value: Decimal) -> Decimal:
    """One decimal, half up."""
    return round_half_up(value, 1)


def gap_words(gap: Decimal | None) -> str:
    """低于序时7.2个百分点, 高于序时2.0个百分点, 与序时持平."""
    if gap is None:
        return ""
    points = percent(abs(gap))
    if not points:
        return "与序时持平"
    return f"{'高' if gap > 0 else '低'}于序时{points}个百分点"


def signed(gap: Decimal | None) -> str:
    """−7.2, +2.0: for a table."""
    if gap is None:
        return ""
    return f"{'+' if gap >= 0 else MINUS}{percent(abs(gap))}"


def closed_month(year: int) -> int | None:
    closed = ReportingPeriod.objects.filter(year=year).closed()
    found: int | None = closed.aggregate(month=Max("month"))["month"]
    return found
