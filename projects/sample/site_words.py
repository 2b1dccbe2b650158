"""形象进度 of an invented project, month by month: from where it stood in spring to what its newest 进展 says.

Pure. A place between 0 and 4 is how far building has come: 基础, 主体, 设备安装, 调试.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from projects.choices import BEFORE_BUILDING, Stage
from projects.models import ProgressNote

PERCENT = re.compile(r"(\d+)%")
STEPS = (
    ("设备安装", 2.0), ("安装", 2.3), ("调试", 3.4), ("试车", 3.4), ("全部建成", 3.9), ("主体", 1.0), ("钢结构", 1.0),
    ("土建", 1.0), ("厂房", 1.0), ("场平", 0.0), ("桩基", 0.0), ("基础", 0.0),
)  # fmt: skip
GROUND = ("桩基", "场平")  # before the foundations
LADDER = ("基础施工完成{}%", "主体施工完成{}%", "设备安装完成{}%", "单机调试完成{}%")
BEHIND = 1.6  # how many places a running project has come since spring
WAITING = {
    Stage.SIGNED: ("投资协议已签，正在办理备案", "项目选址已确定，正在办理备案", "备案已办结，启动环评、能评编制"),
    Stage.PREPARING: ("正在办理用地、规划手续", "环评、能评报告编制中", "施工图设计中，正在办理施工许可"),
}
TRIAL, OVER, HELD, READY = "联动试车，试生产", "已竣工投产", "停工，现场封闭管理", "工程收尾，准备竣工验收"


@dataclass(frozen=True)
class Course:
    """How a project is told of: its stage, its notes, oldest first, when it began and ended. `said`: what it says of
    September, where that is told."""

    stage: str
    notes: Sequence[ProgressNote]
    began: date | None = None
    trial: date | None = None
    ended: date | None = None
    said: str = ""

    def note_between(self, after: date, until: date) -> ProgressNote | None:
        """The newest note of a span of days."""
        found = [note for note in self.notes if after < note.noted_on <= until]
        return found[-1] if found else None


def place_of(text: str) -> float | None:
    """How far building has come by the words of a note; None when they say nothing of it."""
    for word, place in STEPS:
        if word in text:
            share = PERCENT.search(text)
            far = int(share[1]) / 100 if share else 0.4
            return min(place + (far / 2 if word in GROUND else far), 3.95)
    return None


def aims(course: Course) -> list[float]:
    """Where a project stood by each thing that was said of it, oldest first; at least one."""
    told = [course.said] if course.said else [note.progress for note in course.notes]
    found = [place for text in told if (place := place_of(text)) is not None]
    return found or [3.8 if course.ended or course.trial else 1.7]


def words(course: Course, *, after: date, until: date, share: float) -> str:
    """What a report says of the days from `after` to `until`: a note of these days, else the rung of the ladder when
    this `share` of what was done by September is done."""
    note = course.note_between(after, until)
    if note and not course.ended:
        return note.progress.rstrip("。")
    return rung(course, until=until, share=share)


def rung(course: Course, *, until: date, share: float) -> str:
    if course.trial and until >= course.trial:
        return TRIAL
    if course.stage in BEFORE_BUILDING or (course.began and until < course.began):
        waiting = WAITING[Stage.SIGNED if course.stage == Stage.SIGNED else Stage.PREPARING]
        return waiting[min((until.month - 1) // 3, 2)]
    if course.ended:
        return ladder(2.4 + 1.4 * share)
    told = aims(course)
    if course.notes and until > course.notes[-1].noted_on:
        return ladder(told[-1])
    first = 0.05 if course.began else max(told[0] - BEHIND, 0.1)
    return ladder(first + (told[0] - first) * share)


def ladder(place: float) -> str:
    """设备安装完成45%."""
    step = min(int(place), len(LADDER) - 1)
    return LADDER[step].format(min(round((place - step) * 100), 99) or 1)


def other_than(text: str, before: str) -> str:
    """The same words with a little more done, where they were said a month before."""
    if text != before:
        return text
    share = PERCENT.search(text)
    more = min(int(share[1]) + 3, 100) if share else 0
    changed = PERCENT.sub(f"{more}%", text, count=1) if share else f"{text}，继续推进"
    return changed if changed != before else f"{text}，收尾中"
