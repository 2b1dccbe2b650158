"""What a park may only ask for becomes a request when its table is written (design §5)."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from portal.models import User
from projects import changes
from projects.choices import Hold, Reason, RowVerdict
from projects.importing import columns, decisions
from projects.importing.decisions import Change, Decision
from projects.models import Project


def ask(rows: list[tuple[Decision, dict[str, str]]], *, by: User, source: str) -> int:
    """Ask for what the rows want and the person may not write; returns how many requests were made. What is asked for
    already, or unclear, is left alone."""
    return sum(
        ask_for(decision.project, change, decision, by=by, source=source)
        for decision, choices in rows
        if decision.project and is_usable(decision, choices)
        for change in decision.changes
        if change.block == decisions.ASK and not change.doubt and change.field in changes.FIELDS
        if change.value is not None  # nobody is asked to forget something
    )


def is_usable(decision: Decision, choices: dict[str, str]) -> bool:
    """A row with errors, or one that may be another's double, asks for nothing."""
    held_back = any(one.field == decisions.ROW and choices.get(one.field) != decisions.TAKE for one in decision.changes)
    return decision.verdict != RowVerdict.ERROR and not held_back


def ask_for(project: Project, change: Change, decision: Decision, *, by: User, source: str) -> int:
    said = decision.values.get("problem") or decision.values.get("progress") or ""
    said = f"{said}（{source}，{decision.place}）" if said else f"{source}，{decision.place}"
    reason = decision.values.get("reason") or Reason.OTHER.value
    try:
        changes.ask(project=project, field=change.field, value=value_of(change), reason=reason, said=said[:1000], by=by)
    except ValidationError:
        return 0
    return 1


def value_of(change: Change) -> Any:
    column = columns.BY_KEY[change.field]
    if column.kind == columns.SPAN:
        return columns.to_span(change.value)
    return Decimal(change.value) if column.kind == columns.AMOUNT else Hold(change.value)
