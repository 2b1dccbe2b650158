"""Sheets written down in a test, and what the reader makes of them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from portal.excel.cells import DATE, NUMBER, TEXT, Area, Cell, Sheet
from projects.importing.reading import read_sheets
from projects.importing.records import ParsedFile, ProjectRead

HEAD = [
    "序号",
    "项目名称",
    "项目单位",
    "所在园区",
    "总投资(万元)",
    "2021年计划投资(万元)",
    "计划开工时间",
    "计划竣工时间",
]


def cell(value: Any) -> Cell:
    if isinstance(value, Cell):
        return value
    if isinstance(value, int | float | Decimal):
        return Cell(NUMBER, str(value))
    if isinstance(value, date):
        return Cell(DATE, value.isoformat(), "yyyy-mm-dd")
    return Cell(TEXT, value)


def sheet(*rows: Sequence[Any], merges: Sequence[str] = (), name: str = "Sheet1", hidden: bool = False) -> Sheet:
    """Build a sheet from rows beginning at row 1. `merges` as in Excel: "A1:N1"."""
    filled = {
        number: {column: cell(value) for column, value in enumerate(row, 1) if value is not None}
        for number, row in enumerate(rows, 1)
    }
    return Sheet(name, hidden, {number: row for number, row in filled.items() if row}, [area(text) for text in merges])


def area(text: str) -> Area:
    first, last = text.split(":")
    column = {letter: number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}
    return Area(int(first[1:]), column[first[0]], int(last[1:]), column[last[0]])


def read(*rows: Sequence[Any], **options: Any) -> ParsedFile:
    return read_sheets([sheet(*rows, **options)])


def kinds(parsed: ParsedFile) -> dict[int, str]:
    """The kind of each row: of the skipped ones, and "project"."""
    found = {row.row: row.kind for row in parsed.skipped} | {project.row: "project" for project in parsed.projects}
    return dict(sorted(found.items()))


def project(headings: Sequence[str], values: Sequence[Any], *, title: str = "") -> ProjectRead:
    """The only project of a table with one row."""
    rows = [[title]] if title else []
    return read(*rows, headings, values).projects[0]


def codes(found: ProjectRead) -> set[tuple[str, str]]:
    return {(issue.field, issue.code) for issue in found.issues}
