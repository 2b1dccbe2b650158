"""An uploaded workbook and what became of each of its rows."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal import clock
from portal.choices import Role
from portal.models import User
from projects.choices import BatchKind, BatchState, JobPhase, RowVerdict, UndoOutcome
from projects.models.projects import Project


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """The bureau sees all batches, a park person the own ones."""
        if user.role == Role.STAFF:
            return self
        return self.filter(by=user) if user.role == Role.PARK else self.none()

    def workable_by(self, user: User) -> Self:
        """Batches a person may decide about, write or discard: what a park person uploaded is that person's alone."""
        mine = self.visible_to(user)
        return mine.filter(Q(by=user) | Q(by__role=Role.STAFF))

    def told(self) -> Self:
        """Batches the list of batches shows: bulk edits only once they were written."""
        begun = Q(kind=BatchKind.BULK, state__in=[BatchState.PREVIEW, BatchState.DISCARDED])
        return self.exclude(digest="").exclude(begun)


class ImportBatch(models.Model):
    """One upload: read, checked, shown, then written in one transaction or discarded.

    A bulk edit in the list of projects (`kind`) is a batch too: without a file, `filename` says what it did, `mapping`
    what was asked for and `summary` what was chosen.

    `mapping` holds what a person corrected about sheets, headings and units. A long file is read and written by a job:
    `job` says which and for whom, `attempt` whose turn it is. `trace` says which rows of history, notes and requests
    the batch wrote, `undo` what undoing it did.
    """

    kind = models.CharField("种类", max_length=10, choices=BatchKind, default=BatchKind.IMPORT)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="导入人", related_name="+")
    at = models.DateTimeField("上传时间", default=clock.now)
    filename = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件校验值", max_length=64, db_index=True)
    year = models.PositiveSmallIntegerField("年度")
    summary = models.JSONField("读取结果", default=dict)
    counts = models.JSONField("行数", default=dict)
    digest = models.CharField("预览校验值", max_length=64, blank=True)
    state = models.CharField("状态", max_length=10, choices=BatchState, default=BatchState.PREVIEW)
    written_at = models.DateTimeField("写入时间", null=True, blank=True)
    mapping = models.JSONField("列的对应", default=dict, blank=True)
    blank_clears = models.BooleanField("空白即清空", default=False)
    job = models.JSONField("后台任务", default=dict, blank=True)
    phase = models.CharField("任务进展", max_length=10, choices=JobPhase, blank=True)
    phase_at = models.DateTimeField("任务时间", null=True, blank=True)
    attempt = models.PositiveSmallIntegerField("第几次", default=0)
    trouble = models.CharField("未完成的原因", max_length=400, blank=True)
    trace = models.JSONField("写入的记录", default=dict, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, verbose_name="撤销人", null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undo = models.JSONField("撤销结果", default=dict, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        verbose_name_plural = "导入批次"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.filename} {self.get_state_display()}"

    def get_absolute_url(self):
        return reverse("bulk_batch" if self.kind == BatchKind.BULK else "import_preview", args=[self.pk])

    @property
    def act(self) -> str:
        """What undoing it undoes, in words."""
        return self.get_kind_display()


class ImportRow(models.Model):
    """One project row of an upload with its verdict, the change it asks for and, once written, what stood before.

    `undone` and `kept`: what undoing did with it, and what was left because somebody changed it since.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, verbose_name="批次", related_name="rows")
    sheet = models.CharField("工作表", max_length=40)
    row = models.PositiveIntegerField("行号")
    name = models.CharField("项目名称", max_length=200, blank=True)
    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", null=True, related_name="+")
    verdict = models.CharField("结果", max_length=10, choices=RowVerdict)
    values = models.JSONField("读到的值", default=dict)
    changes = models.JSONField("修改", default=list)
    issues = models.JSONField("问题", default=list)
    before = models.JSONField("写入前", default=dict)
    undone = models.CharField("撤销结果", max_length=10, choices=UndoOutcome, blank=True)
    kept = models.JSONField("保留的内容", default=list, blank=True)

    class Meta:
        verbose_name = "导入行"
        verbose_name_plural = "导入行"
        ordering = ["id"]
        indexes = [models.Index(fields=["batch", "verdict"], name="import_row_verdict")]

    def __str__(self):
        return f"{self.sheet}第{self.row}行"

    @property
    def kept_lines(self) -> list[dict[str, Any]]:
        """What undoing leaves: label, who, when."""
        return [{**one, "at": one["at"] and datetime.fromisoformat(one["at"])} for one in self.kept]


class ImportMapping(models.Model):
    """How a person last read columns with these headings. `key`: of the headings, in whatever order they stand."""

    by = models.ForeignKey(User, models.CASCADE, verbose_name="导入人", related_name="+")
    key = models.CharField("表头校验值", max_length=64)
    columns = models.JSONField("列的对应", default=dict)
    at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = "列的对应"
        verbose_name_plural = "列的对应"
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="import_mapping_once")]

    def __str__(self):
        return f"{self.by} {self.key[:8]}"
