"""What lights were: kept because "new red lights of last week" and "yellow for two months" need yesterday's."""

from datetime import date

from django.db import models
from django.db.models import OuterRef, Subquery

from projects.choices import Light
from projects.models.projects import Project


class LightSnapshotQuerySet(models.QuerySet):
    def turned(self, first: date, last: date) -> "LightSnapshotQuerySet":
        """The newest light of each project within these days, with the light before them as `before`.

        A project whose first light falls into these days has no `before` and has not turned.
        """
        same = LightSnapshot.objects.filter(project=OuterRef("project"))
        newest = same.filter(day__lte=last).order_by("-day").values("pk")[:1]
        before = same.filter(day__lt=first).order_by("-day").values("light")[:1]
        found = self.filter(day__range=(first, last), pk=Subquery(newest)).annotate(before=Subquery(before))
        return found.exclude(before=None)


class LightSnapshot(models.Model):
    """The light a project had from the end of a day on, written when it changed."""

    project = models.ForeignKey(Project, models.CASCADE, verbose_name="项目", related_name="past_lights")
    day = models.DateField("日期")
    light = models.CharField("灯", max_length=8, choices=Light)

    objects = LightSnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = "灯色记录"
        verbose_name_plural = "灯色记录"
        ordering = ["project", "day"]
        constraints = [models.UniqueConstraint(fields=["project", "day"], name="light_snapshot_unique")]
        indexes = [models.Index(fields=["day", "light"], name="light_snapshot_by_day")]

    def __str__(self):
        return f"{self.project} {self.day} {self.get_light_display()}"
