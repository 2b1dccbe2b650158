"""The month: periods the bureau opens and closes, and one report per project and period (domain.md §3.3, §7.1)."""

from calendar import monthrange
from datetime import date, datetime
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from parks.models import Park
from portal import clock
from portal.choices import Role
from portal.models import User
from projects.choices import PeriodState, Reason, ReportState
from projects.models.projects import Project


def money(label: str, **options: Any) -> models.DecimalField:
    """Money in 万元 that may be corrected downwards; null means nothing was said."""
    return models.DecimalField(label, max_digits=16, decimal_places=2, null=True, blank=True, **options)


class PeriodQuerySet(models.QuerySet):
    def closed(self) -> "PeriodQuerySet":
        return self.filter(closed_at__isnull=False)

    def open(self) -> "PeriodQuerySet":
        """Opened by the bureau and not closed: reports may be written."""
        return self.filter(opened_at__isnull=False, closed_at=None)


class ReportingPeriod(models.Model):
    """A month of reporting, or 1—2月 together. Nothing is asked for until the bureau opens it."""

    year = models.PositiveSmallIntegerField("年度")
    first_month = models.PositiveSmallIntegerField("起始月")
    month = models.PositiveSmallIntegerField("月份", help_text="累计到这个月")
    due_at = models.DateTimeField("截止时间")
    as_of = models.DateField("数据时点", help_text="印在表下，一般为月末")
    opened_at = models.DateTimeField("开放时间", null=True, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, verbose_name="开放人", null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField("关闭时间", null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, verbose_name="关闭人", null=True, blank=True, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "填报期"
        verbose_name_plural = "填报期"
        ordering = ["-year", "-month"]
        constraints = [
            models.UniqueConstraint(fields=["year", "month"], name="period_unique"),
            models.CheckConstraint(
                condition=Q(first_month__gte=1, month__lte=12, first_month__lte=models.F("month")),
                name="period_months",
                violation_error_message="起始月不能晚于月份。",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(opened_at__isnull=False), name="period_closed_was_open"
            ),
        ]

    def __str__(self):
        return f"{self.year}年{self.label}"

    @property
    def label(self) -> str:
        """9月, 1—2月."""
        return f"{self.month}月" if self.first_month == self.month else f"{self.first_month}—{self.month}月"

    @property
    def span(self) -> str:
        """The months a 累计 covers: 1—9月."""
        return f"1—{self.month}月"

    def state(self, now: datetime) -> str:
        """未开始, 填报中 until the deadline, 审核中 after it, 已关闭."""
        if self.closed_at:
            return PeriodState.CLOSED
        if self.opened_at is None:
            return PeriodState.PLANNED
        return PeriodState.OPEN if now <= self.due_at else PeriodState.REVIEW


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "ReportQuerySet":
        """Reports of projects a person sees; a draft is the business of the unit and nobody else's. Where there is no
        unit the bureau reports."""
        seen = self.filter(project__in=Project.objects.visible_to(user))
        of_units = Q(state=ReportState.DRAFT, project__unit__isnull=False)
        return seen if user.role == Role.PARK else seen.exclude(of_units)


class MonthlyReport(models.Model):
    """What a project did in a period. `ytd_done` is kept with it: the 累计 before plus this month.

    When it is approved it copies unit and amounts, so that a past month stays as it was reported.
    """

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="reports")
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, verbose_name="填报期", related_name="reports")
    state = models.CharField("状态", max_length=10, choices=ReportState, default=ReportState.DRAFT)
    month_done = money("本月完成投资（万元）")
    ytd_done = money("本年累计完成投资（万元）")
    is_opening = models.BooleanField("期初数", default=False, help_text="启用系统时一次导入的本年累计")
    no_change = models.BooleanField("本月无变化", default=False)
    progress = models.CharField("形象进度", max_length=300, blank=True)
    problem = models.CharField("存在问题", max_length=500, blank=True)
    reason = models.CharField("问题类别", max_length=12, choices=Reason, blank=True)
    helper = models.CharField("希望协调单位", max_length=60, blank=True)
    next_step = models.CharField("下一步计划", max_length=300, blank=True)
    remark = models.CharField("备注", max_length=300, blank=True)
    confirmed = models.CharField("异常说明", max_length=200, blank=True, help_text="对提示的异常数据写一句说明")
    returned_why = models.CharField("退回原因", max_length=200, blank=True)
    filled_by = models.ForeignKey(User, models.PROTECT, verbose_name="填报人", null=True, related_name="+")
    filled_at = models.DateTimeField("填写时间", default=clock.now)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="审核人", null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    unit = models.ForeignKey(Park, models.PROTECT, verbose_name="当时单位", null=True, blank=True, related_name="+")
    annual_plan = money("当时年度计划投资（万元）", validators=[MinValueValidator(0)])
    total_investment = money("当时总投资（万元）", validators=[MinValueValidator(0)])
    version = models.PositiveIntegerField("版本", default=1)
    is_demo = models.BooleanField("演示数据", default=False)

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=200, blank=True, null=True))
    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "月报"
        verbose_name_plural = "月报"
        ordering = ["-period", "project"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "period"],
                name="report_unique",
                violation_error_message="这个项目本期已有月报。",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(returned_why=""),
                name="report_returned_has_reason",
                violation_error_message="退回须写明原因。",
            ),
        ]
        indexes = [models.Index(fields=["period", "state", "project"], name="report_of_period")]

    def __str__(self):
        return f"{self.project} {self.period}"


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, monthrange(year, month)[1])
