"""Requests of the parks: what they may only ask for, and what the bureau answered."""

from django.db import models

from portal import clock
from portal.models import User
from projects.choices import Reason, RequestState
from projects.models.milestones import Milestone
from projects.models.projects import Project


class ChangeRequest(models.Model):
    """What a park may only ask for: a new plan of a node, 总投资, 停缓建 … The bureau agrees or returns it."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="requests")
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, verbose_name="节点", null=True, blank=True, related_name="requests"
    )
    field = models.CharField("内容", max_length=40)
    old = models.CharField("现值", max_length=100, blank=True)
    new = models.CharField("申请值", max_length=100)
    reason = models.CharField("原因类别", max_length=12, choices=Reason)
    words = models.TextField("说明", max_length=1000)
    state = models.CharField("状态", max_length=10, choices=RequestState, default=RequestState.ASKED)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="申请人", related_name="+")
    at = models.DateTimeField("申请时间", default=clock.now)
    decided_by = models.ForeignKey(User, models.PROTECT, verbose_name="办理人", null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("办理时间", null=True, blank=True)
    answer = models.CharField("办理意见", max_length=200, blank=True)

    class Meta:
        verbose_name = "调整申请"
        verbose_name_plural = "调整申请"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="request_by_state")]

    def __str__(self):
        return f"{self.project} {self.field}"
