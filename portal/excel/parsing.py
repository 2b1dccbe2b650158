"""Parse a pre-scanned workbook with openpyxl, row by row, inside the child process.

openpyxl's read-only sheets know neither merged areas nor formulas without a stored result, and walk through every cell
up to the furthest one; therefore its sheet parser is driven directly, one row at a time.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from defusedxml import ElementTree
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import builtin_format_code
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet import _reader as sheet_xml
from openpyxl.xml.constants import SHARED_STRINGS, STYLES_TYPE

from portal.excel import formats, limits
from portal.excel.cells import BOOLEAN, DATE, ERROR, NUMBER, TEXT
from portal.excel.refusal import FAR, LONG_TEXT, Refused
from portal.text import visible

MAIN = f"{{{sheet_xml.SHEET_MAIN_NS}}}"
MERGED, STRING, RUN, TEXT_OF = f"{MAIN}mergeCell", f"{MAIN}si", f"{MAIN}r", f"{MAIN}t"
CELL = 24  # what a cell costs apart from its characters
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Reader(ExcelReader):
    """Finds the sheets. Shared strings are read as they are (openpyxl drops the marks by which Excel escapes
    characters); styles, properties and links are left alone: many programs write them in ways openpyxl refuses."""

    def read(self) -> None:
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        self.read_worksheets()

    def read_strings(self) -> None:
        part = self.package.find(SHARED_STRINGS)
        if part is not None:
            with self.archive.open(part.PartName[1:]) as source:
                self.shared_strings = list(_strings(source))

    def read_chartsheet(self, sheet: Any, rel: Any) -> None:
        """A sheet with nothing but a chart has no cells."""

    def number_formats(self) -> list[str]:
        """Return the number format of each cell style. Nothing else in the styles matters, so nothing else can fail."""
        part = self.package.find(STYLES_TYPE)
        if part is None:
            return []
        with self.archive.open(part.PartName[1:]) as source:
            tree = ElementTree.parse(source)
        own = {int(fmt.get("numFmtId", 0)): fmt.get("formatCode", "") for fmt in tree.iter(f"{MAIN}numFmt")}
        styles = tree.find(f"{MAIN}cellXfs")
        return [_code(int(style.get("numFmtId", 0)), own) for style in (() if styles is None else styles)]


def _strings(source: Any) -> Iterator[str]:
    for _, element in sheet_xml.iterparse(source):
        if element.tag == STRING:
            text = _joined(element)
            if len(text) > limits.STRING:
                raise Refused("too_large", LONG_TEXT)
            element.clear()
            yield text


def _joined(element: Any) -> str:
    """The text of a string, put together from its differently formatted runs."""
    return "".join(piece.findtext(TEXT_OF) or "" for piece in (element, *element.findall(RUN)))


class Parser(sheet_xml.WorkSheetParser):
    """Yields the rows of a sheet and collects its merged areas; ignores everything else in the part."""

    def stream(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        self.merges: list[tuple[int, int, int, int]] = []
        for _, element in sheet_xml.iterparse(self.source):
            if element.tag == sheet_xml.ROW_TAG:
                yield self.parse_row(element)
                element.clear()
            elif element.tag == MERGED:
                left, top, right, bottom = range_boundaries(element.get("ref"))
                self.merges.append((top, left, bottom, right))

    def parse_cell(self, element: Any) -> dict[str, Any]:
        inline = element.find(sheet_xml.INLINE_STRING) if element.get("t") == "inlineStr" else None
        if inline is not None:
            element.remove(inline)
        cell: dict[str, Any] = super().parse_cell(element)
        if inline is not None:
            cell.update(value=_joined(inline), data_type="s")
        elif cell["value"] is None and element.find(sheet_xml.FORMULA_TAG) is not None and element.get("t") != "str":
            cell.update(value="", data_type="e")
        return cell


def parse(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of the child's protocol (see `child`) for every sheet in workbook order."""
    # opened here: given a path, openpyxl goes by its ending, and the content of a file decides what it is
    reader = Reader(path.open("rb"), read_only=True, data_only=True, keep_links=False)
    reader.read()
    book = reader.wb
    codes = reader.number_formats()
    dates = {index for index, code in enumerate(codes) if formats.is_date(code)}
    spent = [limits.CHARACTERS]
    for sheet in book.worksheets:
        yield {"sheet": sheet.title, "hidden": sheet.sheet_state != "visible"}
        with sheet._get_source() as source:
            parser = Parser(source, reader.shared_strings, data_only=True, epoch=book.epoch, date_formats=dates)
            yield from _rows(parser, codes, spent)


def _rows(parser: Parser, codes: list[str], spent: list[int]) -> Iterator[dict[str, Any]]:
    bottom = right = 0
    for number, cells in parser.stream():
        row = [_cell(cell, codes) for cell in cells if cell["value"] is not None]
        if not row:
            continue
        bottom, right = number, max(right, *(cell[0] for cell in row))
        if bottom > limits.LAST_ROW or right > limits.LAST_COLUMN:
            raise Refused("too_large", FAR)
        spent[0] -= sum(len(cell[2]) + CELL for cell in row)
        if spent[0] < 0:
            raise Refused("too_large")
        yield {"r": number, "c": row}
    areas = [(top, left, min(end, bottom), min(last, right)) for top, left, end, last in parser.merges]
    areas = [area for area in areas if area[2] >= area[0] and area[3] >= area[1]]
    if sum((end - top + 1) * (last - left + 1) for top, left, end, last in areas) > limits.MERGED_CELLS:
        raise Refused("too_large", FAR)
    yield {"merges": areas}


def _code(number: int, own: dict[int, str]) -> str:
    """Return the number format with this number, "" for General. `own`: those the workbook defines."""
    code = own.get(number) or builtin_format_code(number) or formats.CHINESE_BUILT_IN.get(number, "")
    return "" if code == "General" else code


def _cell(cell: dict[str, Any], codes: list[str]) -> list[Any]:
    value, kind, style = cell["value"], cell["data_type"], cell["style_id"]
    code = codes[style] if style < len(codes) else ""
    if kind == "e":
        return [cell["column"], ERROR, str(value)]
    if isinstance(value, bool):
        return [cell["column"], BOOLEAN, "TRUE" if value else "FALSE"]
    if isinstance(value, int | float):
        return [cell["column"], NUMBER, repr(value), code]
    if isinstance(value, datetime | date):
        return [cell["column"], DATE, (value.date() if isinstance(value, datetime) else value).isoformat(), code]
    if isinstance(value, time | timedelta):
        return [cell["column"], TEXT, str(value)]
    if len(value) > limits.STRING:
        raise Refused("too_large", LONG_TEXT)
    return [cell["column"], TEXT, _unescape(value)]


def _unescape(text: str) -> str:
    """Undo Excel's way of writing characters that XML cannot hold: _x000D_. What nobody sees, or no database can hold,
    is dropped."""
    return visible(ESCAPED.sub(_escaped, text) if "_x" in text else text)


def _escaped(found: re.Match[str]) -> str:
    char = chr(int(found[1], 16))
    return char if char in "\t\n\r" or (char >= " " and not "\ud800" <= char <= "\udfff") else ""
