"""Workbooks that give one amount per project: which row means which project, and what is wrong with it.

The heading is looked for in the first rows of the first sheet that has one. A project is known by 系统编号, 项目代码 or
its name; a row that means none, or two, is a fault and never a guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError

from portal.excel import reading
from portal.excel.cells import Cell, Row, Sheet, address
from portal.text import squash
from projects import month_cells
from projects.importing import matching
from projects.models import Project
from projects.models.queries import ProjectQuerySet

HEADING_ROWS = 12
NUMBER_WORDS = ("系统编号", "项目编号")
CODE_WORDS = ("统一项目代码", "项目代码", "项目统一代码")
NAME_WORDS = ("项目名称", "项目", "名称")
TOTALS = re.compile(r"^(合计|总计|小计|全市|全市合计)$")
IN_YI = re.compile(r"[(（]?单位[:：]?亿元|[(（]亿元[)）]|亿元")
NO_HEADING = "没有找到表头：需要一列“系统编号”或“项目名称”，和一列“{wanted}”。请补上表头后重新上传。"


@dataclass(frozen=True)
class Line:
    """One row: what it says, the project it means, the amount in 万元, or what to do about it."""

    cell: str
    said: str
    project: Project | None = None
    amount: Decimal | None = None
    fault: str = ""


@dataclass(frozen=True)
class Columns:
    """Where a sheet keeps what is wanted, 0 where it has no such column; `unit` is that of bare amounts."""

    heading: int
    number: int
    code: int
    name: int
    amount: int
    unit: str


def read(path: Path, *, filename: str, headings: Sequence[str], projects: ProjectQuerySet) -> list[Line]:
    """The rows with an amount, in the order of the file. `headings`: what the column of amounts may be called, the
    shown name first. Raises Refused for a file that cannot be read, ValidationError when there is no heading."""
    for sheet in reading.read(path, name=filename):
        columns = None if sheet.hidden else columns_of(sheet, headings)
        if columns:
            return lines_of(sheet, columns, projects)
    raise ValidationError(NO_HEADING.format(wanted=headings[0]))


def columns_of(sheet: Sheet, headings: Sequence[str]) -> Columns | None:
    wanted = tuple(squash(one) for one in headings)
    for number in sorted(sheet.rows)[:HEADING_ROWS]:
        row = sheet.rows[number]
        amount = next((at for at, cell in row.items() if bare(cell).startswith(wanted)), 0)
        its_number, code, name = (place(row, words) for words in (NUMBER_WORDS, CODE_WORDS, NAME_WORDS))
        if amount and (its_number or code or name):
            unit = "亿元" if IN_YI.search(squash(row[amount].text)) else "万元"
            return Columns(number, its_number, code, name, amount, unit)
    return None


def bare(cell: Cell) -> str:
    """A heading without what stands in brackets at its start: 1—8月累计 counts as 累计."""
    return re.sub(r"^(\d{4}年)?(1[-—–~至到])?\d{1,2}月(份)?", "", squash(cell.text))


def place(row: Row, words: Sequence[str]) -> int:
    return next((at for word in words for at, cell in row.items() if squash(cell.text) == squash(word)), 0)


def lines_of(sheet: Sheet, columns: Columns, projects: ProjectQuerySet) -> list[Line]:
    known, lines, first = Known(projects), [], dict[int, str]()
    for number in sorted(one for one in sheet.rows if one > columns.heading):
        row = sheet.rows[number]
        texts = [row[at].text if at in row else "" for at in (columns.number, columns.code, columns.name)]
        cell, said = row.get(columns.amount), next((one for one in texts[::-1] if one), "")
        if cell is None or not cell.text or not said or TOTALS.match(squash(said)):
            continue
        line = line_of(cell, address(number, columns.amount), said, known.find(*texts), columns.unit)
        if line.project and line.project.pk in first:
            line = Line(line.cell, said, fault=f"与{first[line.project.pk]}是同一个项目，请只保留一行。")
        elif line.project:
            first[line.project.pk] = line.cell
        lines.append(line)
    return lines


def line_of(cell: Cell, where: str, said: str, found: list[Project], unit: str) -> Line:
    if not found:
        return Line(where, said, fault="库内没有这个项目，请核对系统编号或项目名称。")
    if len(found) > 1:
        numbers = "、".join(one.number for one in found[:3])
        return Line(where, said, fault=f"有{len(found)}个同名项目（{numbers}），请加一列系统编号写明是哪一个。")
    try:
        amount = month_cells.month_done(cell, unit=unit)
    except ValidationError as error:
        return Line(where, said, found[0], fault=error.messages[0])
    if amount is None:
        return Line(where, said, found[0], fault=f"没有金额，请填数字（{unit}）。")
    if amount < 0:
        return Line(where, said, found[0], fault=f"累计不能为负数（{amount}），请核对。")
    return Line(where, said, found[0], amount)


class Known:
    """The projects by number, code and name, former names included. One query."""

    def __init__(self, projects: ProjectQuerySet) -> None:
        self.by_number: dict[str, Project] = {}
        self.by_code: dict[str, Project] = {}
        self.by_name: dict[str, list[Project]] = {}
        for project in projects.select_related("unit"):
            self.by_number[project.number] = project
            if project.project_code:
                self.by_code[project.project_code] = project
            names = {squash(one) for one in [project.name, *matching.SEPARATORS.split(project.former_names)]}
            for name in names - {""}:
                self.by_name.setdefault(name, []).append(project)

    def find(self, number: str, code: str, name: str) -> list[Project]:
        """The projects a row may mean: one, none, or several of one name."""
        sure = self.by_number.get(number) or self.by_code.get(code)
        return [sure] if sure else self.by_name.get(squash(name), [])
