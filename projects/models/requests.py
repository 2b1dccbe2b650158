"""Requests of the parks: what they may only ask for, and what the bureau answered."""

from typing import Self

from django.db import models
from django.db.models import Q

from portal import clock
from portal.models import User
from projects.choices import Reason, RequestState
from projects.models.milestones import Milestone
from projects.models.projects import Project


class ChangeRequestQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Requests on projects the person sees: the bureau all, a park those of its units."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def waiting(self) -> Self:
        """待办理."""
        return self.filter(state=RequestState.ASKED)


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

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "调整申请"
        verbose_name_plural = "调整申请"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="request_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "field"],
                condition=Q(state=RequestState.ASKED, milestone=None),
                name="request_one_open",
                violation_error_message="这项内容已有待办理的申请，请等市局答复。",
            ),
            models.UniqueConstraint(
                fields=["milestone", "field"],
                condition=Q(state=RequestState.ASKED, milestone__isnull=False),
                name="request_one_open_of_node",
                violation_error_message="这个节点已有待办理的申请，请等市局答复。",
            ),
        ]

    def __str__(self):
        return f"{self.project} {self.field}"

    @property
    def is_waiting(self) -> bool:
        return self.state == RequestState.ASKED
