"""专题 (published lists) with their entries and 公布数, and the mapping stage → 四个一批."""

from decimal import Decimal

from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from simple_history.models import HistoricalRecords

from projects.choices import EntryStatus, Stage
from projects.models.projects import Project, amount


class GroupQuerySet(models.QuerySet["ProjectGroup"]):
    def in_force(self, year: int) -> "GroupQuerySet":
        """The list of each kind for a year: that of the year, else the newest before it."""
        newer = ProjectGroup.objects.filter(slug=OuterRef("slug"), year__lte=year, year__gt=OuterRef("year"))
        return self.filter(year__lte=year).exclude(Exists(newer))


class ProjectGroup(models.Model):
    """A published list of a year, e.g. 2021年工业投资项目, 省重点（申报）, 六大光伏项目."""

    slug = models.SlugField("标识", max_length=40)
    year = models.PositiveSmallIntegerField("年度")
    name = models.CharField("名称", max_length=60)
    short_name = models.CharField("简称", max_length=20)
    order = models.PositiveSmallIntegerField("顺序", default=50)
    weekly = models.BooleanField("周调度", default=False, help_text="列入的项目每周要有一条进展")

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = "专题"
        verbose_name_plural = "专题"
        ordering = ["order", "slug"]
        constraints = [models.UniqueConstraint(fields=["slug", "year"], name="group_unique")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("group_detail", args=[self.slug])


class GroupEntry(models.Model):
    """A project in a published list. Leaving is a status, not a deletion."""

    group = models.ForeignKey(ProjectGroup, models.PROTECT, verbose_name="专题", related_name="entries")
    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="entries")
    status = models.CharField("状态", max_length=12, choices=EntryStatus, default=EntryStatus.LISTED)
    from_date = models.DateField("列入日期", null=True, blank=True)
    to_date = models.DateField("退出日期", null=True, blank=True)
    amount_published = amount("公布时总投资（万元）", help_text="为空表示不在公布名单内，是后来增加的")
    reason = models.CharField("原因", max_length=200, blank=True)

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=200, blank=True, null=True))

    class Meta:
        verbose_name = "专题项目"
        verbose_name_plural = "专题项目"
        constraints = [models.UniqueConstraint(fields=["group", "project"], name="group_entry_unique")]

    def __str__(self):
        return f"{self.group} – {self.project}"


class ControlTotal(models.Model):
    """公布数: what was published about a group, and how coarsely it was rounded (万元)."""

    group = models.OneToOneField(ProjectGroup, models.PROTECT, verbose_name="专题", related_name="control")
    count = models.PositiveIntegerField("项目数")
    total = models.DecimalField("总投资（万元）", max_digits=16, decimal_places=2)
    step = models.DecimalField("公布的最小单位（万元）", max_digits=16, decimal_places=2, default=Decimal(10000))
    quote = models.CharField("原文", max_length=200)
    source = models.CharField("出处", max_length=200)

    class Meta:
        verbose_name = "公布数"
        verbose_name_plural = "公布数"

    def __str__(self):
        return f"{self.group}：{self.count}个"


class StageBatch(models.Model):
    """四个一批: which batch a stage belongs to. The source does not name the four: the bureau edits the mapping."""

    stage = models.CharField("项目阶段", max_length=12, choices=Stage, unique=True)
    batch = models.CharField("四个一批", max_length=20, blank=True)

    class Meta:
        verbose_name = "四个一批对应"
        verbose_name_plural = "四个一批对应"

    def __str__(self):
        return f"{self.get_stage_display()} → {self.batch or '待局确认'}"
