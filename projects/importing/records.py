"""What `reading.read_workbook` returns, and its JSON form: the contract of the dry run."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.spans import Span
from projects.importing.declared import Declared
from projects.importing.issues import Issue, worst


@dataclass(frozen=True)
class ColumnRead:
    """A column with a heading: its letters, what it is read as ("" for nothing), the unit of bare numbers in an amount
    column, and the first values in it."""

    at: str
    title: str
    field: str = ""
    unit: str | None = None
    samples: tuple[str, ...] = ()


@dataclass
class SheetRead:
    """`unknown_columns`: headings that were not read; `fields`: those that were. `year`: of the table. `rivals`: fields
    that several columns name equally well, with the letters of those columns."""

    name: str
    used: bool
    header_row: int | list[int] | None = None
    unit: str | None = None
    year: int | None = None
    unknown_columns: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    hidden: bool = False
    columns: list[ColumnRead] = field(default_factory=list)
    rivals: dict[str, list[str]] = field(default_factory=dict)

    def survey(self) -> dict[str, Any]:
        """What the page of the columns shows."""
        columns = [vars(column) for column in self.columns]
        beside = {"hidden": self.hidden, "columns": columns, "rivals": self.rivals, "header_row": self.header_row}
        return self.as_json() | beside

    def as_json(self) -> dict[str, Any]:
        if not self.used:
            return {"name": self.name, "used": False}
        read = {"header_row": self.header_row, "unit": self.unit, "unknown_columns": self.unknown_columns}
        return {"name": self.name, "used": True, **read}


@dataclass
class ProjectRead:
    """One project. Amounts in 万元. `facts`: the other columns, if filled; `cells`: where each value stands;
    `blank`: the fields whose columns are there and empty in this row."""

    sheet: str
    row: int
    name: str | None
    flags: list[str] = field(default_factory=list)
    park: str | None = None
    enterprise: str | None = None
    total_investment: Decimal | None = None
    annual_plan: Decimal | None = None
    cumulative_done: Decimal | None = None
    planned_start: Span | None = None
    planned_finish: Span | None = None
    nature: str | None = None
    year_type: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return worst(self.issues)

    def as_json(self) -> dict[str, Any]:
        return {
            **{key: getattr(self, key) for key in ("row", "sheet", "name", "flags", "park", "enterprise")},
            **{key: _money(getattr(self, key)) for key in ("total_investment", "annual_plan", "cumulative_done")},
            **{key: _span(getattr(self, key)) for key in ("planned_start", "planned_finish")},
            **{key: getattr(self, key) for key in ("nature", "year_type", "status")},
            "issues": [vars(issue) for issue in self.issues],
            "facts": {key: str(value) if isinstance(value, Span) else value for key, value in self.facts.items()},
        }


@dataclass(frozen=True)
class SkippedRow:
    """A row that is no project; `kind` as in the contract."""

    sheet: str
    row: int
    kind: str


@dataclass
class ParsedFile:
    """A workbook as read. `declared`: what it says about itself; `reconciled`: whether that agrees, None if nothing;
    `links`: how many other workbooks it refers to (none was opened)."""

    sheets: list[SheetRead] = field(default_factory=list)
    projects: list[ProjectRead] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    declared: Declared = field(default_factory=Declared)
    reconciled: bool | None = None
    links: int = 0

    @property
    def year(self) -> int | None:
        """The year of the first table that was read."""
        return next((sheet.year for sheet in self.sheets if sheet.used), None)

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object of the dry run."""
        return {
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "projects": [project.as_json() for project in self.projects],
            "skipped": [{"row": row.row, "sheet": row.sheet, "kind": row.kind} for row in self.skipped],
            "declared": {"count": self.declared.count, "total_investment": _money(self.declared.total)},
            "reconciled": self.reconciled,
        }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _span(span: Span | None) -> dict[str, str | None] | None:
    if span is None:
        return None
    start = span.start.isoformat() if span.start else None
    return {"start": start, "end": span.end.isoformat(), "precision": span.precision}
