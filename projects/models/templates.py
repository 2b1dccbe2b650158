"""The template nodes may be taken from, in versions."""

from django.db import models

from portal import clock
from portal.models import User


class TemplateVersion(models.Model):
    """A version of the node template. A change makes a new version and touches no existing project."""

    number = models.PositiveIntegerField("版本", unique=True)
    effective_from = models.DateField("启用日期", default=clock.today)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="修改人", null=True, related_name="+")
    reason = models.CharField("修改说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "节点模板"
        verbose_name_plural = "节点模板"
        ordering = ["-number"]

    def __str__(self):
        return f"V{self.number}"


class TemplateNode(models.Model):
    """A node of the template (domain.md §4.2). Durations are hints, never dates."""

    version = models.ForeignKey(TemplateVersion, models.CASCADE, verbose_name="版本", related_name="nodes")
    code = models.CharField("代码", max_length=8)
    name = models.CharField("节点", max_length=40)
    order = models.PositiveSmallIntegerField("顺序")
    condition = models.CharField("适用条件", max_length=60, blank=True)
    proof = models.CharField("完成标志", max_length=100, blank=True)
    department = models.CharField("牵头部门", max_length=40, blank=True)
    is_key = models.BooleanField("关键节点", default=False)
    is_gate = models.BooleanField("前置硬条件", default=False)
    in_short = models.BooleanField("简表", default=False, help_text="六节点简表也包含这个节点")
    hint = models.CharField("参考周期", max_length=30, blank=True)

    class Meta:
        verbose_name = "模板节点"
        verbose_name_plural = "模板节点"
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="template_node_unique")]

    def __str__(self):
        return self.name
