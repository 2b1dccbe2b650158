"""What kind of row each one is: a project, or one of the rows around projects (domain.md §11.1 S5–S12)."""

import re
from dataclasses import dataclass

from portal.excel.cells import DATE, ERROR, NUMBER, TEXT, Cell
from portal.text import squash
from projects.importing import amounts
from projects.importing.headings import BOTH_DATES, FUNDING, SERIAL
from projects.importing.layout import Layout, Line, is_column_numbers, is_repeated, stated_unit
from projects.importing.places import county, park
from projects.importing.wording import is_blank, is_error, says_nothing

TITLE, UNIT, HEADER, GROUP, TOTAL, NOTE, BLANK, DUPLICATE = (
    *("title", "unit", "header", "group", "total", "note", "blank", "duplicate"),
)
PROJECT, CONTINUED = "project", "continued"

AMOUNTS = ("total_investment", "annual_plan", "cumulative_done")
DATES = ("planned_start", "planned_finish", BOTH_DATES, "actual_start", "actual_finish")
# A value in one of these columns shows that the row is a project and not a heading of a group.
EVIDENCE = (
    *("enterprise", "content", "project_code", "uscc", "nature", "year_type", "county", "park", "capacity", "stage"),
    *("progress", "problem", "address", "liaison", "number", "chain_segment", "city_leader", "next_step", *DATES),
)
# Where a group or total row may carry the number of its projects.
COUNTED = ("name", *EVIDENCE, "responsible_unit", "industry_group", SERIAL)

COUNT = re.compile(r"(?:共计?|合计)?(\d{1,6})(?:个|项|家)?(?:项目)?")
COUNT_WORDS = re.compile(r"(?:共计?|合计|总计|计)?(\d{1,6})(?:个|项)(?:项目)?")
TOTAL_WORD = re.compile(r".{0,15}?(?:合计|小计|总计|共计)(?=$|[:(\[\d共])")
NOTE_WORD = re.compile(r"(?:注|备注|说明|填表说明|填报说明|编制说明|附注|注释|数据来源|资料来源)(?:\d|[:.、]|$)|※")
FOOTER = re.compile(
    r"(?:填表|填报|制表|审核|审批|复核|编制|统计|报送|打印|单位|分管|部门|科室|经办)(?:人|单位|时间|日期|负责人|领导)?(?:\(\S*\))?:"
)
SENTENCE = re.compile(r"\d+(?:个|项)\S*投资|总投资\S*\d")

MARKER = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．]|[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）]|[㈠-㈩]|[—–―]{1,2}\s*\S|-{2,}|[Ⅰ-Ⅻⅰ-ⅻ]|[①-⑳]|"
    r"[【〖].*[】〗]|第[一二三四五六七八九十]+(?:类|部分|批|篇|章|节)|[IVX]{1,4}\s*[、.．])"
)
ENUMERATOR = re.compile(
    r"[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．]?|[Ⅰ-Ⅻ㈠-㈩]|[（(]?[IVX]{1,4}[)）]?[、.．]?|[—–―-]{1,2}"
)
NATURE_ROW = re.compile(
    r"(?:20\d\d年)?(?:计划|拟|重点|重大|工业)*(?:续建|新开工|竣工投产|竣工|投产|储备|前期|预备)(?:投产|工作|类|重点|重大|工业)*(?:项目)?"
)
PLACE = re.compile(r"[\u4e00-\u9fff]{1,14}(?:人民政府|管委会|经信局|发改局|工信局|[县市区])")
COUNT_AT_END = re.compile(r"[(（\[]?(?:共计?)?\d{1,6}(?:个|项)(?:项目)?[)）\]]?$")

YEAR_TYPES = (("续建", "续建"), ("新开工", "新开工"), ("竣工|投产", "计划竣工投产"), ("储备|前期|预备", "储备"))


@dataclass
class Table:
    """The rows below one heading. `numbered`: projects carry a 序号, so a row without one is none."""

    layout: Layout
    heading: list[Line]
    numbered: bool = False

    def cell(self, line: Line, name: str) -> Cell | None:
        """The value of a field, merged cells filled in; None when blank."""
        cell = line.cells.get(self.layout.fields.get(name, 0))
        return None if is_blank(cell) else cell

    def own(self, line: Line, name: str) -> Cell | None:
        """The value written in this very row."""
        column = self.layout.fields.get(name, 0)
        return None if column in line.origin else self.cell(line, name)

    def text(self, line: Line, name: str) -> str:
        cell = self.own(line, name)
        return squash(cell.text) if cell else ""


def kind_above(line: Line) -> str:
    """Return the kind of a line above the heading."""
    text = "".join(line.texts())
    if not text:
        return BLANK
    if stated_unit(line) and "单位:" in text:
        return UNIT
    return NOTE if NOTE_WORD.match(text) or _is_sentence(text) else TITLE


def kind(table: Table, line: Line, previous: str) -> str:
    """Return the kind of a line below the heading. `previous`: the kind of the line before."""
    headed = [column for column in line.own() if column in table.layout.titles]
    serial = table.text(line, SERIAL)
    if not headed or (headed == [table.layout.fields.get(SERIAL)] and re.fullmatch(r"[\d.]+", serial)):
        return _nothing_own(table, line)
    if is_repeated(line, table.heading) or is_column_numbers(line):
        return HEADER
    return _words(table, line, previous) or _data(table, line)


def _nothing_own(table: Table, line: Line) -> str:
    area = line.origin.get(table.layout.fields["name"])
    return CONTINUED if area and area.top < line.number else BLANK


def _words(table: Table, line: Line, previous: str) -> str:
    """Recognise totals, notes and footers by their first words."""
    first = _first(line)
    evidence, numeric = has_evidence(table, line), re.fullmatch(r"[\d.]+", first) is not None
    label = table.text(line, "name") if numeric else first
    if TOTAL_WORD.match(label) and not (numeric and evidence):
        return TOTAL
    if TOTAL_WORD.match(table.text(line, "name")) and not evidence:
        return TOTAL
    if FOOTER.match(first):
        return NOTE
    alone = len([text for column, text in _own_texts(line) if column in table.layout.titles]) <= 2 and not evidence
    if alone and (NOTE_WORD.match(first) or _is_sentence(first)):
        return NOTE
    if previous == NOTE and len(line.own()) == 1 and len(first) > 6 and not MARKER.match(_raw_first(line)):
        return NOTE
    return ""


def _own_texts(line: Line) -> list[tuple[int, str]]:
    return [(column, cell.text) for column, cell in sorted(line.own().items())]


def _raw_first(line: Line) -> str:
    return next((text for _, text in _own_texts(line)), "")


def _first(line: Line) -> str:
    return squash(_raw_first(line))


def _is_sentence(text: str) -> bool:
    """An overview such as 全市共有279个项目，总投资1380亿元。"""
    return len(text) >= 15 and re.search(r"[。;,]", text) is not None and SENTENCE.search(text) is not None


def has_evidence(table: Table, line: Line) -> bool:
    return any(_is_evidence(name, cell) for name in EVIDENCE if (cell := table.own(line, name)))


def _is_evidence(name: str, cell: Cell) -> bool:
    if is_error(cell):
        return False
    if cell.kind == NUMBER:
        return name in DATES and cell.number > 1900
    text = squash(cell.text)
    return cell.kind in (TEXT, DATE) and not says_nothing(text) and not COUNT.fullmatch(text)


def _data(table: Table, line: Line) -> str:
    """Tell projects, groups and second rows of a project apart."""
    area = line.origin.get(table.layout.fields["name"])
    if area and area.top < line.number and area.left <= table.layout.fields["name"]:
        return CONTINUED
    evidence = has_evidence(table, line)
    if not table.own(line, "name") and not (area and area.left < area.right):
        return _nameless(table, line, evidence=evidence)
    return PROJECT if evidence or not is_group(table, line) else GROUP


def _nameless(table: Table, line: Line, *, evidence: bool) -> str:
    if evidence:
        return PROJECT
    serial = _raw_first(line)
    if table.own(line, SERIAL) and not re.fullmatch(r"[\d.]+", serial.strip()):
        return GROUP
    money = any(table.own(line, name) for name in AMOUNTS)
    return PROJECT if money and not table.own(line, FUNDING) else CONTINUED


def is_group(table: Table, line: Line) -> bool:
    """Return whether a named row without a project's data is the heading of a group."""
    raw = label(table, line)
    name, serial = squash(raw), table.own(line, SERIAL)
    if serial and re.fullmatch(r"[\d.]+", serial.text):
        return bool(_count_in_data(table, line)) and table.own(line, "total_investment") is not None
    if MARKER.match(raw) or (serial and ENUMERATOR.fullmatch(serial.text)) or _is_wide(table, line):
        return True
    bare = COUNT_AT_END.sub("", name)
    if bare != name or NATURE_ROW.fullmatch(bare) or _count_in_data(table, line):
        return True
    return _is_place(bare) or (table.numbered and not serial)


def _is_place(name: str) -> bool:
    return PLACE.fullmatch(name) is not None or county(name) is not None or park(name) is not None


def _is_wide(table: Table, line: Line) -> bool:
    """A label merged across the table."""
    areas = [area for area in line.origin.values() if area.top == line.number and area.left < area.right]
    return any(area.right - area.left >= 2 and area.left <= table.layout.fields["name"] <= area.right for area in areas)


def label(table: Table, line: Line) -> str:
    """The words of a group or total row as written: those in the name column, else the first ones."""
    cell = table.own(line, "name")
    return cell.text if cell else _raw_first(line)


def count(table: Table, line: Line) -> int | None:
    """Return the number of projects a total row states: 279个项目, or a bare number in a column of words."""
    for text in line.texts():
        if found := COUNT_WORDS.fullmatch(TOTAL_WORD.sub("", text).strip(":()")):
            return int(found[1])
    return _count_in_data(table, line)


def _count_in_data(table: Table, line: Line) -> int | None:
    for name in COUNTED:
        cell = table.own(line, name)
        if cell is None or cell.kind == ERROR or (name in DATES and cell.kind == DATE):
            continue
        found = COUNT.fullmatch(squash(cell.text))
        if found and not (name in DATES and int(found[1]) > 1900):
            return int(found[1])
    return None


def total(table: Table, line: Line) -> amounts.Amount:
    return amounts.read(table.own(line, "total_investment"), table.layout.unit_of("total_investment"))


def year_type(words: str) -> str | None:
    """Return the 年度类型 a group, a sheet name or a cell speaks of; None when it names none or several."""
    found = {value for pattern, value in YEAR_TYPES if re.search(pattern, squash(words))}
    return found.pop() if len(found) == 1 else None


def group_level(words: str) -> int:
    """Return how deep a group stands by its mark: 1 for 一、, 2 for （一）, 3 for others, 0 without mark."""
    text = words.strip()
    if re.match(r"[一二三四五六七八九十]{1,3}\s*[、.．]|第[一二三四五六七八九十]", text):
        return 1
    if re.match(r"[（(]\s*[一二三四五六七八九十]|[㈠-㈩]", text):
        return 2
    return 3 if MARKER.match(words) else 0
