"""附表 in Excel: each table of a paper is a sheet, amounts are numbers in 万元, text stays text."""

from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any

from portal.excel import writing
from portal.excel.writing import Column, Strong, Table
from projects import words
from projects.papers import Paper, Sheet
from projects.papers.paper import COUNT, MONEY

KINDS = {MONEY: writing.MONEY, COUNT: writing.COUNT}


def write(paper: Paper, target: IO[bytes]) -> None:
    """Write the tables of the paper, and where their figures come from, as a workbook."""
    sheets = [*paper.sheets, *([paper.sources] if paper.sources else [])]
    writing.write(target, [table(paper, sheet) for sheet in sheets])


def table(paper: Paper, sheet: Sheet) -> Table:
    mark = "　演示数据" if paper.demo else ""
    return Table(
        name=sheet.name,
        columns=[Column(title, width, KINDS.get(kind, writing.TEXT)) for title, width, kind in sheet.columns],
        rows=rows(sheet),
        title=sheet.name + mark,
        left=f"{words.BUREAU}　数据时点：{paper.as_of}",
        right=sheet.unit,
        notes=sheet.notes,
        frozen=1,
    )


def rows(sheet: Sheet) -> Iterator[Any]:
    kinds = [kind for _, _, kind in sheet.columns]
    for number, row in enumerate(sheet.rows):
        cells = [cell_of(cell, kind) for cell, kind in zip(row, kinds, strict=True)]
        yield Strong(cells) if sheet.total_first and not number else cells


def cell_of(cell: str | int | None, kind: str) -> str | int | Decimal | None:
    return Decimal(cell) if kind == MONEY and isinstance(cell, str) else cell
