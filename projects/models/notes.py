"""What people said about a project, dated: 进展 and 催办. Notes are added, never rewritten."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from portal import clock
from portal.models import User
from projects.choices import Channel, NoteKind, NoteSource, Reason
from projects.models.projects import Project


class NoteQuerySet(models.QuerySet["ProgressNote"]):
    def promises(self) -> "NoteQuerySet":
        """The newest 催办 of each project that names a day: a promise that was mistyped ends with the one after it."""
        named = self.filter(kind=NoteKind.CHASE, promised_on__isnull=False)
        after = Q(noted_on__gt=OuterRef("noted_on")) | Q(noted_on=OuterRef("noted_on"), pk__gt=OuterRef("pk"))
        return named.exclude(Exists(named.filter(after, project=OuterRef("project"))))


class ProgressNote(models.Model):
    """A dated note; the newest 进展 shows in list, detail and export."""

    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="notes")
    kind = models.CharField("类别", max_length=10, choices=NoteKind, default=NoteKind.PROGRESS)
    noted_on = models.DateField("日期", default=clock.today)
    progress = models.TextField("进展", blank=True, max_length=2000)
    problem = models.TextField("存在问题", blank=True, max_length=2000)
    next_step = models.TextField("下一步", blank=True, max_length=2000)
    reason = models.CharField("原因类别", max_length=12, choices=Reason, blank=True)
    channel = models.CharField("方式", max_length=10, choices=Channel, blank=True)
    answer = models.TextField("答复", blank=True, max_length=2000)
    promised_on = models.DateField("承诺日期", null=True, blank=True)
    source = models.CharField("来源", max_length=10, choices=NoteSource, default=NoteSource.TYPED)
    author = models.ForeignKey(User, models.PROTECT, verbose_name="填写人", null=True, related_name="+")
    created_at = models.DateTimeField("填写时间", default=clock.now)
    is_demo = models.BooleanField("演示数据", default=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "进展"
        verbose_name_plural = "进展"
        ordering = ["-noted_on", "-id"]
        indexes = [models.Index(fields=["project", "kind", "-noted_on", "-id"], name="note_newest")]

    def __str__(self):
        return f"{self.noted_on} {self.get_kind_display()}"
