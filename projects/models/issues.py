"""要素保障问题: what keeps a project from going on, who sees to it and until when (domain.md §3.6, §9.6)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from portal import clock
from portal.models import StoredFile, User
from projects.choices import IssueLevel, IssueSource, IssueState, Reason
from projects.models.projects import Project


class IssueQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Issues of projects the person sees."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def open(self) -> Self:
        """Not 已销号."""
        return self.exclude(state=IssueState.CLOSED)

    def overdue(self, *, on: date) -> Self:
        """超期: 办理中 after its 办结时限. What waits for 销号 waits for the bureau and is late no more."""
        return self.filter(state=IssueState.WORKING, due_on__lt=on)

    def for_the_city(self) -> Self:
        """Open issues the city has to see to, of the largest projects first."""
        largest = F("project__total_investment").desc(nulls_last=True)
        return self.open().filter(level=IssueLevel.CITY).order_by(largest, "pk")

    def ledger_order(self) -> Self:
        """台账: by 办结时限, those not yet handed over first."""
        return self.order_by(F("due_on").asc(nulls_first=True), "pk")


class Issue(models.Model):
    """A 要素保障问题 of a project. Units are names: many of them have no account here."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="issues")
    category = models.CharField("类别", max_length=12, choices=Reason)
    source = models.CharField("来源", max_length=12, choices=IssueSource)
    level = models.CharField("协调层级", max_length=8, choices=IssueLevel, default=IssueLevel.PARK)
    words = models.CharField("问题", max_length=500)
    raised_on = models.DateField("提出日期", default=clock.today)
    lead_unit = models.CharField("牵头单位", max_length=60, blank=True)
    assist_units = models.CharField("配合单位", max_length=120, blank=True)
    due_on = models.DateField("办结时限", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=IssueState, default=IssueState.NEW)
    result = models.CharField("办理结果", max_length=500, blank=True)
    handed_on = models.DateField("交办日期", null=True, blank=True)
    closed_on = models.DateField("销号日期", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="登记人", related_name="+")
    at = models.DateTimeField("登记时间", default=clock.now)
    version = models.PositiveIntegerField("版本", default=1)
    is_demo = models.BooleanField("演示数据", default=False)

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=200, blank=True, null=True))
    objects = IssueQuerySet.as_manager()

    class Meta:
        verbose_name = "要素保障问题"
        verbose_name_plural = "要素保障问题"
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="new") | (~Q(lead_unit="") & Q(due_on__isnull=False)),
                name="issue_handed_has_unit",
                violation_error_message="交办须写明牵头单位和办结时限。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("solved", "closed")) | ~Q(result=""),
                name="issue_solved_has_result",
                violation_error_message="申请销号须写明办理结果。",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="issue_by_state"),
            models.Index(fields=["project", "state"], name="issue_of_project"),
        ]

    def __str__(self):
        return f"{self.project} {self.get_category_display()}"

    def get_absolute_url(self) -> str:
        return reverse("issue_detail", args=[self.pk])

    @property
    def number(self) -> str:
        """The number on 交办单 and in lists: YS2021-0012, the year it was put forward and the row."""
        return f"YS{self.raised_on.year}-{self.pk:04d}"

    def late_days(self, on: date) -> int:
        """Calendar days after 办结时限, 0 unless 办理中."""
        late = self.state == IssueState.WORKING and self.due_on is not None and self.due_on < on
        return (on - self.due_on).days if late and self.due_on else 0


class IssueStep(models.Model):
    """What was done about an issue on a day. Steps are added, never rewritten."""

    issue = models.ForeignKey(Issue, models.PROTECT, verbose_name="问题", related_name="steps")
    on = models.DateField("日期", default=clock.today)
    words = models.CharField("办理情况", max_length=500)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="填写人", related_name="+")
    at = models.DateTimeField("填写时间", default=clock.now)

    class Meta:
        verbose_name = "办理情况"
        verbose_name_plural = "办理情况"
        ordering = ["-on", "-id"]

    def __str__(self):
        return f"{self.on} {self.words}"


class IssueFileQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Files of issues the person sees."""
        return self.filter(issue__project__in=Project.objects.visible_to(user))


class IssueFile(models.Model):
    """What proves that an issue is solved."""

    issue = models.ForeignKey(Issue, models.PROTECT, verbose_name="问题", related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件", related_name="+")
    name = models.CharField("文件名", max_length=120)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="上传人", related_name="+")
    at = models.DateTimeField("上传时间", default=clock.now)

    objects = IssueFileQuerySet.as_manager()

    class Meta:
        verbose_name = "销号佐证"
        verbose_name_plural = "销号佐证"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "file"], name="issue_file_once", violation_error_message="这个文件已经上传过。"
            )
        ]

    def __str__(self):
        return self.name
