"""The annual plan of a project. The register of a year is the projects with a plan for it."""

from django.db import models
from simple_history.models import HistoricalRecords

from projects.choices import YearType
from projects.models.projects import Project, amount


class YearPlan(models.Model):
    """One project in one year: 年度类型, 年度计划投资 and what had been done before the year began (万元)."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="plans")
    year = models.PositiveSmallIntegerField("年度")
    year_type = models.CharField("年度类型", max_length=12, choices=YearType, blank=True)
    annual_plan = amount("年度计划投资（万元）")
    opening_cumulative = amount("上年底累计完成投资（万元）")
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
