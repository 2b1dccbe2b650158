"""When to remind of a node: the rungs of the ladder, in versions (domain.md §6). Past versions stay."""

from django.db import models

from portal import clock
from portal.models import User
from projects.choices import RungAct


class ReminderRule(models.Model):
    """A version of the ladder."""

    version = models.PositiveIntegerField("版本", unique=True)
    effective_from = models.DateField("启用日期", default=clock.today)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="修改人", null=True, related_name="+")
    reason = models.CharField("修改说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "提醒规则"
        verbose_name_plural = "提醒规则"
        ordering = ["-effective_from", "-version"]

    def __str__(self):
        return f"V{self.version}"


class ReminderRung(models.Model):
    """One rung: so many working days before (minus) or after the end of the plan, and for which nodes it is on."""

    rule = models.ForeignKey(ReminderRule, models.CASCADE, verbose_name="版本", related_name="rungs")
    days = models.SmallIntegerField("工作日", help_text="负数为到期之前，0为当天")
    act = models.CharField("方式", max_length=8, choices=RungAct, default=RungAct.MESSAGE)
    for_key = models.BooleanField("开工、竣工投产", default=False)
    for_others = models.BooleanField("其他节点", default=False)

    class Meta:
        verbose_name = "提醒时点"
        verbose_name_plural = "提醒时点"
        ordering = ["days"]
        constraints = [models.UniqueConstraint(fields=["rule", "days"], name="rung_unique")]

    def __str__(self):
        return self.level

    @property
    def level(self) -> str:
        """T-7, T, T+1."""
        return f"T{self.days:+d}" if self.days else "T"
