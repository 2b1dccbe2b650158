"""Find the heading of a sheet: its first row, the merged parents above and the rows below that belong to it."""

import re
from itertools import pairwise

from portal.excel.cells import NUMBER, TEXT, Area, Cell, Sheet
from portal.text import squash
from projects.importing import headings
from projects.importing.aliases import SERIAL
from projects.importing.layout import Line, path_of, stated_unit
from projects.importing.wording import is_blank

SEARCHED = 20
TALLEST = 3
SENTENCE = re.compile("[。；;！!？?]")
TITLE_WORDS = re.compile("[:：]|附件|[表单册]$|台账|^20\\d\\d年\\d{1,2}月")


def find(sheet: Sheet, lines: list[Line]) -> tuple[int, int] | None:
    """Return the indices in `lines` of the first and last row of the heading, or None when the sheet has none."""
    for index, line in enumerate(lines[:SEARCHED]):
        if is_heading(line):
            first = index - _parents_above(sheet, lines, index)
            return first, _last(sheet, lines, index, first)
        if last := _split(lines, index):
            return index, last
    return None


def _known(texts: list[str]) -> set[str]:
    found = {
        match.field
        for text in texts
        if len(text) <= 40 and not SENTENCE.search(text) and (match := headings.match([text], None))
    }
    return found - {SERIAL}


def is_heading(line: Line) -> bool:
    """Return whether the line has at least two known headings, one of them for the name."""
    words = [cell.value for cell in line.own().values() if cell.kind == TEXT]
    if not any(re.search("[名称]", word) for word in words):
        return False
    known = _known(words)
    return "name" in known and len(known) >= 2


def is_repeated(line: Line, heading: list[Line]) -> bool:
    """Return whether the line repeats a row of the heading."""
    own = line.own()
    for row in heading:
        words = {column: cell.text for column, cell in row.cells.items() if column in own}
        if not any(_says(own[column], words[column]) for column in sorted(words)[:3]):
            continue
        same = [column for column, word in words.items() if _says(own[column], word)]
        if len(same) >= 2 and len(same) * 2 > len(own):
            return True
    return False


def _says(cell: Cell, word: str) -> bool:
    return cell.kind == TEXT and squash(cell.value) == squash(word)


def is_column_numbers(line: Line) -> bool:
    """1 2 3 4 … (or 甲 乙 1 2 …) under the heading."""
    cells = [cell for _, cell in sorted(line.own().items())]
    if any(len(cell.value) > 5 for cell in cells):
        return False
    numbers = [cell.number for cell in cells if cell.kind == NUMBER]
    rest = [cell for cell in cells if not re.fullmatch(r"[\d.]+|[甲乙丙丁]", cell.text)]
    return len(numbers) >= 3 and not rest and all(b - a == 1 for a, b in pairwise(numbers))


def _text(line: Line, column: int) -> str:
    cell = line.cells.get(column)
    return cell.text if cell else ""


def _split(lines: list[Line], index: int) -> int | None:
    """A heading whose words are split over two or three rows, 项目 over 名称: return its last row."""
    if len(lines[index].own()) < 2:
        return None
    for last in range(index + 1, min(index + TALLEST, len(lines))):
        rows = lines[index : last + 1]
        columns = {column for line in rows for column in line.own()}
        words = ["".join(path_of(rows, column)) for column in sorted(columns)]
        exact = {headings.EXACT.get(headings.flat(word)) for word in words} | _known(words)
        names = [word for word in words if headings.EXACT.get(headings.flat(word)) == "name"]
        begun = {headings.flat(_text(lines[index], column)) for column in columns}
        if names and len(exact - {None, SERIAL}) >= 2 and any(headings.flat(n)[:2] in begun for n in names):
            return last
    return None


def _parents_above(sheet: Sheet, lines: list[Line], index: int) -> int:
    """Return how many rows above hold merged parents of the columns (项目基本情况 over 项目名称, 建设单位)."""
    height = 0
    width = len([cell for cell in lines[index].cells.values() if not is_blank(cell)])
    while height < min(index, TALLEST - 1) and _has_parents(sheet, lines[index - height - 1], width):
        height += 1
    return height


def _has_parents(sheet: Sheet, line: Line, width: int) -> bool:
    if stated_unit(line) or any(len(text) > 20 or TITLE_WORDS.search(text) for text in line.texts()):
        return False
    areas = _across(sheet, line.number)
    return any(1 < area.right - area.left + 1 < max(width - 1, 2) for area in areas) and len(line.own()) >= 2


def _across(sheet: Sheet, number: int) -> list[Area]:
    return [area for area in sheet.merges if area.top == area.bottom == number and area.left < area.right]


def _last(sheet: Sheet, lines: list[Line], index: int, first: int) -> int:
    last = index
    while last + 1 < len(lines) and last - first + 1 < TALLEST and _goes_on(sheet, lines, index, last):
        last += 1
    return last


def _goes_on(sheet: Sheet, lines: list[Line], index: int, last: int) -> bool:
    """Return whether the row below still belongs to the heading."""
    heading, below = lines[last], lines[last + 1]
    if any(area.top <= heading.number < area.bottom and area.top >= lines[index].number for area in sheet.merges):
        return True
    own = below.own()
    name = _name_column(lines[index])
    if not own or name in own or any(cell.kind != TEXT for cell in own.values()):
        return False
    children = [column for area in _across(sheet, heading.number) for column in range(area.left, area.right + 1)]
    if any(column in children for column in own):
        return True
    return any(_completes(lines[index : last + 1], column, cell.text) for column, cell in own.items())


def _name_column(line: Line) -> int | None:
    for column, cell in sorted(line.own().items()):
        found = headings.match([cell.text], None)
        if found and found.field == "name":
            return column
    return None


def _completes(above: list[Line], column: int, text: str) -> bool:
    """止年限 below 建设起, or 小计 below 2021年投资计划, or 完成投资 beside 计划投资 below 1月."""
    path = path_of(above, column)
    if not path:
        return False
    word = headings.flat("".join(path) + text)
    if word in headings.EXACT and not _known([text]):
        return True
    return headings.flat(text) in headings.SUMMARY and bool(
        _known(["".join(path)]) or re.search("月|年|投资", "".join(path))
    )
