"""Nodes of a project (节点): what was planned, what counts now, what is expected, what happened."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from portal import spans
from portal.models import User
from projects.choices import FINISH_NODE, Hold, MilestoneState, Stage
from projects.models.projects import Project

SPAN_NAMES = ("original", "current", "forecast", "actual")


class MilestoneQuerySet(models.QuerySet):
    """Words for nodes. Only a node with a current plan can be due; 停缓建, 退出 and 进展待核实 have no due node."""

    def in_register(self, year: int) -> "MilestoneQuerySet":
        """Of live projects with a plan for the year."""
        return self.filter(project__deleted_no=0, project__plans__year=year)

    def of_running(self) -> "MilestoneQuerySet":
        """Of live projects that are neither held nor 进展待核实; 竣工投产 of a 试生产 is counted apart."""
        running = self.filter(project__deleted_no=0, project__hold=Hold.NONE, project__unverified=False)
        return running.exclude(code=FINISH_NODE, project__stage=Stage.TRIAL)

    def open(self) -> "MilestoneQuerySet":
        return self.filter(state=MilestoneState.OPEN)

    def undated(self) -> "MilestoneQuerySet":
        """待定."""
        return self.open().filter(current_to=None)

    def due_between(self, first: date, last: date) -> "MilestoneQuerySet":
        return self.open().of_running().filter(current_to__range=(first, last))

    def overdue(self, *, on: date) -> "MilestoneQuerySet":
        """逾期: open, and the end of the current plan lies before `on`."""
        return self.open().of_running().filter(current_to__lt=on)


class Milestone(models.Model):
    """One node: 原计划 is never overwritten; 调整后计划 is the plan that counts; 预计完成 and 实际完成 beside it."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="milestones")
    code = models.CharField("代码", max_length=8)
    phase = models.CharField("期次", max_length=20, blank=True)
    name = models.CharField("节点", max_length=40)
    order = models.PositiveSmallIntegerField("顺序")
    is_key = models.BooleanField("关键节点", default=False)
    state = models.CharField("状态", max_length=8, choices=MilestoneState, default=MilestoneState.OPEN)
    original_from = models.DateField("原计划自", null=True, blank=True)
    original_to = models.DateField("原计划至", null=True, blank=True)
    current_from = models.DateField("调整后计划自", null=True, blank=True)
    current_to = models.DateField("调整后计划至", null=True, blank=True)
    forecast_from = models.DateField("预计完成自", null=True, blank=True)
    forecast_to = models.DateField("预计完成至", null=True, blank=True)
    actual_from = models.DateField("实际完成自", null=True, blank=True)
    actual_to = models.DateField("实际完成至", null=True, blank=True)
    adjusted_times = models.PositiveSmallIntegerField("已调整次数", default=0)
    by_stage = models.BooleanField("随阶段完成", default=False, help_text="由项目阶段推定完成，日期待补")
    na_reason = models.CharField("不适用原因", max_length=200, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, verbose_name="责任人", null=True, blank=True, related_name="+")

    history = HistoricalRecords(history_change_reason_field=models.CharField(max_length=200, blank=True, null=True))
    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "节点"
        verbose_name_plural = "节点"
        ordering = ["project", "order", "phase"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "code", "phase"],
                name="milestone_unique",
                violation_error_message="该期次已有这个节点。",
            ),
            models.CheckConstraint(
                condition=~Q(state="na") | ~Q(na_reason=""),
                name="milestone_na_has_reason",
                violation_error_message="标记不适用须写明原因。",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_from": None})
                    | Q(**{f"{name}_to__isnull": False, f"{name}_from__lte": F(f"{name}_to")}),
                    name=f"milestone_{name}_span",
                    violation_error_message="起始日期不能晚于截止日期。",
                )
                for name in SPAN_NAMES
            ),
        ]
        indexes = [
            models.Index(fields=["state", "current_to"], name="milestone_due"),
            models.Index(fields=["project", "order"], name="milestone_of_project"),
        ]

    def __str__(self):
        return f"{self.project} {self.title}"

    @property
    def title(self) -> str:
        return f"{self.phase}{self.name}"

    @property
    def original(self) -> spans.Span | None:
        return spans.of(self.original_from, self.original_to)

    @property
    def current(self) -> spans.Span | None:
        return spans.of(self.current_from, self.current_to)

    @property
    def forecast(self) -> spans.Span | None:
        return spans.of(self.forecast_from, self.forecast_to)

    @property
    def actual(self) -> spans.Span | None:
        return spans.of(self.actual_from, self.actual_to)
