"""Long files are read, decided about and written by a job: by the worker, or beside the page when there is no worker.

The database holds what is to be done (`ImportBatch.job`), how far that is (`phase`) and whose turn it is (`attempt`).
A job that died is begun again; whatever it left is made anew. Writing is one transaction, so that it happened or not.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.db.models import F

from portal import audit, clock, poke
from portal.excel.refusal import Refused
from portal.models import User
from projects.choices import OF_ROWS, BatchState, JobPhase
from projects.importing import batches, mapping, progress, undoing, uploads
from projects.importing.progress import Progress, Teller
from projects.models import ImportBatch

LONG_FILE = 200 * 1024  # bytes; about a thousand projects
LONG_BATCH = 1_000  # rows
PATIENCE = timedelta(seconds=5)  # for the worker to begin
SILENCE = timedelta(seconds=45)  # after which a job counts as dead
THREAD = "import-"
TASK = "projects.tasks.run_imports"
READ, AGAIN, WRITE, UNDO = "read", "again", "write", "undo"
WORDS = {READ: "读取和核对", AGAIN: "重新核对", WRITE: "写入", UNDO: "撤销"}
DIED = "后台程序在{what}时停止了，没有写入任何内容。请点“重新开始”。"
BROKE = "{what}时系统出现错误，没有写入任何内容。请点“重新开始”；如仍不行，请联系系统管理员。"
logger = logging.getLogger(__name__)


def is_long(batch: ImportBatch) -> bool:
    return sum(batch.counts.get(name, 0) for name in OF_ROWS) > LONG_BATCH


def queue(batch: ImportBatch, what: str, *, by: User, **words: object) -> None:
    """Have something done with the batch. What is being done already is not begun twice."""
    mine = ImportBatch.objects.filter(pk=batch.pk).exclude(phase__in=[JobPhase.QUEUED, JobPhase.RUNNING])
    job = {"what": what, "by": by.pk, **words}
    if mine.update(job=job, phase=JobPhase.QUEUED, phase_at=clock.machine_now(), trouble=""):
        poke.after_commit(TASK)


def restart(batch: ImportBatch) -> bool:
    """Begin a job again that failed or died; False when it is still at work."""
    if batch.phase == JobPhase.RUNNING and not is_dead(batch):
        return False
    mine = ImportBatch.objects.filter(pk=batch.pk, phase=batch.phase, attempt=batch.attempt)
    if not mine.update(phase=JobPhase.QUEUED, phase_at=clock.machine_now(), trouble=""):
        return False
    poke.after_commit(TASK)
    return True


# --- doing it --------------------------------------------------------------------------------------------------


def run_pending() -> int:
    """Do what is waiting, oldest first; returns how many jobs were done here."""
    waiting = ImportBatch.objects.filter(phase=JobPhase.QUEUED).order_by("phase_at").values_list("pk", flat=True)
    return sum(run(pk) for pk in waiting)


def run(pk: int) -> bool:
    """Do the job of one batch unless somebody else has it."""
    mine = ImportBatch.objects.filter(pk=pk, phase=JobPhase.QUEUED)
    if not mine.update(phase=JobPhase.RUNNING, phase_at=clock.machine_now(), attempt=F("attempt") + 1):
        return False
    batch = ImportBatch.objects.select_related("by").get(pk=pk)
    teller = Teller(file_of(batch))
    try:
        act(batch, teller)
    except Refused as refusal:
        uploads.forget(batch)
        audit.log("import.refused", by=batch.by, obj=batch, result="refused", code=refusal.code)
        end(batch, trouble=refusal.message, refused=True)
    except (ValidationError, PermissionDenied) as refusal:
        end(batch, trouble="；".join(getattr(refusal, "messages", [str(refusal)])))
    except Exception:
        logger.exception("The job of batch %s failed", pk)
        end(batch, trouble=BROKE.format(what=what(batch)))
    else:
        end(batch)
    finally:
        teller.forget()
    return True


def act(batch: ImportBatch, teller: Teller) -> None:
    by = User.objects.get(pk=batch.job["by"])
    if not by.is_active:
        raise PermissionDenied("导入人的账号已停用，没有继续。")
    WORK[batch.job["what"]](batch, by, teller)


def read(batch: ImportBatch, by: User, teller: Teller) -> None:
    wish = mapping.from_json(batch.mapping) if batch.mapping else None
    uploads.restage(batch, by=by, wish=wish, teller=teller)
    audit.log("import.upload", by=by, obj=batch, sha256=batch.sha256, counts=batch.counts)


def again(batch: ImportBatch, by: User, teller: Teller) -> None:
    batches.set_blank_clears(batch, bool(batch.job.get("blank_clears")), by=by, teller=teller)


def write(batch: ImportBatch, by: User, teller: Teller) -> None:
    batches.commit(batch, by=by, skip_errors=bool(batch.job.get("skip_errors")), teller=teller)


def undo(batch: ImportBatch, by: User, teller: Teller) -> None:
    undoing.undo(batch, by=by, digest=str(batch.job.get("digest")), teller=teller)


WORK: dict[str, Callable[[ImportBatch, User, Teller], None]] = {READ: read, AGAIN: again, WRITE: write, UNDO: undo}


def end(batch: ImportBatch, *, trouble: str = "", refused: bool = False) -> None:
    """Note how the job ended. A preview that could not be written stays, with the reason above it; a file that could
    not be read has none; who gave the batch up is not bothered."""
    failed = JobPhase.FAILED if trouble and not has_preview(batch) else ""
    mine = ImportBatch.objects.filter(pk=batch.pk, attempt=batch.attempt)
    mine.update(phase=failed, trouble=trouble[:400], job={**batch.job, "refused": refused})


def has_preview(batch: ImportBatch) -> bool:
    return not ImportBatch.objects.filter(pk=batch.pk, digest="", state=BatchState.PREVIEW).exists()


def start_here(batch: ImportBatch) -> None:
    """Do a job that no worker took, in a thread beside the page that waits for it."""
    threading.Thread(target=run_in_thread, args=[batch.pk], name=f"{THREAD}{batch.pk}", daemon=True).start()


def run_in_thread(pk: int) -> None:
    try:
        run(pk)
    finally:
        connection.close()


# --- how it stands ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What the page says. `trouble`: why it does not go on; `again`: whether beginning again may help."""

    words: str
    progress: Progress
    trouble: str = ""
    again: bool = False


def file_of(batch: ImportBatch) -> Path:
    return uploads.folder() / f"{batch.pk}.progress"


def what(batch: ImportBatch) -> str:
    return WORDS.get(batch.job.get("what", ""), "处理")


def last_sign(batch: ImportBatch, far: Progress) -> datetime:
    begun = batch.phase_at or batch.at
    return max(begun, datetime.fromtimestamp(far.at, tz=clock.SHANGHAI)) if far.at else begun


def is_dead(batch: ImportBatch) -> bool:
    sign = last_sign(batch, progress.look(file_of(batch)))
    return batch.phase == JobPhase.RUNNING and clock.machine_now() - sign > SILENCE


def is_stuck(batch: ImportBatch) -> bool:
    """Whether nobody has begun although there was time."""
    return bool(batch.phase == JobPhase.QUEUED and batch.phase_at and clock.machine_now() - batch.phase_at > PATIENCE)


def standing(batch: ImportBatch) -> Standing:
    """How the job of a batch stands."""
    far = progress.look(file_of(batch))
    if batch.phase == JobPhase.FAILED:
        return Standing("", far, batch.trouble, again=not batch.job.get("refused"))
    if is_dead(batch):
        return Standing("", far, DIED.format(what=what(batch)), again=True)
    if batch.phase == JobPhase.QUEUED:
        return Standing(f"等待{what(batch)}", Progress())
    return Standing(far.words or f"正在{what(batch)}", far)
