"""我的下载: Word and Excel files made in the background, for one person, kept for thirty days.

The row holds what is to be written and whose turn it is; a task only says "look". A page that shows a row nobody took
in five seconds does it itself, in a thread of the web process.
"""

import hashlib
import logging
import os
import tempfile
import threading
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from portal import audit, clock, poke
from portal.choices import Role
from portal.models import User
from projects import paper_tables, word
from projects.choices import DownloadKind
from projects.models import Download
from projects.papers import Paper

PATIENCE = timedelta(seconds=5)  # for the worker to begin
SILENCE = timedelta(seconds=90)  # after which whoever worked on a file counts as gone
KEPT_DAYS = 30
MOST = 50  # files a person keeps; the oldest make room
MOST_WAITING = 10  # files a person may have asked for that are not written yet
MOST_THREADS = 2  # of one web process
THREAD, TASK = "download-", "projects.tasks.run_downloads"
ENDINGS = {DownloadKind.WORD: "docx", DownloadKind.EXCEL: "xlsx"}
WRITERS = {DownloadKind.WORD: word.write, DownloadKind.EXCEL: paper_tables.write}
FAILED = "生成文件时出错，请重新生成；仍不成功请联系系统管理员。"
GONE = "文件已不在服务器上，请重新生成。"
NAME = 80
NOT_IN_NAME = '\\/:*?"<>|\r\n\t'
logger = logging.getLogger(__name__)


@transaction.atomic
def ask(*, paper: Paper, kind: DownloadKind, by: User) -> Download:
    """Have the paper written as a file for the person who asks. The paper is kept with the wish: the file says what
    the page said, whatever changes meanwhile."""
    if by.role not in (Role.STAFF, Role.LEADER, Role.PARK):
        raise PermissionDenied
    if Download.objects.filter(user=by).pending().count() >= MOST_WAITING:
        raise ValidationError(f"您已有{MOST_WAITING}个文件在生成，请等它们生成后再申请。")
    row = Download.objects.create(
        user=by, kind=kind, title=paper.title, wanted={"paper": paper.to_json()}, queued_at=clock.machine_now()
    )
    older = Download.objects.filter(user=by).exclude(finished_at=None).order_by("-queued_at", "-pk")[MOST:]
    remove([one.pk for one in older])
    audit.log("paper.download", by=by, obj=row, kind=paper.kind, scope=paper.scope, form=str(kind))
    poke.after_commit(TASK)
    return row


def again(row: Download) -> None:
    """Write a file once more: one that failed or is lost, or one that is there and then makes room."""
    Download.objects.filter(pk=row.pk).exclude(finished_at=None).update(
        finished_at=None, failed_why="", beat_at=None, file_name="", sha256="", size=0, queued_at=clock.machine_now()
    )
    poke.after_commit(TASK)


# --- doing it ------------------------------------------------------------------------------------------------------


def run_pending() -> int:
    """Write what waits or was left behind, clear away what is old; returns how many were finished here."""
    expire()
    return sum(work(row) for row in Download.objects.pending() if not is_held(row))


def is_held(row: Download) -> bool:
    return bool(row.beat_at and clock.machine_now() - row.beat_at < SILENCE)


def work(row: Download) -> bool:
    """Write one file; False when somebody else has it. A failure is said in words and ends it."""
    beat = clock.machine_now()
    mine = Download.objects.filter(pk=row.pk, finished_at=None)
    if not mine.filter(beat_at=row.beat_at).update(beat_at=beat):
        return False
    try:
        told = written(row)
    except Exception:
        logger.warning("The download %s failed", row.pk, exc_info=True)
        told = {"failed_why": FAILED}
    now = clock.machine_now()
    kept = {"finished_at": now, "kept_until": now + timedelta(days=KEPT_DAYS)}
    return bool(mine.filter(beat_at=beat).update(**kept, **told))


def written(row: Download) -> dict[str, object]:
    """Write the file of a row to the disk in place of an earlier one; returns what the row keeps of it."""
    kind, paper = DownloadKind(row.kind), Paper.from_json(row.wanted["paper"])
    made = BytesIO()
    WRITERS[kind](paper, made)
    content = made.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    handle, aside = tempfile.mkstemp(dir=folder(), prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    name = f"{row.pk}-{digest}"
    os.replace(aside, folder() / name)
    unlink([one.name for one in folder().glob(f"{row.pk}-*") if one.name != name])
    return {"file_name": f"{file_name(paper)}.{ENDINGS[kind]}", "sha256": digest, "size": len(content)}


def start_here(row: Download) -> None:
    """Write a file that no worker took, in a thread beside the page that shows it. With enough of them at work it waits
    for the next look of the page."""
    if sum(thread.name.startswith(THREAD) for thread in threading.enumerate()) >= MOST_THREADS:
        return
    threading.Thread(target=run_in_thread, args=[row], name=f"{THREAD}{row.pk}", daemon=True).start()


def run_in_thread(row: Download) -> None:
    try:
        work(row)
    finally:
        connection.close()


def needs_hand(row: Download) -> bool:
    """Whether nobody has it although there was time: not begun, or its worker is gone."""
    if row.finished_at:
        return False
    last: datetime = row.beat_at or row.queued_at
    return clock.machine_now() - last > (SILENCE if row.beat_at else PATIENCE)


# --- what is kept --------------------------------------------------------------------------------------------------


def folder() -> Path:
    """Where the files are kept, for nobody but the site to read."""
    place = Path(settings.MEDIA_ROOT) / "downloads"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def path_of(row: Download) -> Path | None:
    """The file of a row; None when it is not there any more."""
    place = folder() / f"{row.pk}-{row.sha256}"
    return place if row.sha256 and place.is_file() else None


def file_name(paper: Paper) -> str:
    """The title as a file may be called, 演示数据 said."""
    mark = "（演示数据）" if paper.demo else ""
    return "".join("_" if sign in NOT_IN_NAME or not sign.isprintable() else sign for sign in paper.title)[:NAME] + mark


def expire() -> int:
    """Remove files and rows whose days are over."""
    old = Download.objects.filter(kept_until__lt=clock.machine_now())
    return remove(list(old.values_list("pk", flat=True)))


def remove(rows: list[int]) -> int:
    """Forget these files, first the rows, then what is on the disk."""
    if not rows:
        return 0
    names = [f"{pk}-{digest}" for pk, digest in Download.objects.filter(pk__in=rows).values_list("pk", "sha256")]
    Download.objects.filter(pk__in=rows).delete()
    transaction.on_commit(partial(unlink, names))
    return len(names)


def unlink(names: list[str]) -> None:
    for name in names:
        (folder() / name).unlink(missing_ok=True)
