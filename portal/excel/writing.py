"""Write lists as a workbook that people file, print and send on.

Text is always text: nothing in it becomes a formula, a link or a number, whatever it begins with. Amounts are numbers
shown with two decimals. Dates are given as text in their written form. Prints on A3 landscape, one page wide, the
heading and 第X页 共Y页 on every page.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.excel import limits
from portal.excel.formulas import UNSAFE_START

TEXT, MONEY, COUNT, TALLY = "text", "money", "count", "tally"
NUMBER_FORMATS = {TEXT: "@", MONEY: "#,##0.00", COUNT: "0", TALLY: '0"个"'}
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
A3 = 8
TYPED = "#FFF8DC"
FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_NAME = re.compile(r"[\[\]:*?/\\']")
NARROW = 16  # columns of text up to this width are centred
LINE, TALLEST = 13.5, 400.0  # points
HALF = 0.95  # width of half a Chinese character of FONT, in the unit of column widths
LONGEST_LIST = 255  # characters of a drop-down; Excel allows no more
CUT = "……（过长，已截断）"


@dataclass(frozen=True)
class Column:
    """A column: its heading, width in characters and kind (TEXT, MONEY or COUNT).

    `typed`: people write into it, its cells are tinted. `hidden`: the file carries it, the screen does not show it.
    """

    title: str
    width: float = 14
    kind: str = TEXT
    typed: bool = False
    hidden: bool = False


class Strong(tuple[Any, ...]):
    """The values of a row that stands out: a total or the heading of a group."""

    __slots__ = ()


@dataclass
class Table:
    """One sheet. A row is a sequence of str, Decimal, int or None, as long as `columns`; `rows` may be a generator.

    `left` and `right` stand between title and heading (填报单位：… and 单位：万元), `notes` below the last row, and
    below these `signed`, what people write their names and the date behind. An int in a column of text is a number of
    things: 279个. `frozen` is the number of columns that stay when scrolling. `options`: the words to choose from, by
    column; `blank_rows`: how many empty rows to prepare. `grid`: lines around empty cells too, as on paper.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    left: str = ""
    right: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
    signed: Sequence[str] = ()
    frozen: int = 2
    options: Mapping[str, Sequence[str]] = field(default_factory=dict)
    blank_rows: int = 0
    grid: bool = True


def write(target: str | Path | IO[bytes], tables: Iterable[Table], *, large: bool = False) -> None:
    """Write the tables as the sheets of an .xlsx file. `large`: keep one row at a time in memory."""
    target = str(target) if isinstance(target, Path) else target
    with workbook(target, constant_memory=large) as book:
        looks = _Looks(book)
        for table in tables:
            _write_table(book.add_worksheet(sheet_name(table.name)), looks, table)


def workbook(target: str | IO[bytes], **options: bool) -> xlsxwriter.Workbook:
    """A new workbook in which nothing becomes a formula or a link by itself."""
    return xlsxwriter.Workbook(target, {**SAFE, **options})


def sheet_name(name: str) -> str:
    """Return a name Excel accepts: up to 31 characters, none of []:*?/\\'."""
    return NOT_IN_NAME.sub(" ", name).strip()[:31].strip() or "Sheet1"


class _Looks:
    """The formats of a workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book, self.made = book, dict[tuple[Any, ...], Format]()
        self.title = book.add_format({**FONT, "font_size": 18, "bold": True, "align": "center"})
        self.plain = book.add_format({**FONT})
        self.right = book.add_format({**FONT, "align": "right"})
        self.heading = book.add_format(
            {**FONT, "bold": True, "align": "center", "text_wrap": True, "border": 1, "bg_color": "#E8EDF3"}
        )

    def empty(self, kind: str) -> Format:
        if (kind,) not in self.made:
            self.made[(kind,)] = self.book.add_format({**FONT, "num_format": NUMBER_FORMATS[kind]})
        return self.made[(kind,)]

    def of(self, kind: str, *, strong: bool, narrow: bool = False, quoted: bool = False, typed: bool = False) -> Format:
        """`quoted`: text that Excel would take for a formula once somebody edits the cell."""
        key = (kind, strong, narrow, quoted, typed)
        if key not in self.made:
            look = {**FONT, "border": 1, "text_wrap": kind == TEXT, "bold": strong, "num_format": NUMBER_FORMATS[kind]}
            if kind in (COUNT, TALLY) or (kind == TEXT and narrow):
                look["align"] = "center"
            look |= {"bg_color": TYPED} if typed else {}
            self.made[key] = self.book.add_format({**look, "quote_prefix": quoted})
        return self.made[key]


def _write_table(sheet: Worksheet, looks: _Looks, table: Table) -> None:
    for number, column in enumerate(table.columns):
        # What is typed into an empty cell stays the text or the amount of its column.
        look = None if table.grid else looks.empty(column.kind)
        sheet.set_column(number, number, column.width, look, {"hidden": True} if column.hidden else {})
    row = _write_above(sheet, looks, table)
    sheet.set_row(row, 2 * LINE + 4)
    for number, column in enumerate(table.columns):
        write_text(sheet, row, number, column.title, looks.heading)
    _set_page(sheet, row, table.frozen)
    row += 1
    plain, strong = (_cells(looks, table.columns, strong=strong) for strong in (False, True))
    for values in table.rows:
        _write_row(sheet, strong if isinstance(values, Strong) else plain, row, values, grid=table.grid)
        row += 1
    row = _prepare_rows(sheet, looks, table, row)
    _write_below(sheet, looks, table, row)


def _write_below(sheet: Worksheet, looks: _Looks, table: Table, row: int) -> None:
    """Write the notes and, with a line between, what people sign."""
    for note in table.notes:
        write_text(sheet, row, 0, note, looks.plain)
        row += 1
    if table.signed:
        sheet.set_row(row, 30)
        for place, text in _spread(table.signed, [column.width for column in table.columns]):
            write_text(sheet, row, place, text, looks.plain)


def _spread(texts: Sequence[str], widths: Sequence[float]) -> Iterator[tuple[int, str]]:
    """Place the texts over the width of the table, each from the left edge of a column."""
    edges = [sum(widths[:place]) for place in range(len(widths))]
    wanted = [sum(widths) * number / len(texts) for number in range(len(texts))]
    places = [next((place for place, edge in enumerate(edges) if edge >= left), len(edges) - 1) for left in wanted]
    if len(set(places)) == len(places):
        yield from zip(places, texts, strict=True)
    else:
        yield 0, ("　" * 8).join(texts)


def _prepare_rows(sheet: Worksheet, looks: _Looks, table: Table, row: int) -> int:
    """Give empty rows their look, so that what is typed stays text, and the words to choose from."""
    if not table.blank_rows:
        return row
    last = row + table.blank_rows - 1
    cells = _cells(looks, table.columns, strong=False)
    for number in range(row, last + 1):
        _write_row(sheet, cells, number, [None] * len(cells), grid=True)
    for number, column in enumerate(table.columns):
        words = list(table.options.get(column.title, ()))
        if words and len(",".join(words)) <= LONGEST_LIST:
            sheet.data_validation(row, number, last, number, _choice(column.title, words))
    return last + 1


def _choice(title: str, words: list[str]) -> dict[str, Any]:
    """A drop-down. Another word is possible after a warning: the import says what it cannot read."""
    said = {"error_type": "warning", "error_title": title[:32], "error_message": "请从下拉列表中选择。"}
    return {"validate": "list", "source": words, **said}


def _write_above(sheet: Worksheet, looks: _Looks, table: Table) -> int:
    """Write title and unit line; return the row of the heading."""
    row, last = 0, len(table.columns) - 1
    if table.title:
        if last > 0:
            sheet.merge_range(row, 0, row, last, "", looks.title)
        sheet.set_row(row, 32)
        write_text(sheet, row, 0, table.title, looks.title)
        row += 1
    if table.left or table.right:
        write_text(sheet, row, 0, table.left, looks.plain)
        write_text(sheet, row, last, table.right, looks.right)
        row += 1
    return row


def _set_page(sheet: Worksheet, heading: int, frozen: int) -> None:
    sheet.freeze_panes(heading + 1, frozen)
    sheet.repeat_rows(heading)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer('&C&"宋体,常规"第&P页　共&N页')


class _Cell(NamedTuple):
    """The looks of the cells of a column, found once for a whole table."""

    blank: Format
    number: Format
    text: Format
    quoted: Format
    width: float


def _cells(looks: _Looks, columns: Sequence[Column], *, strong: bool) -> list[_Cell]:
    found = []
    for column in columns:
        narrow = column.width <= NARROW
        blank = looks.of(column.kind, strong=strong, narrow=narrow, typed=column.typed)
        number = looks.of(TALLY if column.kind == TEXT else column.kind, strong=strong, typed=column.typed)
        text, quoted = (
            looks.of(TEXT, strong=strong, narrow=narrow, quoted=quoted, typed=column.typed) for quoted in (False, True)
        )
        found.append(_Cell(blank, number, text, quoted, column.width))
    return found


def _write_row(sheet: Worksheet, cells: Sequence[_Cell], row: int, values: Sequence[Any], *, grid: bool) -> None:
    most = 1
    for number, (look, value) in enumerate(zip(cells, values, strict=True)):
        if not value and (value is None or value == ""):
            if grid:
                sheet.write_blank(row, number, None, look.blank)
        elif not isinstance(value, str):
            sheet.write_number(row, number, float(value), look.number)  # xlsxwriter asks much of a Decimal
        else:
            if value[0].isalnum() and value.isprintable() and len(value) <= limits.STRING:  # needs no care
                sheet.write_string(row, number, value, look.text)
            else:
                write_text(sheet, row, number, value, look.quoted if UNSAFE_START.match(value) else look.text)
            if grid and (len(value) * 2 > look.width or "\n" in value):
                most = max(most, _lines(value, look.width))
    if most > 1:
        sheet.set_row(row, min(most * LINE + 4, TALLEST))


def _lines(text: str, width: float) -> int:
    """How many lines the text takes in a column; not every program finds that out when it opens the file."""
    return sum(max(1, math.ceil(len(part.encode("gbk", "replace")) * HALF / width)) for part in text.split("\n"))


def write_text(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """Write text as it is, apart from characters that no workbook can hold and beyond the length Excel allows."""
    text = NOT_IN_XML.sub("", text)
    if len(text) > limits.STRING:
        text = text[: limits.STRING - len(CUT)] + CUT
    if text.startswith("<r>") and text.endswith("</r>"):  # xlsxwriter would pass it on as markup
        sheet.write_rich_string(row, column, "<r>", look, text[3:], look)
    else:
        sheet.write_string(row, column, text, look)
