"""Write a table as comma-separated text: UTF-8 with BOM, every field quoted, so that Excel and WPS open it as it is.

The title stands in the first line, where the reader looks for the year. No text is taken for a formula (`formulas`).
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from portal.excel.formulas import protected
from portal.excel.writing import Table

BOM = "\ufeff"
LINES = 200  # written at a time


def chunks(table: Table) -> Iterator[bytes]:
    """Yield the file in pieces; `table.rows` may be a generator, nothing is held back."""
    piece = [BOM, *([record([table.title])] if table.title else []), record([one.title for one in table.columns])]
    for number, values in enumerate(table.rows, start=1):
        piece.append(record(values))
        if not number % LINES:
            yield "".join(piece).encode()
            piece = []
    yield "".join(piece).encode()


def record(values: Iterable[Any]) -> str:
    return ",".join(map(field, values)) + "\r\n"


def field(value: Any) -> str:
    """One quoted field; a number as it is, two decimals for an amount."""
    if value is None:
        return '""'
    if isinstance(value, Decimal):
        return f'"{value:.2f}"'
    text = str(value) if isinstance(value, int) else protected(value.replace("\0", ""))
    return '"' + text.replace('"', '""') + '"'
