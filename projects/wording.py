"""Official paragraphs, what 「复制文字」 gives: dated, with the 口径, without telephone numbers. Amounts in 万元."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from portal.money import yi
from projects.choices import Reason
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.stats import Figures, Tally

NAMED_AT_MOST = 60  # beyond this many late projects a paragraph gives counts without names
UNFILLED, UNSORTED = "原因未填", "原因未分类"
WITH_REASONS = {"overdue_start": "逾期未开工", "overdue_finish": "逾期未竣工", "overdue": "逾期"}


@dataclass(frozen=True)
class Subject:
    """Whom a paragraph is about: 五通桥基地, 全市, and the other conditions of the list in words."""

    name: str
    conditions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name + (f"（{'、'.join(self.conditions)}）" if self.conditions else "")


def paragraph(subject: Subject, found: Figures, chips: list[str], late: ProjectQuerySet) -> str:
    """The paragraph of a list: `found` counts its subject with the set `shown`; `late` are the late ones of the set."""
    text = not_started_words(subject, found) if chips == ["not_started"] else plain_words(subject, found, chips)
    key = "overdue_start" if chips == ["not_started"] else next((chip for chip in chips if chip in WITH_REASONS), None)
    count = found["overdue_start" if chips == ["not_started"] else "shown"].count
    if key and count:
        text += f"{WITH_REASONS[key]}原因：{reason_words(late, count)}。"
    demo = "；演示数据" if found["demo"].count else ""
    return f"截至{found.on.month}月{found.on.day}日，{text}（口径：{scope_words(chips)}{demo}）"


def not_started_words(subject: Subject, found: Figures) -> str:
    """五通桥基地2021年计划新开工项目20个、总投资52.62亿元，已开工6个，未开工14个、34.42亿元。其中，…"""
    new = found["planned_new"]
    aside = [
        f"{word}{found[key].count}个"
        for key, word in (
            ("new_suspended", "停缓建"),
            ("new_withdrawn", "退出"),
            ("new_stage_unknown", "阶段待核实"),
        )
        if found[key].count
    ]
    parts = [
        f"{subject}{found.year}年计划新开工项目{new.count}个、总投资{yi(new.total)}亿元",
        f"已开工{found['started'].count}个",
        f"未开工{found['not_started'].words}",
        *aside,
    ]
    return "，".join(parts) + "。" + due_words(found)


def due_words(found: Figures) -> str:
    """其中，超过计划开工时间10个、27.15亿元，未到计划时间4个、7.27亿元。"""
    if not found["not_started"].count:
        return ""
    apart = Tally(found["start_unverified"].count, found["start_unverified"].total)
    ahead = Tally(found["not_due_start"].count - apart.count, found["not_due_start"].total - apart.total)
    words = [f"超过计划开工时间{found['overdue_start'].words}", f"未到计划时间{ahead.words}"]
    if found["start_undated"].count:
        words[1] += f"（{found['start_undated'].count}个未定计划时间）"
    if apart.count:
        words.append(f"进展待核实{apart.words}")
    return f"其中，{'，'.join(words)}。"


def plain_words(subject: Subject, found: Figures, chips: list[str]) -> str:
    """乐山高新区2021年工业投资项目中，逾期未开工8个，总投资58.24亿元，年度计划投资11.03亿元。"""
    shown = found["shown"]
    amounts = f"总投资{yi(shown.total)}亿元，年度计划投资{yi(shown.plan)}亿元"
    about = f"{subject}{found.year}年工业投资项目"
    if not chips:
        return f"{about}{shown.count}个，{amounts}。{progress_line(found)}"
    label = "、".join(NAMED[chip].label for chip in chips)
    return f"{about}中，{label}{shown.count}个" + (f"，{amounts}。" if shown.count else "。")


def progress_line(found: Figures) -> str:
    """计划新开工20个，已开工6个，逾期未开工10个、27.15亿元；… for a list without a chip."""
    words = []
    if found["planned_new"].count:
        words.append(f"计划新开工{found['planned_new'].count}个，已开工{found['started'].count}个")
    if found["overdue_start"].count:
        words.append(f"逾期未开工{found['overdue_start'].words}")
    if found["overdue_finish"].count:
        words.append(f"逾期未竣工{found['overdue_finish'].words}")
    return "；".join(words) + "。" if words else ""


def scope_words(chips: list[str]) -> str:
    if chips == ["not_started"]:
        return "不含储备、停缓建"
    return "；".join(NAMED[chip].scope for chip in chips) or "按项目台账汇总"


# --- reasons ---------------------------------------------------------------------------------------------------


def reason_words(late: ProjectQuerySet, count: int) -> str:
    """用地4个（演示项目070、074、075、083），环评2个（080、088），…，原因未填2个（082、085）; most frequent first."""
    if count > NAMED_AT_MOST:
        return count_words(late)
    rows = late.order_by("plan__paper_unit", "pk").values("name", "newest_note__reason", "newest_note__problem")
    names = ShortNames()
    return "，".join(f"{label}{len(group)}个（{names.list(group)}）" for label, group in group_by_reason(rows))


def group_by_reason(rows: Iterable[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(reason_label(row["newest_note__reason"], row["newest_note__problem"]), []).append(row["name"])
    last = {UNSORTED: 1, UNFILLED: 2}
    rank = {str(label): place for place, label in enumerate(Reason.labels)}
    return sorted(groups.items(), key=lambda item: (last.get(item[0], 0), -len(item[1]), rank.get(item[0], 0)))


def count_words(late: ProjectQuerySet) -> str:
    rows = late.order_by().values("newest_note__reason").annotate(count=Count("pk")).order_by("-count")
    counts = [(row["newest_note__reason"], row["count"]) for row in rows]
    known = [f"{Reason(reason).label}{count}个" for reason, count in counts if reason]
    rest = sum(count for reason, count in counts if not reason)
    return "，".join([*known, f"原因未分类或未填{rest}个"] if rest else known)


def reason_label(reason: str | None, problem: str | None) -> str:
    """The category in words; a problem without category is 原因未分类, none at all 原因未填."""
    if reason:
        return str(Reason(reason).label)
    return UNSORTED if problem else UNFILLED


class ShortNames:
    """Names of projects as prose gives them: 演示项目070, then 074 when only the number differs from the one before."""

    def __init__(self) -> None:
        self.stem = ""

    def list(self, names: Iterable[str]) -> str:
        return "、".join(self.short(name) for name in names)

    def short(self, name: str) -> str:
        first = name.split()[0] if name.split() else name
        numbered = re.fullmatch(r"(\D+)(\d+)", first)
        if not numbered:
            return first
        stem, number = numbered.groups()
        same, self.stem = stem == self.stem, stem
        return number if same else first
