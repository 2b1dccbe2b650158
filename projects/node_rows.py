"""What a row of a list of nodes says in words. A row is a dict of the columns in FIELDS."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal import spans
from projects.choices import FINISH_NODE, Hold, MilestoneState, Stage
from projects.models.node_sets import SOON_DAYS
from projects.rows import note_words as project_note_words

Row = Mapping[str, Any]
HOLDS = dict(Hold.choices)
NOTE = ("noted_on", "progress", "problem", "reason")
FIELDS = (
    *("pk", "project_id", "code", "phase", "name", "state", "na_reason", "adjusted_times", "is_key", "owner__name"),
    *(f"{name}_{end}" for name in ("original", "current", "forecast", "actual") for end in ("from", "to")),
    *("project__name", "project__unit__name", "project__total_investment", "project__stage", "project__hold"),
    *("project__unverified", "project__city_leader", "project__bureau_owner__name", "project__is_demo"),
    *(f"project__newest_note__{name}" for name in NOTE),
)


def span(row: Row, name: str) -> spans.Span | None:
    return spans.of(row[f"{name}_from"], row[f"{name}_to"])


def title(row: Row) -> str:
    return f"{row['phase']}{row['name']}"


def apart(row: Row) -> str:
    """Why an open node is in no late count: 停缓建, 退出, 进展待核实, 试生产 (另计); else empty."""
    if row["project__hold"]:
        return HOLDS[row["project__hold"]]
    if row["project__unverified"]:
        return "进展待核实"
    if row["code"] == FINISH_NODE and row["project__stage"] == Stage.TRIAL:
        return "试生产，另计"
    return ""


def state_words(row: Row, on: date) -> tuple[str, str]:
    """逾期（68天）, 临期（余3天）, 未到期, 待定, 已完成, 不适用; and late, soon or nothing as its look."""
    if row["state"] == MilestoneState.DONE:
        return ("已完成" if row["actual_to"] else "已完成，日期待补"), ""
    if row["state"] == MilestoneState.NOT_APPLICABLE:
        return "不适用", ""
    if row["current_to"] is None:
        return "待定", ""
    if why := apart(row):
        return why, ""
    left = (row["current_to"] - on).days
    if left < 0:
        return f"逾期（{-left}天）", "late"
    if left <= SOON_DAYS:
        return (f"临期（余{left}天）" if left else "临期（今天到期）"), "soon"
    return "未到期", ""


def note_words(row: Row) -> str:
    """The newest 进展 of the project, as its own list shows it."""
    return project_note_words({f"newest_note__{name}": row[f"project__newest_note__{name}"] for name in NOTE})


def owner(row: Row) -> str:
    """Who answers for the node: its own 责任人, else the bureau's for the project."""
    return row["owner__name"] or row["project__bureau_owner__name"] or ""
