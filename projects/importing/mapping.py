"""How a person wants a workbook read: which sheets, which rows are the heading, what each column is, in which unit.

Columns are named by their heading, not by their place, so that a mapping serves the next workbook of the same headings.
Headings that come twice are told apart by their order.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.text import squash
from projects.importing.fields import LABELS, UNITS
from projects.importing.layout import Layout
from projects.importing.table import MONEY

IGNORED = ""


@dataclass(frozen=True)
class SheetWish:
    """What is wanted of one sheet. None and absent headings: as found. `rows`: the first and last row of the heading.
    `columns` and `units` hold for each heading the field or unit of each column that has it, from left to right."""

    take: bool | None = None
    rows: tuple[int, int] | None = None
    columns: dict[str, list[str]] = field(default_factory=dict)
    units: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"take": self.take, "rows": self.rows, "columns": self.columns, "units": self.units}


@dataclass(frozen=True)
class Wish:
    """What is wanted of a workbook. `year` goes before that of the titles."""

    year: int | None = None
    sheets: dict[str, SheetWish] = field(default_factory=dict)

    def of(self, sheet: str) -> SheetWish:
        return self.sheets.get(sheet, AS_FOUND)

    def as_json(self) -> dict[str, Any]:
        return {"year": self.year, "sheets": {name: sheet.as_json() for name, sheet in self.sheets.items()}}


AS_FOUND = SheetWish()
NO_WISH = Wish()


def from_json(content: dict[str, Any]) -> Wish:
    sheets = {
        name: SheetWish(
            said.get("take"), tuple(said["rows"]) if said.get("rows") else None, said["columns"], said["units"]
        )
        for name, said in content.get("sheets", {}).items()
    }
    return Wish(content.get("year"), sheets)


def heading(title: str) -> str:
    """The heading of a column as it is compared."""
    return squash(title)


def key(titles: Iterable[str]) -> str:
    """Return what stands for these headings, in whatever order they come."""
    return hashlib.sha256("\n".join(sorted(map(heading, titles))).encode()).hexdigest()


def numbered(titles: dict[int, str]) -> Iterator[tuple[int, str, int]]:
    """Yield each column with its heading, and how many columns to the left have the same one."""
    seen = Counter[str]()
    for column, title in sorted(titles.items()):
        word = heading(title)
        yield column, word, seen[word]
        seen[word] += 1


def apply(plan: Layout, wish: SheetWish) -> None:
    """Make the columns of a layout what the person said they are."""
    found = {column: name for name, column in plan.fields.items()}
    fields: dict[str, int] = {}
    for column, word, place in numbered(plan.titles):
        name = _nth(wish.columns.get(word), place)
        name = found.get(column, IGNORED) if name is None else name
        if name in LABELS:
            fields.setdefault(name, column)
        unit = _nth(wish.units.get(word), place)
        if unit in UNITS and name in MONEY:
            plan.units[column] = unit
    if "name" in fields:
        plan.fields = fields


def _nth(words: list[str] | None, place: int) -> str | None:
    return words[place] if words and place < len(words) else None
