"""How far a job has come, in a small file beside the upload: a transaction in progress shows nothing of itself, and a
database with one writer could not take a word about it meanwhile. Losing the file loses the bar and nothing else."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from portal import clock

READING, DECIDING, WRITING, UNDOING = "正在读取表格", "正在逐行核对", "正在写入项目库", "正在撤销"
SECONDS = 0.3  # between two writes


@dataclass(frozen=True)
class Progress:
    """`total` is 0 while nobody knows; `at` in seconds of the machine's clock."""

    words: str = ""
    done: int = 0
    total: int = 0
    at: float = 0

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


class Teller:
    """Writes down how far the job has come, at most a few times a second."""

    def __init__(self, file: Path | None = None) -> None:
        self.file, self.last = file, Progress()

    def tell(self, words: str, done: int, total: int) -> None:
        now = clock.machine_now().timestamp()
        if self.file is None or (words == self.last.words and now - self.last.at < SECONDS):
            return
        self.last = Progress(words, done, total, now)
        beside = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        beside.write_text(json.dumps(vars(self.last), ensure_ascii=False))
        os.replace(beside, self.file)

    def forget(self) -> None:
        if self.file:
            self.file.unlink(missing_ok=True)


NOBODY = Teller()


def look(file: Path) -> Progress:
    """Return what the file says; an empty progress when there is none."""
    try:
        return Progress(**json.loads(file.read_text()))
    except (OSError, ValueError, TypeError):
        return Progress()
