"""What the projects of a chain can make, by segment, and what was promised for a year (domain.md §8.1)."""

from typing import Any, Self

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from portal import clock
from portal.models import User
from projects.choices import Segment
from projects.models.projects import Project


def quantity(label: str, **options: Any) -> models.DecimalField:
    """A quantity in the unit of its segment; null means unknown (待补)."""
    return models.DecimalField(
        label, max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], **options
    )


class CapacityLineQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class CapacityLine(models.Model):
    """What a project, or a phase of it, makes of a segment: 万吨/年 for 硅料, GW/年 for the others (`Segment.unit`)."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="capacity_lines")
    phase = models.CharField("期次", max_length=20, blank=True, help_text="如“一期”，不分期的留空")
    segment = models.CharField("环节", max_length=10, choices=Segment)
    designed = quantity("设计产能")
    producing = quantity("已投产产能")
    planned_from = models.DateField("计划投产（起）", null=True, blank=True)
    planned_to = models.DateField("计划投产", null=True, blank=True)
    produced_on = models.DateField("实际投产日期", null=True, blank=True)
    source = models.CharField("出处", max_length=200, blank=True)
    as_of = models.CharField("资料截至", max_length=20, blank=True, help_text="公开资料填写，如“2021年初”")
    by = models.ForeignKey(User, models.PROTECT, verbose_name="填写人", null=True, blank=True, related_name="+")
    at = models.DateTimeField("填写时间", default=clock.now)
    version = models.PositiveIntegerField("版本", default=1)

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=200, blank=True, null=True))
    objects = CapacityLineQuerySet.as_manager()

    class Meta:
        verbose_name = "产能"
        verbose_name_plural = "产能"
        ordering = ["segment", "project", "phase"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "phase", "segment"],
                name="capacity_line_unique",
                violation_error_message="这个项目的这一期、这一环节已经填过产能，请直接修改。",
            ),
            models.CheckConstraint(
                condition=Q(designed=None) | Q(producing=None) | Q(producing__lte=F("designed")),
                name="capacity_producing_within_designed",
                violation_error_message="已投产产能不能大于设计产能。",
            ),
        ]

    def __str__(self):
        return f"{self.project} {self.phase}{self.get_segment_display()}"


class Target(models.Model):
    """What was promised for a year in public words: a quantity of a segment, or (`segment` empty) of the chain."""

    topic = models.SlugField("专题标识", max_length=40)
    year = models.PositiveSmallIntegerField("目标年")
    segment = models.CharField("环节", max_length=10, choices=Segment, blank=True)
    label = models.CharField("指标", max_length=40)
    unit = models.CharField("单位", max_length=10)
    value = models.DecimalField("目标值", max_digits=12, decimal_places=2, validators=[MinValueValidator(0)])
    quote = models.CharField("原文", max_length=200)
    source = models.CharField("出处", max_length=200)
    order = models.PositiveSmallIntegerField("顺序", default=50)

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=200, blank=True, null=True))

    class Meta:
        verbose_name = "目标"
        verbose_name_plural = "目标"
        ordering = ["topic", "year", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "year", "label"],
                name="target_unique",
                violation_error_message="这个指标在该年已有目标，请直接修改。",
            )
        ]

    def __str__(self):
        return f"{self.year}年{self.label}"
