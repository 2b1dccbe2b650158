"""The rows below a heading and what stands in them, seen by field."""

import re
from dataclasses import dataclass

from portal.excel.cells import DATE, ERROR, NUMBER, TEXT, Cell
from portal.text import squash
from projects.importing.aliases import BOTH_DATES, MONTHS, SERIAL
from projects.importing.layout import Layout, Line
from projects.importing.wording import is_blank, is_error, says_nothing

AMOUNTS = ("total_investment", "annual_plan", "cumulative_done")
MONEY = (*AMOUNTS, *MONTHS)
DATES = ("planned_start", "planned_finish", BOTH_DATES, "actual_start", "actual_finish")
# A value in one of these columns shows that the row is a project and not a heading of a group.
EVIDENCE = (
    *("enterprise", "content", "project_code", "uscc", "nature", "year_type", "county", "park", "capacity", "stage"),
    *("progress", "problem", "address", "liaison", "number", "chain_segment", "city_leader", "next_step", *DATES),
)
# A group may belong to a park or a kind of year; the others only a project has.
STRONG = tuple(name for name in EVIDENCE if name not in ("park", "county", "nature", "year_type", "stage"))
# Where a group or total row may carry the number of its projects.
COUNTED = ("name", *EVIDENCE, "responsible_unit", "industry_group", SERIAL)

COUNT = re.compile(r"(?:共计?|合计)?(\d{1,6})(?:个|项|家)?(?:项目)?")


@dataclass
class Table:
    """The rows below one heading. `numbered`: projects carry a 序号, so a row without one is none."""

    layout: Layout
    heading: list[Line]
    numbered: bool = False

    def cell(self, line: Line, name: str) -> Cell | None:
        """The value of a field, merged cells filled in; None when blank."""
        cell = line.cells.get(self.layout.fields.get(name, 0))
        return None if is_blank(cell) else cell

    def own(self, line: Line, name: str) -> Cell | None:
        """The value written in this very row."""
        column = self.layout.fields.get(name, 0)
        return None if column in line.origin else self.cell(line, name)

    def text(self, line: Line, name: str) -> str:
        cell = self.own(line, name)
        return squash(cell.text) if cell else ""


def has_evidence(table: Table, line: Line, *, among: tuple[str, ...] = EVIDENCE) -> bool:
    """Return whether the row holds data that only a project has."""
    return any(_is_evidence(name, cell) for name in among if (cell := table.own(line, name)))


def _is_evidence(name: str, cell: Cell) -> bool:
    if is_error(cell):
        return False
    if cell.kind == NUMBER:
        return name in DATES and cell.number > 1900
    text = squash(cell.text)
    return cell.kind in (TEXT, DATE) and not says_nothing(text) and not COUNT.fullmatch(text)


def count_in_data(table: Table, line: Line) -> int | None:
    """Return a bare number that stands in a column of words: the number of projects of a group or total row."""
    for name in COUNTED:
        cell = table.own(line, name)
        if cell is None or cell.kind == ERROR or (name in DATES and cell.kind == DATE):
            continue
        found = COUNT.fullmatch(squash(cell.text))
        if found and not (name in DATES and int(found[1]) > 1900):
            return int(found[1])
    return None


def label(table: Table, line: Line) -> str:
    """The words of a group or total row as written: those in the name column, else the first ones."""
    cell = table.own(line, "name")
    return cell.text if cell else raw_first(line)


def raw_first(line: Line) -> str:
    """The first text of a row as written."""
    return next((cell.text for _, cell in sorted(line.own().items())), "")
