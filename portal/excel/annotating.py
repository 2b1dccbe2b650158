"""The values of a workbook once more, with one red column to the right that says what is wrong with each row.

The copy is made in a limited child process, from the file as it was uploaded: text stays text, nothing is a formula or
a link, and cells keep their addresses, so that what the column says about N12 is found in N12.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

from portal.excel import limits
from portal.excel.cells import BOOLEAN, DATE, ERROR, NUMBER, plain
from portal.excel.refusal import TOO_SLOW, Refused

FORMATS = 400  # different number formats that are kept
MERGED = 200_000  # cells in merged areas that are kept
WIDEST, ROWS_LOOKED_AT = 40, 200
NO_RESULT = "#VALUE!"  # of a formula without a stored result


@dataclass(frozen=True)
class Notes:
    """What stands in the column of one sheet: by row, beside the heading in row `heading`. `sheet` counts from 0."""

    sheet: int
    heading: int
    rows: Mapping[int, str]


def annotate(path: str | Path, notes: Sequence[Notes], *, title: str, name: str = "") -> bytes:
    """Return the workbook with its column, headed `title`. Raises `Refused` when it cannot be made."""
    from portal.excel import reading

    asked = {"title": title, "sheets": {one.sheet: [one.heading, one.rows] for one in notes}}
    process = reading.start("annotating", Path(path), name or Path(path).name, stdin=subprocess.PIPE)
    try:
        made, _ = process.communicate(json.dumps(asked).encode(), timeout=limits.WALL)
    except subprocess.TimeoutExpired as late:
        raise Refused("too_large", TOO_SLOW) from late
    finally:
        process.kill()
        process.communicate()
    if process.returncode != 0 or not made.startswith(b"PK"):
        raise Refused("too_large", TOO_SLOW)
    return made


# ---- in the child ---------------------------------------------------------------------------------------------


def main() -> None:
    """Write the copy to standard output."""
    from portal.excel import child

    child.confine()
    asked = json.load(sys.stdin)
    target = BytesIO()
    copy(child.records(Path(sys.argv[2]), sys.argv[3]), asked, target)
    sys.stdout.buffer.write(target.getvalue())
    sys.stdout.flush()


def copy(records: Iterator[dict[str, Any]], asked: dict[str, Any], target: BytesIO) -> None:
    from portal.excel.writing import workbook

    with workbook(target, in_memory=True) as book:
        writer = Copy(book, asked["title"])
        for record in records:
            if "sheet" in record:
                heading, rows = asked["sheets"].get(str(len(writer.names)), (0, {}))
                writer.begin(record["sheet"], hidden=record["hidden"], heading=heading, rows=rows)
            elif "r" in record:
                writer.row(record["r"], record["c"])
            elif "merges" in record:
                writer.finish(record["merges"])
            elif "refused" in record:
                raise SystemExit(1)


class Copy:
    """Writes sheet after sheet."""

    def __init__(self, book: Any, title: str) -> None:
        self.book, self.title = book, title
        self.names: set[str] = set()
        self.visible = False
        self.formats: dict[tuple[str, bool], Any] = {}
        red = {"font_name": "宋体", "font_color": "#C00000", "text_wrap": True, "valign": "top"}
        self.red = book.add_format(red)
        self.red_heading = book.add_format({**red, "bold": True, "bg_color": "#FCE4E4", "valign": "vcenter"})

    def begin(self, name: str, *, hidden: bool, heading: int, rows: dict[str, str]) -> None:
        self.sheet = self.book.add_worksheet(self.free_name(name))
        self.heading, self.rows, self.last = heading, rows, 0
        self.widths: dict[int, int] = {}
        if hidden:
            self.sheet.hide()
        elif not self.visible:
            self.visible = True
            self.sheet.activate()
            self.sheet.set_first_sheet()

    def free_name(self, name: str) -> str:
        from portal.excel.writing import sheet_name

        wanted = sheet_name(name)
        number = 2
        while wanted.casefold() in self.names:
            wanted, number = f"{sheet_name(name)[:26]}({number})", number + 1
        self.names.add(wanted.casefold())
        return wanted

    def row(self, number: int, cells: list[list[Any]]) -> None:
        for column, kind, value, *code in cells:
            self.cell(number - 1, column - 1, kind, value, code[0] if code else "", bold=number == self.heading)
            self.last = max(self.last, column)
            if number <= ROWS_LOOKED_AT:
                self.widths[column] = max(self.widths.get(column, 0), len(str(value)))

    def cell(self, row: int, column: int, kind: str, value: str, code: str, *, bold: bool) -> None:
        from portal.excel.writing import write_text

        look = self.look(code, bold=bold)
        if kind == NUMBER and (number := as_number(value)) is not None:
            self.sheet.write_number(row, column, number, look)
        elif kind == BOOLEAN:
            self.sheet.write_boolean(row, column, value == "TRUE", look)
        elif kind == DATE:
            self.date(row, column, value, look)
        else:
            write_text(self.sheet, row, column, (value or NO_RESULT) if kind == ERROR else value, look)

    def date(self, row: int, column: int, value: str, look: Any) -> None:
        from datetime import date

        from portal.excel.writing import write_text

        day = date.fromisoformat(value)
        if day.year < 1900:
            write_text(self.sheet, row, column, value, look)
        else:
            self.sheet.write_datetime(row, column, day, look)

    def look(self, code: str, *, bold: bool) -> Any:
        if (code, bold) not in self.formats:
            if len(self.formats) > FORMATS:
                code = ""
            number = {"num_format": code} if code else {}
            self.formats[code, bold] = self.book.add_format({"font_name": "宋体", "bold": bold, **number})
        return self.formats[code, bold]

    def finish(self, merges: list[list[int]]) -> None:
        """Merge as before, and write the column."""
        from portal.excel.writing import write_text

        taken: set[tuple[int, int]] = set()
        for top, left, bottom, right in merges:
            area = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
            if len(area) > 1 and len(taken) + len(area) <= MERGED and not area & taken:
                taken |= area
                self.sheet.merge.append([top - 1, left - 1, bottom - 1, right - 1])
        for column, width in self.widths.items():
            self.sheet.set_column(column - 1, column - 1, min(WIDEST, 2 + width * 1.6))
        if self.rows:
            place = self.last
            self.sheet.set_column(place, place, 2 * WIDEST)
            write_text(self.sheet, max(self.heading, 1) - 1, place, self.title, self.red_heading)
            for number, text in self.rows.items():
                write_text(self.sheet, int(number) - 1, place, text, self.red)


def as_number(value: str) -> float | None:
    """The number, unless no workbook can hold it."""
    if not re.fullmatch(r"-?[\d.]+(?:[eE][+-]?\d+)?", value):
        return None
    number = float(plain(Decimal(value)))
    return number if abs(number) < 1e307 else None
