"""Blank cells: by default they say nothing, with 空白即清空 they empty what the register holds."""

from typing import Any

from projects.importing import columns
from projects.importing.columns import COLUMNS, Column
from projects.importing.context import Context
from projects.importing.decisions import Change, Decision
from projects.models import Project, YearPlan

VANISHING = ("actual_start", "actual_finish")
NEVER = (
    "name",
    "hold",
    "hold_reason",
    "unit",
    "county",
)  # what a project cannot be without, and what a blank does not decide
CLEARABLE = tuple(column.key for column in COLUMNS if column.key not in NEVER)
EMPTY = "（空）"
BACKWARDS = {
    "stage": "项目阶段会被清空",
    "opening_cumulative": "累计完成投资会被清空",
    "total_investment": "总投资会被清空",
}


def blank(decision: Decision, plan: YearPlan | None, context: Context) -> None:
    """What blank cells take away. An actual date that the file no longer has is always asked about, whatever else goes
    backwards when blank cells empty."""
    if not decision.project:
        return
    keys = decision.values.get("blank", [])
    for column in COLUMNS:
        if (
            column.key in keys
            and column.key not in decision.values
            and (context.blank_clears or column.key in VANISHING)
        ):
            clear(decision, column, plan, context)


def clear(decision: Decision, column: Column, plan: YearPlan | None, context: Context) -> None:
    old = columns.current(column, decision.project, plan) if decision.project else None
    if old is None:
        return
    doubt = f"表中没有{column.label}" if column.key in VANISHING else BACKWARDS.get(column.key, "")
    text = columns.show(column, old, context.names)
    change = Change(column.key, column.label, text, EMPTY, None, old, doubt=doubt, take=not doubt)
    decision.changes.append(change)


def emptied(target: Project | YearPlan, column: Column) -> Any:
    """The value a cleared field takes: None where the column of the database allows it, else its empty text."""
    field: Any = target._meta.get_field(column.fields[0])
    return None if field.null else field.get_default()
