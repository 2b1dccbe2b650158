"""What kind of row each one is: a project, or one of the rows around projects (domain.md §11.1 S5–S12)."""

import re

from portal.text import squash
from projects.importing import amounts
from projects.importing.aliases import FUNDING, SERIAL
from projects.importing.finding import is_column_numbers, is_heading, is_repeated
from projects.importing.grouping import MARKER, has_mark, is_group
from projects.importing.layout import Line, stated_unit
from projects.importing.table import AMOUNTS, STRONG, Table, count_in_data, has_evidence, raw_first

TITLE, UNIT, HEADER, GROUP, TOTAL, NOTE, BLANK, DUPLICATE = (
    *("title", "unit", "header", "group", "total", "note", "blank", "duplicate"),
)
PROJECT, CONTINUED = "project", "continued"

NUMBER = re.compile(r"ls\d{4}-\d{4,}")
TOTAL_WORD = re.compile(r".{0,15}?(?:合计|小计|总计|共计)(?=$|[:(\[\d共])")
NOTE_WORD = re.compile(r"(?:注|备注|说明|填表说明|填报说明|编制说明|附注|注释|数据来源|资料来源)(?:\d|[:.、]|$)|※")
FOOTER = re.compile(
    r"(?:填表|填报|制表|审核|审批|复核|编制|统计|报送|打印|单位|分管|部门|科室|经办|签发|联系|负责)"
    r"(?:人|单位|时间|日期|负责人|领导|电话)?(?:\(\S*\))?:|20\d\d年\d{1,2}月(?:\d{1,2}日)?$"
)
SIGNED = re.compile(r"(?:填表|填报|制表|审核|复核|经办)人:")
COUNT_WORDS = re.compile(r"(?:共计?|合计|总计|计)?(\d{1,6})(?:个|项)(?:项目)?")
SENTENCE = re.compile(r"\d+(?:个|项)\S*投资|总投资\S*\d")


def kind_above(line: Line) -> str:
    """Return the kind of a line above the heading."""
    text = "".join(line.texts())
    if not text:
        return BLANK
    if stated_unit(line) and "单位:" in text:
        return UNIT
    return NOTE if NOTE_WORD.match(text) or SIGNED.match(text) or _is_sentence(text) else TITLE


def kind(table: Table, line: Line, previous: str) -> str:
    """Return the kind of a line below the heading. `previous`: the kind of the line before."""
    if is_numbered(table, line):
        return PROJECT
    headed = [column for column in line.own() if column in table.layout.titles]
    serial = table.text(line, SERIAL)
    if not headed or (headed == [table.layout.fields.get(SERIAL)] and re.fullmatch(r"[\d.]+", serial)):
        return _nothing_own(table, line)
    if is_repeated(line, table.heading) or is_column_numbers(line) or is_heading(line):
        return HEADER
    return _words(table, line, previous) or _data(table, line)


def is_numbered(table: Table, line: Line) -> bool:
    """A row with a 系统编号 comes from an export: it is a project whatever its name looks like, and read strictly."""
    return NUMBER.fullmatch(table.text(line, "number")) is not None


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
    filled = len(line.own().keys() & table.layout.titles.keys())
    alone = filled == 1 or (filled == 2 and not evidence)
    if alone and (NOTE_WORD.match(first) or _is_sentence(first)):
        return NOTE
    if previous == NOTE and len(line.own()) == 1 and len(first) > 6 and not MARKER.match(raw_first(line)):
        return NOTE
    return ""


def _first(line: Line) -> str:
    return squash(raw_first(line))


def _is_sentence(text: str) -> bool:
    """An overview such as 全市共有279个项目，总投资1380亿元。"""
    return len(text) >= 15 and re.search(r"[。;,]", text) is not None and SENTENCE.search(text) is not None


def _data(table: Table, line: Line) -> str:
    """Tell projects, groups and second rows of a project apart."""
    area = line.origin.get(table.layout.fields["name"])
    if area and area.top < line.number and area.left <= table.layout.fields["name"]:
        return CONTINUED
    evidence = has_evidence(table, line)
    if not table.own(line, "name") and not (area and area.left < area.right):
        return _nameless(table, line, evidence=evidence)
    if evidence and not (has_mark(table, line) and not has_evidence(table, line, among=STRONG)):
        return PROJECT
    return GROUP if is_group(table, line) else PROJECT


def _nameless(table: Table, line: Line, *, evidence: bool) -> str:
    if evidence:
        return PROJECT if len(line.own().keys() & table.layout.titles.keys()) > 1 else CONTINUED
    serial = raw_first(line)
    if table.own(line, SERIAL) and not re.fullmatch(r"[\d.]+", serial.strip()):
        return GROUP
    money = any(table.own(line, name) for name in AMOUNTS)
    return PROJECT if money and not table.own(line, FUNDING) else CONTINUED


def count(table: Table, line: Line) -> int | None:
    """Return the number of projects a total row states: 279个项目, or a bare number in a column of words."""
    for text in line.texts():
        if found := COUNT_WORDS.fullmatch(TOTAL_WORD.sub("", text).strip(":()")):
            return int(found[1])
    return count_in_data(table, line)


def total(table: Table, line: Line) -> amounts.Amount:
    return amounts.read(table.own(line, "total_investment"), table.layout.unit_of("total_investment"))
