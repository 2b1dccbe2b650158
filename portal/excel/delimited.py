"""Comma-separated text as one sheet. UTF-8 (with or without BOM) and GB18030 are read; the delimiter is found out."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from portal.excel import limits
from portal.excel.cells import NUMBER, TEXT
from portal.excel.formulas import unprotected
from portal.excel.refusal import Refused

# What Excel writes for a number. "2021.10" and "007" are not: a number would have lost its zero.
NUMERIC = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d*[1-9])?")


def read(path: Path) -> Iterator[tuple[int, list[list[object]]]]:
    """Yield (row number, [[column, kind, value], …]) for each line."""
    text = decode(path.read_bytes())
    csv.field_size_limit(limits.STRING * 4)
    try:
        for number, fields in enumerate(csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text)), 1):
            yield number, [[column, *_cell(value)] for column, value in enumerate(fields, 1) if value.strip()]
    except csv.Error as error:
        raise Refused("not_a_workbook") from error


def decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(
        "not_a_workbook", "这个文本文件的编码无法识别。请用Excel或WPS打开，另存为“Excel 工作簿（*.xlsx）”后再上传。"
    )


def _delimiter(text: str) -> str:
    first = "\n".join(text.splitlines()[:20])
    return max(",\t;", key=first.count)


def _cell(value: str) -> tuple[str, str]:
    value = unprotected(value)
    stripped = value.strip()
    return (NUMBER, stripped) if NUMERIC.fullmatch(stripped) else (TEXT, value)
