"""What an import would do with one row: the verdict, and each change with its old and new value."""

from dataclasses import dataclass, field
from typing import Any

from projects.choices import RowVerdict
from projects.importing import issues as codes
from projects.models import Project

ROW, NOTE, YEAR, GROUP = "*", "note", "year", "group:"
KEEP, TAKE, UPDATE = "keep", "take", "update"
REGISTER = "register"  # the code of issues found against the register, not in the file
ASK, NEVER, UNUSABLE = "ask", "never", "unusable"
BLOCKED = {ASK: "需经局审核", NEVER: "您无权修改，不写入", UNUSABLE: "不写入"}


@dataclass
class Change:
    """One thing a row asks for. `doubt`: a person should look first, and `take` is what happens if nobody does;
    `block`: listed but never written. `other`: of a whole row, the project it may mean; `update`: a person said so."""

    field: str
    label: str
    old: str
    new: str
    value: Any = None
    before: Any = None
    doubt: str = ""
    take: bool = True
    block: str = ""
    why: str = ""
    other: int | None = None
    update: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "choice": UPDATE if self.update else TAKE if self.take else KEEP}


READ_AS = {"park": "unit", "cumulative_done": "opening_cumulative"}  # fields of reading by those of the register
Letters = dict[str, str]  # of the columns of a sheet, by field


@dataclass
class Row:
    """What was read from a row: where it stands, its values by field (see `columns`) and the issues of reading."""

    place: str
    values: dict[str, Any]
    found: list[dict[str, str]] = field(default_factory=list)
    number: int = 0
    letters: Letters = field(default_factory=dict)


def letters(sheets: list[dict[str, Any]]) -> dict[str, Letters]:
    """By sheet: in which column each field stands. `sheets`: as the summary of a batch keeps them."""
    return {
        sheet["name"][:40]: {
            READ_AS.get(column["field"], column["field"]): column["at"] for column in sheet.get("columns", [])
        }
        for sheet in sheets
    }


@dataclass
class Decision:
    """A row against the register as it stands. `project` is None for a new one."""

    place: str
    values: dict[str, Any]
    project: Project | None = None
    changes: list[Change] = field(default_factory=list)
    issues: list[dict[str, str]] = field(default_factory=list)
    number: int = 0
    letters: Letters = field(default_factory=dict)

    def say(self, name: str, severity: str, message: str, *, code: str = REGISTER) -> None:
        """Add an issue found against the register, with the cell it is about."""
        letter = self.letters.get(name) or self.letters.get("name")
        cell = f"{letter}{self.number}" if letter and self.number else ""
        message = f"{cell}：{message}" if cell else message
        self.issues.append({"field": name, "code": code, "severity": severity, "cell": cell, "message": message})

    @property
    def verdict(self) -> str:
        severities = {issue["severity"] for issue in self.issues}
        open_changes = [change for change in self.changes if not change.block]
        if codes.ERROR in severities:
            return RowVerdict.ERROR
        if self.project and not open_changes:
            return RowVerdict.SAME
        if codes.REVIEW in severities or any(change.doubt for change in open_changes):
            return RowVerdict.REVIEW
        return RowVerdict.CHANGED if self.project else RowVerdict.NEW

    def accepted(self, choices: dict[str, str]) -> list[Change]:
        """The changes to write, given the choices by field. A row with errors, or not taken as a whole, gives none."""
        if self.verdict == RowVerdict.ERROR:
            return []
        chosen = [change for change in self.changes if not change.block and self._taken(change, choices)]
        held_back = any(change.field == ROW and change not in chosen for change in self.changes)
        return [] if held_back else [change for change in chosen if change.field != ROW]

    def _taken(self, change: Change, choices: dict[str, str]) -> bool:
        if not change.doubt:
            return True
        return choices.get(change.field, TAKE if change.take else KEEP) in (TAKE, UPDATE)

    def fingerprint(self) -> list[Any]:
        """What must not differ between preview and writing."""
        changes = [(c.field, c.old, c.new, c.doubt, c.block) for c in self.changes]
        errors = sorted(issue["message"] for issue in self.issues if issue["severity"] == codes.ERROR)
        return [self.verdict, self.project.pk if self.project else None, changes, errors]
