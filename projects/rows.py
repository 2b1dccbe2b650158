"""What a row of a list says in words. A row is a dict of columns, `late_start` and `late_finish` among them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper

from portal import spans
from projects.choices import BEFORE_BUILDING, Reason, Stage, YearType
from projects.models.sets import overdue_finish, overdue_start
from projects.words import without_phones

Row = Mapping[str, Any]
SOON_DAYS = 30
ENDS = "。；;.，, \n"
REASONS = dict(Reason.choices)
DATES = ("planned_start_from", "planned_start_to", "planned_finish_from", "planned_finish_to", "due_on")
NOTE = ("newest_note__noted_on", "newest_note__progress", "newest_note__problem", "newest_note__reason")


def lateness(on: date) -> Mapping[str, Any]:
    """Annotations that mark the rows in 逾期未开工 or 逾期未竣工, by the one definition of these."""
    return {
        "late_start": ExpressionWrapper(overdue_start(on), output_field=BooleanField()),
        "late_finish": ExpressionWrapper(overdue_finish(on), output_field=BooleanField()),
    }


def short_span(start: date | None, end: date, year: int) -> str:
    """A planned date in few characters: 3月, 7月21日, 2022年1月."""
    text = str(spans.of(start, end))
    if start == end:
        text = f"{end.year}年{end.month}月{end.day}日"
    return text.removeprefix(f"{year}年") or text


def node_words(row: Row, year: int) -> str:
    """The next key node: 计划开工3月, 计划竣工2022年1月; empty when nobody gave a date."""
    if row["stage"] in BEFORE_BUILDING or not row["stage"]:
        if row["planned_start_to"]:
            return f"计划开工{short_span(row['planned_start_from'], row['planned_start_to'], year)}"
    elif row["stage"] in (Stage.BUILDING, Stage.TRIAL) and row["planned_finish_to"]:
        return f"计划竣工{short_span(row['planned_finish_from'], row['planned_finish_to'], year)}"
    return ""


def days_late(row: Row, on: date) -> int:
    """Calendar days since the end of the planned span; 0 when the project is not late."""
    if row["late_start"]:
        return int((on - row["planned_start_to"]).days)
    return int((on - row["planned_finish_to"]).days) if row["late_finish"] else 0


def days_left(row: Row, on: date) -> int | None:
    """Days to a node that is near, None when it is far, done, or nobody's plan of this year."""
    due = row["due_on"]
    if due is None or not 0 <= (due - on).days <= SOON_DAYS:
        return None
    is_ours = row["stage"] == Stage.BUILDING or row["plan__year_type"] == YearType.NEW
    return int((due - on).days) if is_ours else None


def note_words(row: Row) -> str:
    """用地：48亩林地手续未批（9-24）, or the progress when no problem is known."""
    day = row["newest_note__noted_on"]
    if day is None:
        return ""
    reason = REASONS.get(row["newest_note__reason"], "")
    text = row["newest_note__problem"] or ("" if reason else row["newest_note__progress"])
    told = "：".join(part for part in (reason, text) if part)
    return f"{without_phones(told).rstrip(ENDS)}（{day.month}-{day.day}）"


def has_reason(row: Row) -> bool:
    return bool(row["newest_note__reason"] or row["newest_note__problem"])


def late_words(row: Row, on: date) -> str:
    """逾期未开工89天, 逾期未竣工27天; empty when the row is not late."""
    if row["late_start"] or row["late_finish"]:
        return f"逾期未{'开工' if row['late_start'] else '竣工'}{days_late(row, on)}天"
    return ""
