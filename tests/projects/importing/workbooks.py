"""Workbooks for tests: small ones of our own, and the bureau's own with something changed."""

from pathlib import Path
from typing import Any

import openpyxl

from portal.models import User
from projects import reference
from projects.importing import batches, uploads
from projects.models import ImportBatch

HEAD = 3


def table(path: Path, headings: list[str], *rows: list[Any], title: str = "2021年工业投资项目推进表") -> Path:
    """Write a table with a title, a unit line and a heading, as the bureau does."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append(["单位：万元"])
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def register_with(path: Path, columns: dict[str, dict[str, Any]]) -> Path:
    """The bureau's workbook with values under headings, new ones to the right: {heading: {start of name: value}}."""
    book = openpyxl.load_workbook(reference.REGISTER)
    sheet = book.active
    places = {cell.value: cell.column for cell in sheet[HEAD]}
    for heading, values in columns.items():
        column = places.setdefault(heading, max(places.values()) + 1)
        sheet.cell(HEAD, column, heading)
        for row in range(HEAD + 1, sheet.max_row + 1):
            name = str(sheet.cell(row, places["项目名称"]).value)
            for start, value in values.items():
                if name.startswith(start):
                    sheet.cell(row, column, value)
    book.save(path)
    return path


def stage(path: Path, *, by: User, year: int | None = None) -> ImportBatch:
    received = uploads.receive(iter([path.read_bytes()]), filename=path.name, year=year)
    return uploads.stage(received, by=by)


def load(path: Path, *, by: User) -> dict[str, int]:
    """Import a workbook and return the counts."""
    return batches.commit(stage(path, by=by), by=by)
