"""Photographs and the stamped sheet that go with monthly reports."""

from typing import Self

from django.db import models

from parks.models import Park
from portal import clock
from portal.choices import Role
from portal.models import StoredFile, User
from projects.models.reporting import MonthlyReport, ReportingPeriod


class ReportFileQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Files of reports the person sees."""
        return self.filter(report__in=MonthlyReport.objects.visible_to(user))


class ReportFile(models.Model):
    """A photograph of a monthly report; `taken_on` is its day, asked for when the file does not say."""

    report = models.ForeignKey(MonthlyReport, models.PROTECT, verbose_name="月报", related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件", related_name="+")
    name = models.CharField("文件名", max_length=120)
    taken_on = models.DateField("拍摄日期", null=True, blank=True)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="上传人", related_name="+")
    at = models.DateTimeField("上传时间", default=clock.now)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        verbose_name = "月报照片"
        verbose_name_plural = "月报照片"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "file"], name="report_file_once", violation_error_message="这张照片已经上传过。"
            )
        ]

    def __str__(self):
        return self.name


class SealedSheetQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Sheets of the units a person acts for; the bureau and its leaders see all."""
        return self if user.role != Role.PARK else self.filter(unit__in=Park.objects.for_user(user, on=clock.today()))


class SealedSheet(models.Model):
    """盖章件: the stamped sheet a unit may hand in with its month. A newer one stands in its place."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, verbose_name="填报期", related_name="sealed")
    unit = models.ForeignKey(Park, models.PROTECT, verbose_name="填报单位", related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, verbose_name="文件", related_name="+")
    name = models.CharField("文件名", max_length=120)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="上传人", related_name="+")
    at = models.DateTimeField("上传时间", default=clock.now)

    objects = SealedSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "盖章件"
        verbose_name_plural = "盖章件"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["period", "unit", "-at"], name="sealed_of_unit")]

    def __str__(self):
        return self.name
