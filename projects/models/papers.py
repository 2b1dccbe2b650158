"""What people carry away: 定稿 keeps figures as they were, 印发 shows a paper to every unit, 我的下载 keeps files."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from portal import clock
from portal.models import User
from projects.choices import DownloadKind, PaperKind


class Edition(models.Model):
    """定稿: the papers of a moment, kept word for word. Never changed; a later one takes its place."""

    year = models.PositiveSmallIntegerField("年度")
    month = models.PositiveSmallIntegerField("累计到几月", null=True, blank=True, help_text="当时已关闭的月份")
    at = models.DateTimeField("定稿时间", default=clock.now)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="定稿人", related_name="+")
    note = models.CharField("说明", max_length=100, blank=True)
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, verbose_name="停用人", null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "定稿"
        verbose_name_plural = "定稿"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["year", "ended_at", "at"], name="edition_current")]

    def __str__(self):
        at = self.at.astimezone(clock.SHANGHAI)
        return f"{at.month}月{at.day}日{at:%H:%M}定稿"


class EditionPaper(models.Model):
    """A paper of an edition. `scope`: "city", a unit's code, or "leader:" and the name of a 市领导."""

    edition = models.ForeignKey(Edition, models.CASCADE, verbose_name="定稿", related_name="papers")
    kind = models.CharField("材料", max_length=12, choices=PaperKind)
    scope = models.CharField("范围", max_length=80)
    content = models.JSONField("内容")

    class Meta:
        verbose_name = "定稿材料"
        verbose_name_plural = "定稿材料"
        constraints = [models.UniqueConstraint(fields=["edition", "kind", "scope"], name="edition_paper_unique")]

    def __str__(self):
        return f"{self.edition} {self.get_kind_display()} {self.scope}"


class Publication(models.Model):
    """印发: a paper that every unit may read from then on, as it was that moment; withdrawn, it is gone for them."""

    kind = models.CharField("材料", max_length=12, choices=PaperKind)
    title = models.CharField("标题", max_length=200)
    content = models.JSONField("内容")
    edition = models.ForeignKey(Edition, models.PROTECT, verbose_name="定稿", null=True, blank=True, related_name="+")
    at = models.DateTimeField("印发时间", default=clock.now)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="印发人", related_name="+")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="撤回人", null=True, blank=True, related_name="+"
    )
    withdrawn_why = models.CharField("撤回原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "已印发材料"
        verbose_name_plural = "已印发材料"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_why=""), name="publication_withdrawn_has_reason"
            )
        ]

    def __str__(self):
        return self.title


class DownloadQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """A person's own files, nobody else's."""
        return self.filter(user=user)

    def pending(self) -> Self:
        return self.filter(finished_at=None)


class Download(models.Model):
    """A file made in the background for one person, kept until `kept_until`. Beats are machine time."""

    user = models.ForeignKey(User, models.PROTECT, verbose_name="申请人", related_name="downloads")
    kind = models.CharField("种类", max_length=12, choices=DownloadKind)
    title = models.CharField("名称", max_length=200)
    wanted = models.JSONField("要求", default=dict)
    queued_at = models.DateTimeField("申请时间")
    beat_at = models.DateTimeField("最近心跳", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    failed_why = models.CharField("失败原因", max_length=200, blank=True)
    file_name = models.CharField("文件名", max_length=120, blank=True)
    sha256 = models.CharField("内容摘要", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("字节", default=0)
    kept_until = models.DateTimeField("保留至", null=True, blank=True)

    objects = DownloadQuerySet.as_manager()

    class Meta:
        verbose_name = "下载"
        verbose_name_plural = "下载"
        ordering = ["-queued_at", "-pk"]
        indexes = [models.Index(fields=["user", "-queued_at"], name="download_of_user")]

    def __str__(self):
        return self.title

    @property
    def is_ready(self) -> bool:
        return bool(self.finished_at and not self.failed_why)


class WallPass(models.Model):
    """A wall that may show the city's slides and do nothing else, for twelve hours (machine time)."""

    token_hash = models.CharField("令牌摘要", max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, verbose_name="开屏人", related_name="walls")
    begun_at = models.DateTimeField("开屏时间")
    expires_at = models.DateTimeField("到期时间")
    ended_at = models.DateTimeField("关屏时间", null=True, blank=True)

    class Meta:
        verbose_name = "挂图作战屏"
        verbose_name_plural = "挂图作战屏"
        ordering = ["-begun_at"]

    def __str__(self):
        return f"{self.user} {self.begun_at}"

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at


class StoredFigures(models.Model):
    """The figures of 统计分析 of a year as they were counted last; a register that is small is counted on the spot."""

    year = models.PositiveSmallIntegerField("年度")
    key = models.CharField("统计", max_length=40)
    on = models.DateField("统计日期")
    made_at = models.DateTimeField("统计时间")
    content = models.JSONField("内容")

    class Meta:
        verbose_name = "统计结果"
        verbose_name_plural = "统计结果"
        constraints = [models.UniqueConstraint(fields=["year", "key"], name="stored_figures_unique")]

    def __str__(self):
        return f"{self.year}年 {self.key}"
