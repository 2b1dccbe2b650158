"""撤销本次导入: take back what a batch wrote and nobody has touched since, within 30 days, once.

A project the batch made goes to the recycle bin if nobody has done anything to it; others get back what history says
stood there before. 进展 of the batch vanish: they cannot have been rewritten. What somebody changed since stays and is
named, with who and when. First a preview; what is then done must be what was shown.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from portal import audit, clock
from portal.choices import Role
from portal.models import User
from projects.choices import BatchState, UndoOutcome
from projects.importing import progress, reversing, tracing
from projects.importing.context import CHUNK
from projects.importing.progress import NOBODY, Teller
from projects.importing.reversing import Step
from projects.models import ImportBatch, ImportRow, NumberSeries, Project

DAYS = timedelta(days=30)
SHOWN = 200  # kept rows on the page of the preview
STALE = "stale"
CHANGED_SINCE = "刚才又有人修改了其中的项目，没有撤销。请按下面的新名单重新核对。"


class UndoError(ValidationError):
    """The batch was not undone; the sentence says why."""


@dataclass
class Outlook:
    """What undoing will do: how many rows of which outcome, the kept ones, and what stands for all of it."""

    counts: Counter[str] = field(default_factory=Counter)
    kept: list[ImportRow] = field(default_factory=list)
    digest: str = ""

    @property
    def restored(self) -> int:
        return self.counts[UndoOutcome.RESTORED]

    @property
    def recycled(self) -> int:
        return self.counts[UndoOutcome.RECYCLED]

    @property
    def kept_count(self) -> int:
        return self.counts[UndoOutcome.KEPT]


def refusal(batch: ImportBatch, user: User) -> str:
    """Why the person may not undo the batch now, "" when nothing stands against it."""
    if batch.state == BatchState.UNDONE:
        moment = (batch.undone_at or clock.now()).astimezone(clock.SHANGHAI)
        return f"这批{batch.act}已由{batch.undone_by}于{moment:%Y-%m-%d %H:%M}撤销，不能再撤销一次。"
    if batch.state != BatchState.WRITTEN or batch.written_at is None:
        return f"这批{batch.act}没有写入，不需要撤销。"
    if not may(batch, user):
        return f"只能撤销自己的{batch.act}；其他人的请业务负责人撤销。"
    if clock.now().astimezone(clock.SHANGHAI).date() - batch.written_at.astimezone(clock.SHANGHAI).date() > DAYS:
        return f"这批{batch.act}写入已超过{DAYS.days}天，不能撤销。"
    if not batch.trace:
        return "这批导入是在升级以前写入的，没有留下撤销所需的记录。"
    return ""


def may(batch: ImportBatch, user: User) -> bool:
    """The own batch, of those who may still import; `lead` any."""
    own = batch.by_id == user.pk and user.role in (Role.STAFF, Role.PARK)
    return own or (user.role == Role.STAFF and user.is_lead)


def preview(batch: ImportBatch, *, by: User) -> Outlook:
    """What undoing would do now. Raises UndoError."""
    if said := refusal(batch, by) or (f"后台正在处理这批{batch.act}，请等它完成。" if batch.phase else ""):
        raise UndoError(said)
    outlook, told = Outlook(), hashlib.sha256()
    for steps in walk(batch, by=by, lock=False):
        add(outlook, steps, told)
    outlook.digest = told.hexdigest()
    return outlook


def undo(batch: ImportBatch, *, by: User, digest: str, teller: Teller = NOBODY) -> Outlook:
    """Undo the batch in one transaction. Raises UndoError, also when the outcome is no longer that of `digest`."""
    if not may(batch, by):
        raise PermissionDenied(f"只能撤销自己的{batch.act}；其他人的请业务负责人撤销。")
    if said := refusal(batch, by):
        raise UndoError(said)
    with transaction.atomic():
        claim(batch, by)
        before, reason = tracing.marks(), f"撤销{batch.act}：{batch.filename}"
        outlook, told, total = Outlook(), hashlib.sha256(), written(batch).count()
        for steps in walk(batch, by=by, lock=True):
            add(outlook, steps, told)
            reversing.apply(steps, by=by, reason=reason)
            remember(steps)
            teller.tell(progress.UNDOING, outlook.counts.total(), total)
        outlook.digest = told.hexdigest()
        if outlook.digest != digest:
            raise UndoError(CHANGED_SINCE, code=STALE)
        counts = {outcome.value: outlook.counts[outcome] for outcome in UndoOutcome}
        trace = tracing.between(before, reason)
        ImportBatch.objects.filter(pk=batch.pk).update(undo={**counts, "trace": trace})
        audit.log(f"{batch.kind}.undo", by=by, obj=batch, filename=batch.filename, sha256=batch.sha256, counts=counts)
    batch.refresh_from_db()
    return outlook


def claim(batch: ImportBatch, by: User) -> None:
    """Only one undoes, and no import writes meanwhile."""
    mine = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.WRITTEN)
    if not mine.update(state=BatchState.UNDONE, undone_by=by, undone_at=clock.now()):
        raise UndoError(refusal(ImportBatch.objects.select_related("undone_by").get(pk=batch.pk), by))
    NumberSeries.objects.select_for_update().get_or_create(year=batch.year)


def written(batch: ImportBatch) -> QuerySet[ImportRow]:
    return batch.rows.exclude(before={}).exclude(project=None).order_by("pk")


def walk(batch: ImportBatch, *, by: User, lock: bool) -> Iterator[list[Step]]:
    """The written rows of a batch in the order of the file, a chunk at a time, with what undoing does to each."""
    last = 0
    while chunk := list(written(batch).filter(pk__gt=last)[:CHUNK]):
        pks = [row.project_id for row in chunk if row.project_id]
        found = Project.objects.filter(pk__in=pks).select_related("unit", "enterprise").order_by("pk")
        projects = (found.select_for_update(of=("self",)) if lock else found).in_bulk()
        visible = set(Project.objects.within_rights(by).filter(pk__in=pks).values_list("pk", flat=True))
        traces = tracing.load(batch, pks)
        steps = [
            reversing.decide(row, projects[pk], traces[pk], visible=pk in visible)
            for row, pk in zip(chunk, pks, strict=True)
        ]
        reversing.keep_codes_apart(steps)
        yield steps
        last = chunk[-1].pk


def add(outlook: Outlook, steps: list[Step], told: "hashlib._Hash") -> None:
    """Note on each row what becomes of it, and count."""
    for step in steps:
        row = step.row
        row.project, row.undone, row.kept = step.project, step.outcome, [one.as_json() for one in step.kept]
        outlook.counts[step.outcome] += 1
        if step.kept and len(outlook.kept) < SHOWN:
            outlook.kept.append(row)
        told.update(json.dumps([row.pk, row.undone, row.kept], ensure_ascii=False).encode())


def remember(steps: list[Step]) -> None:
    """Keep what was done with each row, for the page of the batch."""
    ImportRow.objects.bulk_update([step.row for step in steps], ["undone", "kept"], batch_size=200)
