"""Sheets as plain cells: what the child process read, and nothing about its meaning."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

TEXT, NUMBER, DATE, BOOLEAN, ERROR = "s", "n", "d", "b", "e"


class Cell(NamedTuple):
    """One value. `value` is always text: the number as written in the file, the date as 2021-03-15.

    An ERROR holds #REF! and the like; its value is empty when a formula has no stored result.
    """

    kind: str
    value: str
    format: str = ""

    @property
    def number(self) -> Decimal:
        return Decimal(self.value)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.value)

    @property
    def text(self) -> str:
        """The cell as a reader would copy it, without outer white space."""
        if self.kind == NUMBER:
            return plain(self.number)
        return self.value.strip()


class Area(NamedTuple):
    """A merged area, all four sides included."""

    top: int
    left: int
    bottom: int
    right: int


Row = dict[int, Cell]


@dataclass
class Sheet:
    """The filled cells of one sheet by row and column, both counted from 1."""

    name: str
    hidden: bool = False
    rows: dict[int, Row] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)

    @property
    def last_row(self) -> int:
        return max(self.rows, default=0)


class Book(list[Sheet]):
    """The sheets of a workbook. `links`: how many other workbooks it refers to; their values are those stored in it."""

    links = 0


def plain(number: Decimal) -> str:
    """Write a number without exponent and without idle zeros: 1.38E+10 becomes 13800000000."""
    if not number.is_finite() or abs(number.adjusted()) > 40:
        return str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def address(row: int, column: int) -> str:
    """Return the name Excel gives the cell: (12, 14) is N12."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def filled(sheet: Sheet) -> Iterator[tuple[int, Row, dict[int, Area]]]:
    """Walk the rows from 1 to the last filled one, empty ones included, with merged cells filled down and right.

    The third item tells for each filled-in column the merged area it comes from.
    """
    waiting = sorted(sheet.merges, reverse=True)
    active: list[Area] = []
    for number in range(1, sheet.last_row + 1):
        while waiting and waiting[-1].top <= number:
            active.append(waiting.pop())
        active = [area for area in active if area.bottom >= number]
        row, origin = dict(sheet.rows.get(number, {})), {}
        for area in active:
            anchor = sheet.rows.get(area.top, {}).get(area.left)
            for column in range(area.left, area.right + 1):
                if anchor and column not in row:
                    row[column], origin[column] = anchor, area
        yield number, row, origin
