"""A bulk edit from preview to written: the batch keeps what was shown, project by project, with its version.

Writing judges everything again under lock. Who was changed by somebody else since the preview is listed and left alone.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import audit, clock
from portal.models import User
from portal.permissions import bureau, lead
from projects.bulk import judging, wishes, writing
from projects.bulk.judging import Judged
from projects.bulk.wishes import GROUP, Target, Wish
from projects.choices import BatchKind, BatchState, RowVerdict
from projects.importing import tracing
from projects.importing.context import CHUNK
from projects.models import ImportBatch, ImportRow, NumberSeries, Project
from projects.models.queries import ProjectQuerySet

KEPT = ["project", "verdict", "values", "changes", "issues"]
PREVIEW_DAYS = timedelta(days=1)
GONE = "项目已移入回收站。"


class BulkError(ValidationError):
    """Nothing was written; the sentence says why."""


def refuse(by: User, act: str) -> None:
    if not bureau(by):
        raise PermissionDenied("批量修改由市局投资科办理。")
    if act == GROUP and not lead(by):
        raise PermissionDenied("专题名单由业务负责人维护。")


# --- the preview -----------------------------------------------------------------------------------------------


@transaction.atomic
def stage(projects: ProjectQuerySet, wish: Wish, *, year: int, by: User) -> ImportBatch:
    """Judge the chosen projects and keep the preview. What the person had only looked at before is forgotten."""
    refuse(by, wish.act)
    forget(by)
    target = wishes.target_of(wish, year=year)
    batch = ImportBatch.objects.create(
        kind=BatchKind.BULK, by=by, filename=target.title[:200], year=year, mapping=wish.as_json()
    )
    number = 0
    for pks in chunks(projects.values_list("pk", flat=True)):
        judged = judging.judge(read(pks), target)
        rows = [ImportRow(batch=batch, row=number + place) for place in range(1, len(judged) + 1)]
        for row, one in zip(rows, judged, strict=True):
            keep(row, one)
        ImportRow.objects.bulk_create(rows, batch_size=500)
        number += len(rows)
    count(batch)
    return batch


def forget(by: User) -> None:
    """Drop the person's old previews."""
    old = ImportBatch.objects.filter(kind=BatchKind.BULK, by=by, state=BatchState.PREVIEW)
    old.filter(at__lt=clock.now() - PREVIEW_DAYS).delete()


@transaction.atomic
def stage_again(batch: ImportBatch, *, by: User) -> None:
    """Judge the same projects once more, as they are now."""
    hold(batch, by)
    target = wishes.of_batch(batch)
    for rows, found in in_order(batch, everything=True):
        for row, one in pairs(rows, found, target):
            keep(row, one)
        ImportRow.objects.bulk_update(rows, KEPT, batch_size=200)
    count(batch)


def read(pks: list[int], *, lock: bool = False) -> list[Project]:
    """These projects as they are judged, in this order."""
    found = Project.objects.filter(pk__in=pks).select_related(*judging.NAMES)
    if lock:
        found = found.select_for_update(of=("self",)).order_by("pk")
    by_pk = {one.pk: one for one in found}
    return [by_pk[pk] for pk in pks if pk in by_pk]


def keep(row: ImportRow, one: Judged) -> None:
    row.project, row.name, row.verdict = one.project, one.project.name[:200], one.verdict
    row.values = {"version": one.project.version, "said": one.said}
    row.changes = one.changes
    row.issues = [{"code": "refused", "text": one.said}] if one.refused else []
    if one.project.deleted_no:
        row.verdict, row.changes, row.issues = RowVerdict.ERROR, [], [{"code": "gone", "text": GONE}]


def chunks(pks: Iterable[int]) -> Iterator[list[int]]:
    everything = list(pks)
    for start in range(0, len(everything), CHUNK):
        yield everything[start : start + CHUNK]


def in_order(
    batch: ImportBatch, *, lock: bool = False, everything: bool = False
) -> Iterator[tuple[list[ImportRow], dict[int, Project]]]:
    """The rows that change something (or `everything`) with their projects, a chunk at a time."""
    last = 0
    wanted = batch.rows.all() if everything else batch.rows.filter(verdict=RowVerdict.CHANGED)
    while rows := list(wanted.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        found = read([row.project_id for row in rows if row.project_id], lock=lock)
        yield rows, {one.pk: one for one in found}
        last = rows[-1].pk


def pairs(rows: list[ImportRow], found: dict[int, Project], target: Target) -> list[tuple[ImportRow, Judged]]:
    """Each row with its project, judged as it is now."""
    projects = [found[row.project_id] for row in rows if row.project_id]
    return list(zip(rows, judging.judge(projects, target), strict=True))


def count(batch: ImportBatch) -> None:
    """Count the rows, and stamp what the person is shown."""
    told, counts = hashlib.sha256(), dict.fromkeys(RowVerdict.values, 0)
    for pk, verdict, values in batch.rows.order_by("pk").values_list("pk", "verdict", "values"):
        told.update(json.dumps([pk, verdict, values], ensure_ascii=False).encode())
        counts[verdict] += 1
    batch.counts, batch.digest = counts, told.hexdigest()
    batch.save(update_fields=["counts", "digest"])


# --- writing ---------------------------------------------------------------------------------------------------


def hold(batch: ImportBatch, by: User) -> None:
    """Lock a preview of one's own."""
    mine = ImportBatch.objects.select_for_update().filter(pk=batch.pk, by=by, state=BatchState.PREVIEW)
    if not mine.exists():
        raise BulkError("这次批量修改已经写入或放弃，没有重复写入。")


def commit(batch: ImportBatch, *, by: User, digest: str, only_possible: bool) -> dict[str, int]:
    """Write the batch in one transaction; returns how many rows became what. Raises BulkError when nothing was written:
    somebody else was first, or a project cannot be changed and not `only_possible`. Projects changed since the preview
    are then marked in it."""
    refuse(by, batch.mapping["act"])
    try:
        with transaction.atomic():
            hold(batch, by)
            batch.refresh_from_db()
            if digest != batch.digest:
                raise BulkError("核对结果已有变化，没有写入。请按现在的结果核对。")
            write(batch, by=by, only_possible=only_possible)
    except InTheWayError as error:
        raise BulkError(standing_in_the_way(batch, mark_stale(batch, by=by))) from error
    return batch.counts


class InTheWayError(BulkError):
    """A project cannot be changed, and the person wants all or none."""


def standing_in_the_way(batch: ImportBatch, stale: int) -> str:
    since = f"其中{stale}个在您核对期间有人修改过，" if stale else ""
    return f"有{batch.counts[RowVerdict.ERROR]}个项目不能修改，{since}所以没有修改任何项目。名单见“不能修改”。"


@transaction.atomic
def mark_stale(batch: ImportBatch, *, by: User) -> int:
    """Mark in the preview the projects that are no longer as they were shown; returns how many."""
    hold(batch, by)
    target, changed = wishes.of_batch(batch), 0
    for rows, found in in_order(batch):
        changed += len(rows) - len(still(rows, found, target))
    count(batch)
    return changed


def still(rows: list[ImportRow], found: dict[int, Project], target: Target) -> list[tuple[ImportRow, Judged]]:
    """The rows whose project is as it was shown; the others are marked. Nothing is lost: such a project just stays."""
    as_shown, changed = [], []
    for row, one in pairs(rows, found, target):
        if said := difference(row, one):
            row.verdict, row.issues = RowVerdict.ERROR, [{"code": "stale", "text": said}]
            changed.append(row)
        else:
            as_shown.append((row, one))
    ImportRow.objects.bulk_update(changed, KEPT, batch_size=200)
    return as_shown


def difference(row: ImportRow, one: Judged) -> str:
    """Why the project cannot be changed as it was shown, "" when nothing stands against it."""
    project = one.project
    if project.deleted_no:
        return GONE
    if project.version == row.values["version"] and one.changes == row.changes:
        return ""
    last = project.history.select_related("history_user").first()
    if project.version == row.values["version"] or last is None:
        return one.said or "核对期间有变化，请看过后重新核对。"
    who = last.history_user or "另一位用户"
    return f"{who}已于{last.history_date.astimezone(clock.SHANGHAI):%-H:%M}修改了此项目，请看过后重新核对。"


def write(batch: ImportBatch, *, by: User, only_possible: bool) -> None:
    """Write what can be, each project under lock. Runs inside the transaction of `commit`, which a project in the way
    of all ends."""
    if batch.counts[RowVerdict.ERROR] and not only_possible:
        raise InTheWayError("")
    # As for imports: one at a time, so that the numbers of history tell whose rows they are.
    NumberSeries.objects.select_for_update().get_or_create(year=batch.year)
    target, before, done = wishes.of_batch(batch), tracing.marks(), 0
    reason = f"批量修改：{target.wish.reason}"[:200]
    for rows, found in in_order(batch, lock=True):
        judged = still(rows, found, target)
        if len(judged) < len(rows) and not only_possible:
            raise InTheWayError("")
        for row, one in judged:
            touched = one.project.last_update_on
            row.before = {"version": one.project.version, "touched_on": touched.isoformat() if touched else None}
        writing.write([one for _, one in judged], target, by=by, reason=reason)
        ImportRow.objects.bulk_update([row for row, _ in judged], ["before"], batch_size=200)
        done += len(judged)
    if not done:
        raise BulkError("没有可以修改的项目，没有写入。")
    count(batch)
    batch.state, batch.written_at, batch.trace = BatchState.WRITTEN, clock.now(), tracing.between(before, reason)
    batch.save(update_fields=["state", "written_at", "trace"])
    audit.log("bulk.commit", by=by, obj=batch, what=batch.filename, reason=target.wish.reason, counts=batch.counts)


def discard(batch: ImportBatch, *, by: User) -> None:
    """Give a preview up."""
    with transaction.atomic():
        hold(batch, by)
        batch.delete()
