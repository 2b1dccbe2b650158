"""The annual plan of a project. The register of a year is the projects with a plan for it."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from portal import clock
from portal.models import User
from projects.choices import YearType
from projects.models.projects import Project, amount


class YearPlan(models.Model):
    """One project in one year: 年度类型, 年度计划投资 and what had been done before the year began (万元)."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="plans")
    year = models.PositiveSmallIntegerField("年度")
    year_type = models.CharField("年度类型", max_length=12, choices=YearType, blank=True)
    annual_plan = amount("年度计划投资（万元）")
    opening_cumulative = amount("上年底累计完成投资（万元）")
    goal = models.CharField("年度形象进度目标", max_length=200, blank=True)
    locked_on = models.DateField("年度计划锁定日期", null=True, blank=True)

    done = models.DecimalField(
        "已关闭月份的本年累计", max_digits=16, decimal_places=2, null=True, blank=True, editable=False
    )
    done_month = models.PositiveSmallIntegerField("累计到几月", null=True, blank=True, editable=False)
    paper_stage = models.CharField("台账：阶段", max_length=12, blank=True, default="", editable=False)
    paper_unit = models.PositiveSmallIntegerField("台账：单位", default=999, editable=False)
    paper_type = models.PositiveSmallIntegerField("台账：类型", default=9, editable=False)
    paper_total = models.DecimalField("台账：总投资", max_digits=16, decimal_places=2, default=0, editable=False)

    history = HistoricalRecords(
        excluded_fields=["done", "done_month", "paper_stage", "paper_unit", "paper_type", "paper_total"],
        history_change_reason_field=models.CharField(max_length=200, blank=True, null=True),
    )

    class Meta:
        verbose_name = "年度计划"
        verbose_name_plural = "年度计划"
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"], name="year_plan_unique", violation_error_message="该年度已有计划。"
            )
        ]
        indexes = [
            models.Index(
                fields=["year", "paper_unit", "paper_type", "-paper_total", "project"], name="year_plan_on_paper"
            ),
            models.Index(
                fields=["year", "paper_stage", "paper_unit", "paper_type", "-paper_total", "project"],
                name="year_plan_by_stage",
            ),
            models.Index(fields=["year", "year_type", "project"], name="year_plan_by_type"),
            models.Index(fields=["year", "annual_plan", "project"], name="year_plan_by_plan"),
        ]

    def __str__(self):
        return f"{self.project} {self.year}年"


class MonthPlan(models.Model):
    """计划投资 of one month, where the plan was given by months; 序时 of the project is then their sum."""

    plan = models.ForeignKey(YearPlan, models.CASCADE, verbose_name="年度计划", related_name="months")
    month = models.PositiveSmallIntegerField("月份")
    planned = models.DecimalField("计划投资（万元）", max_digits=16, decimal_places=2)

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=200, blank=True, null=True))

    class Meta:
        verbose_name = "分月计划"
        verbose_name_plural = "分月计划"
        ordering = ["plan", "month"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "month"], name="month_plan_unique"),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, planned__gte=0),
                name="month_plan_sound",
                violation_error_message="月份为1至12，计划投资不能为负数。",
            ),
        ]

    def __str__(self):
        return f"{self.plan} {self.month}月"


class StatFigure(models.Model):
    """列统口径: what the statistics office published of a project up to a month. It never mixes with 项目口径."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="stat_figures")
    year = models.PositiveSmallIntegerField("年度")
    month = models.PositiveSmallIntegerField("月份", help_text="累计到这个月")
    ytd_done = models.DecimalField("列统口径本年累计（万元）", max_digits=16, decimal_places=2)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="导入人", related_name="+")
    at = models.DateTimeField("导入时间", default=clock.now)

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=200, blank=True, null=True))

    class Meta:
        verbose_name = "列统数"
        verbose_name_plural = "列统数"
        ordering = ["year", "month", "project"]
        constraints = [models.UniqueConstraint(fields=["project", "year", "month"], name="stat_figure_unique")]

    def __str__(self):
        return f"{self.project} {self.year}年1—{self.month}月"
