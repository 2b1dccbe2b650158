"""What proves that a node is done: photographs and papers."""

from typing import Self

from django.db import models

from portal import clock
from portal.models import StoredFile, User
from projects.models.milestones import Milestone
from projects.models.projects import Project


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Evidence of projects the person sees."""
        return self.filter(milestone__project__in=Project.objects.visible_to(user))


class Evidence(models.Model):
    """佐证: one file for one node, under the name it was sent with. `taken_on` is the day of a photograph."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, verbose_name="节点", related_name="evidence")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件", related_name="+")
    name = models.CharField("文件名", max_length=120)
    taken_on = models.DateField("拍摄日期", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="上传人", related_name="+")
    at = models.DateTimeField("上传时间", default=clock.now)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "佐证"
        verbose_name_plural = "佐证"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "file"],
                name="evidence_once",
                violation_error_message="这个文件已经上传过。",
            )
        ]

    def __str__(self):
        return self.name
