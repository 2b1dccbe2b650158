"""Rows that head a group of projects, and the 年度类型 they give to the rows below (domain.md §11.1 S6–S8)."""

import re

from portal.text import squash
from projects.importing.aliases import SERIAL
from projects.importing.layout import Line
from projects.importing.places import county, park
from projects.importing.table import Table, count_in_data, label

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

PROJECT_WORD = re.compile("项目|工程|生产线|技改|改造|扩能|扩建|新建|建设|迁建|搬迁|车间|厂$|中心$")

YEAR_TYPES = (("续建", "续建"), ("新开工", "新开工"), ("竣工|投产", "计划竣工投产"), ("储备|前期|预备", "储备"))


def is_group(table: Table, line: Line) -> bool:
    """Return whether a named row without a project's data is the heading of a group."""
    raw = label(table, line)
    name, serial = squash(raw), table.own(line, SERIAL)
    if serial and re.fullmatch(r"[\d.]+", serial.text):
        return bool(count_in_data(table, line)) and table.own(line, "total_investment") is not None
    if has_mark(table, line) or _is_wide(table, line):
        return True
    bare = COUNT_AT_END.sub("", name)
    if bare != name or NATURE_ROW.fullmatch(bare) or count_in_data(table, line):
        return True
    return _is_place(bare) or (table.numbered and not serial and not PROJECT_WORD.search(name))


def has_mark(table: Table, line: Line) -> bool:
    """Return whether the row begins with 一、 （一） —— Ⅰ ① 【】 or carries such a mark as its 序号."""
    serial = table.own(line, SERIAL)
    return MARKER.match(label(table, line)) is not None or (
        serial is not None and ENUMERATOR.fullmatch(serial.text) is not None
    )


def _is_place(name: str) -> bool:
    return PLACE.fullmatch(name) is not None or county(name) is not None or park(name) is not None


def _is_wide(table: Table, line: Line) -> bool:
    """A label merged across the table."""
    areas = [area for area in line.origin.values() if area.top == line.number and area.left < area.right]
    return any(area.right - area.left >= 2 and area.left <= table.layout.fields["name"] <= area.right for area in areas)


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
