"""What decides lights, in versions, and what was decided beside it: overrides and month-ends (domain.md §5.3)."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from portal import clock
from portal.models import User
from projects.choices import Light
from projects.models.projects import Project
from projects.models.reporting import ReportingPeriod


class LightRule(models.Model):
    """From which day on what makes which light. Past rules stay."""

    version = models.PositiveIntegerField("版本", unique=True)
    effective_from = models.DateField("启用日期")
    red_over_days = models.PositiveSmallIntegerField("节点逾期超过多少天为红灯", default=30)
    key_red_over_days = models.PositiveSmallIntegerField("六大光伏项目的开工、竣工投产逾期超过多少天为红灯", default=15)
    investment_yellow = models.PositiveSmallIntegerField("完成投资低于序时的百分之多少为黄灯", default=80)
    investment_red = models.PositiveSmallIntegerField("完成投资低于序时的百分之多少为红灯", default=60)
    listed_from = models.DecimalField(
        "总投资达到多少万元须统计入库", max_digits=16, decimal_places=2, default=Decimal(500)
    )
    listed_yellow_months = models.PositiveSmallIntegerField("开工后超过几个月未入库为黄灯", default=1)
    listed_red_months = models.PositiveSmallIntegerField("开工后超过几个月未入库为红灯", default=2)
    report_red_days = models.PositiveSmallIntegerField("月报迟报超过几个工作日为红灯", default=3)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="修改人", null=True, related_name="+")
    reason = models.CharField("修改说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "灯色规则"
        verbose_name_plural = "灯色规则"
        ordering = ["-effective_from", "-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(investment_red__lte=models.F("investment_yellow")),
                name="light_rule_investment",
                violation_error_message="红灯的比例不能高于黄灯的比例。",
            ),
            models.CheckConstraint(
                condition=Q(listed_yellow_months__lte=models.F("listed_red_months")),
                name="light_rule_listed",
                violation_error_message="未入库的红灯月数不能少于黄灯的月数。",
            ),
        ]

    def __str__(self):
        return f"V{self.version}"


class LightRun(models.Model):
    """All lights computed anew after a rule changed, in the background: how far it has come."""

    rule = models.ForeignKey(LightRule, models.CASCADE, verbose_name="规则", related_name="runs")
    total = models.PositiveIntegerField("项目数", default=0)
    done = models.PositiveIntegerField("已完成", default=0)
    last_id = models.PositiveBigIntegerField("做到哪个项目", default=0)
    queued_at = models.DateTimeField("提交时间", default=clock.now)
    beat_at = models.DateTimeField("最近进展", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = "灯色重算"
        verbose_name_plural = "灯色重算"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.rule}：{self.done}/{self.total}"


class LightOverride(models.Model):
    """A light set by hand until a day, with the reason; what was computed stays beside it."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="overrides")
    light = models.CharField("灯", max_length=8, choices=Light)
    reason = models.CharField("理由", max_length=200)
    until = models.DateField("有效期至")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="设定人", related_name="+")
    at = models.DateTimeField("设定时间", default=clock.now)
    ended_by = models.ForeignKey(User, models.PROTECT, verbose_name="撤销人", null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "人工定灯"
        verbose_name_plural = "人工定灯"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(ended_at=None),
                name="light_override_one",
                violation_error_message="这个项目已有人工定灯，请先撤销。",
            )
        ]

    def __str__(self):
        return f"{self.project} {self.get_light_display()}"


class MonthEndLight(models.Model):
    """The light of a project as it stood when a month was closed, by the rule of that day."""

    period = models.ForeignKey(ReportingPeriod, models.CASCADE, verbose_name="填报期", related_name="lights")
    project = models.ForeignKey(Project, models.CASCADE, verbose_name="项目", related_name="month_lights")
    light = models.CharField("灯", max_length=8, choices=Light)
    why = models.CharField("原因", max_length=60, blank=True)
    parts = models.JSONField("各项", default=list)
    rule = models.ForeignKey(LightRule, models.PROTECT, verbose_name="规则", related_name="+")

    class Meta:
        verbose_name = "月末灯色"
        verbose_name_plural = "月末灯色"
        ordering = ["project", "period"]
        constraints = [models.UniqueConstraint(fields=["period", "project"], name="month_end_light_unique")]

    def __str__(self):
        return f"{self.project} {self.period} {self.get_light_display()}"
