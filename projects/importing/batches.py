"""An upload from preview to written: stage, choose, commit or discard.

A batch is staged without holding up others; its digest is set last, so a batch without one never happened. Committing
decides everything again inside one transaction and writes only if the answer is that of the preview.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from portal import audit, clock
from portal.choices import Role
from portal.models import User
from projects.choices import OF_ROWS, BatchState, RowVerdict
from projects.importing import (
    absent,
    asking,
    context,
    deciding,
    decisions,
    intake,
    matching,
    progress,
    reckoning,
    tracing,
    writing,
)
from projects.importing.context import CHUNK, Context
from projects.importing.decisions import Decision, Row
from projects.importing.progress import NOBODY, Teller
from projects.importing.records import ParsedFile
from projects.models import ImportBatch, ImportRow, NumberSeries, Project

ASKED = "ask"
CHANGED_SINCE = "预览后库内有变化，请重新核对。"


class OutdatedError(ValidationError):
    """The register changed since the preview: nothing was written, the batch shows a new preview."""


class TakenError(ValidationError):
    """The batch was written or discarded already, perhaps by somebody else."""


def stage(parsed: ParsedFile, *, by: User, filename: str, sha256: str, year: int) -> ImportBatch:
    """Decide about a file that was read and keep the preview."""
    refuse(by)
    batch = ImportBatch.objects.create(by=by, filename=filename[:200], sha256=sha256, year=year)
    return fill(batch, parsed, by=by)


def fill(batch: ImportBatch, parsed: ParsedFile, *, by: User, teller: Teller = NOBODY) -> ImportBatch:
    """Decide about the rows of a batch, in place of those it had. Raises TakenError when it is no longer a preview, or
    when somebody else has begun to fill it."""
    refuse(by, batch)
    withdraw(batch)
    preview, done = Preview(prepared(batch, by)), 0
    for chunk in chunks(intake.rows(parsed)):
        rows = [
            ImportRow(batch=batch, sheet=project.sheet[:40], row=project.row, name=(project.name or "")[:200])
            for project, _ in chunk
        ]
        for kept, decision in zip(rows, preview.decide([row for _, row in chunk]), strict=True):
            keep(kept, decision)
        with transaction.atomic():
            hold_on(batch)
            ImportRow.objects.bulk_create(rows, batch_size=200)
        done += len(rows)
        teller.tell(progress.DECIDING, done, len(parsed.projects))
    batch.summary = {**reckoning.of_file(parsed), **preview.summary()}
    with transaction.atomic():
        hold_on(batch)
        finish(batch, preview)
        batch.save(update_fields=["summary", "counts", "digest", "year"])
    return batch


def finish(batch: ImportBatch, preview: "Preview") -> None:
    """What can be said when all rows are decided: the counts, and what the register has and the file has not."""
    missing = absent.note(batch, preview.scope, preview.context)
    batch.summary = {**batch.summary, "absent": missing}
    batch.counts, batch.digest = {**preview.counts(), **absent.counts(batch)}, preview.digest


def withdraw(batch: ImportBatch) -> None:
    """Take the preview back until it is made anew: a batch without a digest cannot be written."""
    with transaction.atomic():
        hold_on(batch)
        ImportBatch.objects.filter(pk=batch.pk).update(digest="")
        batch.rows.all().delete()
    batch.digest = ""


def hold_on(batch: ImportBatch) -> None:
    """Stop a job whose batch was written or discarded meanwhile, or was taken over by another attempt."""
    mine = ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.PREVIEW, attempt=batch.attempt)
    if not mine.exists():
        raise TakenError("这批导入已由另一个操作接手。请刷新页面查看。")


def prepared(batch: ImportBatch, by: User) -> Context:
    return context.prepare(by, year=batch.year, blank_clears=batch.blank_clears)


def refuse(by: User, batch: ImportBatch | None = None) -> None:
    if by.role not in (Role.STAFF, Role.PARK):
        raise PermissionDenied("您没有导入项目的权限。")
    if batch and not may_work_on(batch, by):
        raise PermissionDenied("园区上传的表只能由上传人自己核对和写入。")


def may_work_on(batch: ImportBatch, by: User) -> bool:
    """What a park person uploaded is decided with that person's eyes only: it would show others' projects else."""
    return batch.by_id == by.pk or by.role == batch.by.role == Role.STAFF


def refuse_at_the_end(batch: ImportBatch, by: User) -> None:
    """Look once more, after the last row, whether the person may still do all this. Raises ValidationError, and then
    nothing of the batch is written."""
    now = User.objects.filter(pk=by.pk, is_active=True).first()
    lost = now is None or now.role != by.role
    if now and now.role == Role.PARK:
        written = Project.objects.filter(pk__in=batch.rows.exclude(before={}).values("project"))
        lost = lost or written.exclude(pk__in=Project.objects.visible_to(now).values("pk")).exists()
    if lost:
        raise ValidationError("写入期间您的权限有变化，没有写入任何内容。如有疑问请联系市局投资科。")


class Preview:
    """Decides chunk after chunk and adds up what the preview says."""

    def __init__(self, prepared: Context) -> None:
        self.context = prepared
        self.hash = hashlib.sha256()
        self.verdicts: Counter[str] = Counter()
        self.reckoning = reckoning.start(prepared)
        self.scope = absent.Scope()

    def decide(self, rows: list[Row], *, lock: bool = False) -> list[Decision]:
        found, self.loaded = deciding.decide(rows, self.context, lock=lock)
        for decision in found:
            self.verdicts[decision.verdict] += 1
            self.verdicts[ASKED] += any(change.block == decisions.ASK for change in decision.changes)
            self.hash.update(json.dumps(decision.fingerprint(), ensure_ascii=False).encode())
            self.reckoning.add(decision, self.loaded)
            self.scope.add(decision, self.context)
        return found

    @property
    def digest(self) -> str:
        return self.hash.hexdigest()

    def counts(self) -> dict[str, int]:
        return {name: self.verdicts[name] for name in [*OF_ROWS, ASKED]}

    def summary(self) -> dict[str, Any]:
        return self.reckoning.as_json()


def keep(row: ImportRow, decision: Decision) -> None:
    """Take over a decision; choices made before stay where the question is the same."""
    chosen = {question(change): change["choice"] for change in row.changes if change["doubt"]}
    row.project, row.verdict, row.values, row.issues = (
        *(decision.project, decision.verdict, decision.values, decision.issues),
    )
    row.changes = [change.as_json() for change in decision.changes]
    for change in row.changes:
        if not change["update"]:
            change["choice"] = chosen.get(question(change), change["choice"])


def question(change: dict[str, Any]) -> tuple[str, str]:
    """What a choice answers; about a whole row there is only one question."""
    return change["field"], "" if change["field"] == decisions.ROW else change["new"]


def as_row(row: ImportRow, letters: dict[str, decisions.Letters]) -> Row:
    """The row as it was read, from what the preview keeps."""
    found = [issue for issue in row.issues if issue["code"] != decisions.REGISTER]
    return Row(f"“{row.sheet}”第{row.row}行", row.values, found, row.row, letters.get(row.sheet, {}))


Item = TypeVar("Item")


def chunks(items: Iterable[Item], size: int = CHUNK) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def in_order(batch: ImportBatch) -> Iterator[list[ImportRow]]:
    """The rows of the file in its order, a chunk at a time."""
    last, read = 0, batch.rows.exclude(verdict=RowVerdict.ABSENT).order_by("pk")
    while chunk := list(read.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def commit(batch: ImportBatch, *, by: User, skip_errors: bool = False, teller: Teller = NOBODY) -> dict[str, int]:
    """Write the batch in one transaction and return how many rows became what.

    Raises TakenError when somebody else was first, OutdatedError when the register has changed since the preview
    (which is then a new one), ValidationError when rows with errors are not to be skipped.
    """
    refuse(by, batch)
    if batch.counts.get(RowVerdict.ERROR) and not skip_errors:
        raise ValidationError(
            f"有{batch.counts[RowVerdict.ERROR]}行错误，没有写入。请改正后重新上传，或选择跳过错误行。"
        )
    try:
        with transaction.atomic():
            counts = write(batch, by=by, teller=teller)
    except (OutdatedError, absent.ChangedError, IntegrityError) as error:
        stage_again(batch, by=by, teller=teller)
        raise OutdatedError(CHANGED_SINCE) from error
    batch.refresh_from_db()
    return counts


def write(batch: ImportBatch, *, by: User, teller: Teller = NOBODY) -> dict[str, int]:
    """Claim the batch, decide again and write what is accepted. Runs inside the transaction of `commit`."""
    mine = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW).exclude(digest="")
    if not mine.update(state=BatchState.WRITTEN, written_at=clock.now()):
        raise TakenError(taken(batch))
    # One import at a time, and none beside a new registration: the next number is the lock.
    NumberSeries.objects.select_for_update().get_or_create(year=batch.year)
    preview = Preview(prepared(batch, by))
    letters = decisions.letters(batch.summary["sheets"])
    reason, done, before = f"表格导入：{batch.filename}", Counter[str](), tracing.marks()
    read, total = 0, sum(batch.counts.get(name, 0) for name in OF_ROWS)
    for rows in in_order(batch):
        found = preview.decide([as_row(row, letters) for row in rows], lock=True)
        choices = [{c["field"]: c["choice"] for c in row.changes} for row in rows]
        usable = [(d, c) for d, c in zip(found, choices, strict=True)]
        written = writing.write(usable, preview.loaded, preview.context, reason=reason)
        done.update(new=written.new, changed=written.changed, notes=written.notes)
        done["requests"] += asking.ask(usable, by=by, source=reason)
        remember(rows, written)
        read += len(rows)
        teller.tell(progress.WRITING, read, total)
    if preview.digest != batch.digest:
        raise OutdatedError(CHANGED_SINCE)
    done["withdrawn"] = absent.write(batch, by=by, reason=reason)
    refuse_at_the_end(batch, by)
    as_what = {"new": "written_new", "changed": "written_changed", "notes": "notes", "requests": "requests"}
    as_what["withdrawn"] = "withdrawn"
    counts = {**batch.counts, **{name: done[key] for key, name in as_what.items()}}
    ImportBatch.objects.filter(pk=batch.pk).update(counts=counts, by=by, trace=tracing.between(before, reason))
    audit.log("import.commit", by=by, obj=batch, filename=batch.filename, sha256=batch.sha256, counts=counts)
    return counts


def remember(rows: list[ImportRow], written: writing.Written) -> None:
    """Keep what stood before, for a later undo."""
    touched = []
    for row, before in zip(rows, written.befores, strict=True):
        if before:
            row.project, row.before = before
            touched.append(row)
    ImportRow.objects.bulk_update(touched, ["project", "before"], batch_size=200)


def taken(batch: ImportBatch) -> str:
    batch.refresh_from_db()
    if batch.state == BatchState.PREVIEW:
        return "这批导入正在重新核对，请等核对完成后再写入。"
    if batch.state == BatchState.DISCARDED:
        return "这批导入已放弃。请重新上传。"
    moment = (batch.written_at or clock.now()).astimezone(clock.SHANGHAI)
    return f"这批导入已由{batch.by}于{moment:%-H:%M}写入，没有重复写入。"


@transaction.atomic
def stage_again(batch: ImportBatch, *, by: User, teller: Teller = NOBODY) -> None:
    """Decide about the same rows once more and keep the new preview."""
    refuse(by, batch)
    kept = ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.PREVIEW)
    if not kept.exists():
        return
    preview, read, letters = Preview(prepared(batch, by)), 0, decisions.letters(batch.summary["sheets"])
    total = sum(batch.counts.get(name, 0) for name in OF_ROWS)
    for rows in in_order(batch):
        for row, decision in zip(rows, preview.decide([as_row(row, letters) for row in rows]), strict=True):
            keep(row, decision)
        ImportRow.objects.bulk_update(rows, ["project", "verdict", "values", "issues", "changes"], batch_size=200)
        read += len(rows)
        teller.tell(progress.DECIDING, read, total)
    batch.summary = {**batch.summary, **preview.summary()}
    finish(batch, preview)
    batch.save(update_fields=["summary", "counts", "digest", "blank_clears"])


def set_blank_clears(batch: ImportBatch, wanted: bool, *, by: User, teller: Teller = NOBODY) -> None:
    """Turn 空白即清空 on or off, which makes a new preview."""
    batch.blank_clears = wanted
    stage_again(batch, by=by, teller=teller)


def discard(batch: ImportBatch, *, by: User) -> None:
    """Give the preview up; nothing of it was written."""
    refuse(by, batch)
    mine = ImportBatch.objects.filter(pk=batch.pk, state=BatchState.PREVIEW)
    if not mine.update(state=BatchState.DISCARDED, phase=""):
        raise TakenError(taken(batch))
    audit.log("import.discard", by=by, obj=batch, filename=batch.filename)


def nothing_to_write(batch: ImportBatch) -> bool:
    """True when every row is 不变 and none asks for anything."""
    same = batch.counts.get(RowVerdict.SAME, 0) == sum(batch.counts.get(name, 0) for name in OF_ROWS)
    return same and not batch.counts.get(ASKED) and not batch.counts.get(absent.WITHDRAW)


def earlier(batch: ImportBatch, *, to: User) -> ImportBatch | None:
    """The batch in which the same file was written before, as far as the person may know of it."""
    same = ImportBatch.objects.filter(sha256=batch.sha256, year=batch.year, state=BatchState.WRITTEN)
    return same.visible_to(to).select_related("by").exclude(pk=batch.pk).order_by("-pk").first()


# --- choices on the page ---------------------------------------------------------------------------------------


@transaction.atomic
def choose(batch: ImportBatch, chosen: dict[int, dict[str, str]]) -> bool:
    """Remember keep or take for doubtful changes, by row and field. Returns True when a row now means another project
    than before (更新已有, or no longer): then the batch has to be decided about again."""
    changed, meant = [], []
    if not ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.PREVIEW).exists():
        return False
    mine = ImportRow.objects.select_for_update().filter(batch=batch, pk__in=chosen)
    for row in mine:
        before = [change["choice"] for change in row.changes]
        for change in row.changes:
            wish = chosen[row.pk].get(change["field"])
            if change["doubt"] and not change["block"] and wish in (decisions.KEEP, decisions.TAKE, decisions.UPDATE):
                meant += [row] * means(row, change, wish)
                change["choice"] = wish
        if before != [change["choice"] for change in row.changes]:
            changed.append(row)
    ImportRow.objects.bulk_update(changed, ["changes", "values"], batch_size=200)
    return bool(meant)


def means(row: ImportRow, change: dict[str, Any], wish: str) -> bool:
    """Note which project a row means by the person's word; True when that is another than before."""
    if change["field"] != decisions.ROW or not change.get("other"):
        return False
    before = row.values.get(matching.UPDATE)
    row.values.pop(matching.UPDATE, None)
    if wish == decisions.UPDATE:
        row.values[matching.UPDATE] = change["other"]
    return bool(row.values.get(matching.UPDATE) != before)


def choose_all(batch: ImportBatch, choice: str) -> bool:
    """Make one choice for every doubtful change of the batch."""
    rows = batch.rows.filter(verdict=RowVerdict.REVIEW)
    return choose(batch, {row.pk: dict.fromkeys((change["field"] for change in row.changes), choice) for row in rows})
