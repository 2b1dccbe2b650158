"""One project row: every value read from its cells, with the issues found in it."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from portal import money
from portal.excel.cells import Cell, address
from portal.spans import Span
from portal.text import squash
from projects.importing import amounts, codes, dates, grouping, names, places
from projects.importing.aliases import BOTH_DATES, MONTHS
from projects.importing.issues import issue, strictly
from projects.importing.layout import Line
from projects.importing.records import ProjectRead
from projects.importing.rows import is_numbered
from projects.importing.table import AMOUNTS, Table
from projects.importing.wording import is_error, says_nothing

# Columns taken over as text. What they mean is decided where they are written.
TEXTS = (
    *("county", "address", "content", "industry_group", "chain_segment", "capacity", "stage", "key_level", "hold"),
    *("hold_reason", "responsible_unit", "city_leader", "bureau_owner", "park_owner", "park_phone", "liaison"),
    *("liaison_phone", "remark", "progress", "problem", "next_step", "reason", "number", "former_names", "goal"),
)
# An error of Excel here makes the row an error; in other columns it is only mentioned.
CHECKED = ("name", "enterprise", "park", "county", "nature", "year_type", "content", "project_code", "uscc")
FLAGS = ("six_pv", "stat_listed")
YES = {"是", "√", "✓", "✔", "有", "1", "true", "y", "yes", "已入统", "已列统", "已入库", "入统", "列统"}
NO = {"否", "×", "✗", "x", "无", "0", "false", "n", "no", "未入统", "未列统", "未入库", "不"}
NATURES = (
    *(("技改|技术改造|改建(?!和?扩)", "技改"), ("扩建|扩能", "扩建"), ("新建", "新建"), ("迁建|搬迁", "迁建")),
    *(("恢复", "恢复"), ("购置", "单纯购置")),
)
PLANNED = ("planned_start", "planned_finish")
PLAUSIBLE_YEARS = range(2015, 2036)
THRESHOLD, ABSURD = Decimal(500), Decimal(3_000_000)


class Row:
    """Reads the values of one line into a `ProjectRead`."""

    def __init__(self, table: Table, line: Line, sheet: str, year: int) -> None:
        self.table, self.line, self.year = table, line, year
        self.project = ProjectRead(sheet=sheet, row=line.number, name=None)
        self.strict = is_numbered(table, line)

    def cell(self, name: str) -> Cell | None:
        return self.table.cell(self.line, name)

    def place(self, name: str) -> str:
        """The address of the field's cell; that of the row's first cell when the table has no such column."""
        column = self.table.layout.fields.get(name)
        area = self.line.origin.get(column or 0)
        return address(area.top, area.left) if area else address(self.line.number, column or 1)

    def report(self, field: str, code: str, value: str = "", *, at: str = "") -> None:
        place = self.place(at or field)
        self.project.issues.append(issue(field, code, place, value))

    def text(self, name: str) -> str:
        """The text of a cell; "" when blank or an error of Excel, which is reported."""
        cell = self.cell(name)
        if cell is None:
            return ""
        if is_error(cell):
            self.report(name, "formula_error" if name in CHECKED else "formula_ignored", cell.value)
            return ""
        self.project.cells[name] = self.place(name)
        return cell.text


def read(table: Table, line: Line, *, sheet: str, year: int, inherited: str | None) -> ProjectRead:
    """Read one project row. `inherited`: the 年度类型 of its group or sheet."""
    row = Row(table, line, sheet, year)
    _read_name(row)
    _read_texts(row)
    _read_kinds(row, None if row.strict else inherited)
    _read_amounts(row)
    _read_dates(row)
    _read_codes(row)
    _check_amounts(row)
    row.project.blank = _blank(row)
    if row.strict:
        row.project.issues = [strictly(found) for found in row.project.issues]
    return row.project


def _blank(row: Row) -> list[str]:
    """The fields whose columns are all empty here; 计划开工时间 may also stand in 建设起止年限."""
    columns: dict[str, list[str]] = {}
    for name in row.table.layout.fields:
        for field in PLANNED if name == BOTH_DATES else (name,):
            columns.setdefault(field, []).append(name)
    return [field for field, names in columns.items() if not any(row.cell(name) for name in names)]


def _read_name(row: Row) -> None:
    text = row.text("name")
    name, flags = (names.one_line(text), []) if row.strict else names.clean(text)
    row.project.name, row.project.flags = name or None, flags
    if not name:
        row.report("name", "missing_name")


def _read_texts(row: Row) -> None:
    facts = row.project.facts
    for name in TEXTS:
        text = row.text(name)
        if text and not says_nothing(squash(text)):
            facts[name] = text
    for name in FLAGS:
        word = squash(row.text(name))
        if word in YES or word in NO:
            facts[name] = word in YES
    if found := re.match(r"20\d\d", squash(row.text("year"))):
        facts["year"] = int(found[0])
    enterprise = row.text("enterprise")
    row.project.enterprise = None if not enterprise or says_nothing(squash(enterprise)) else enterprise


def _read_kinds(row: Row, inherited: str | None) -> None:
    project = row.project
    nature, kind, park = row.text("nature"), row.text("year_type"), row.text("park")
    project.nature = next((name for pattern, name in NATURES if re.search(pattern, _before_bracket(nature))), None)
    project.year_type = grouping.year_type(kind) or grouping.year_type(nature) or inherited
    for field, text, read in (
        ("nature", nature, project.nature or grouping.year_type(nature)),
        ("year_type", kind, grouping.year_type(kind)),
    ):
        if text and not read and not says_nothing(squash(text)):
            row.report(field, "unknown_choice", text)
    if park and not says_nothing(squash(park)):
        project.park = places.park(park)
        if project.park is None:
            row.report("park", "unknown_park", park)


def _before_bracket(text: str) -> str:
    return re.split(r"[(（]", text)[0] or text


def _read_amounts(row: Row) -> None:
    for field in AMOUNTS:
        cell = row.cell(field)
        amount = amounts.read(cell, row.table.layout.unit_of(field))
        setattr(row.project, field, amount.wan)
        if cell:
            row.project.cells[field] = row.place(field)
        if amount.code:
            row.report(field, amount.code, cell.text if cell else "")
        if field == "total_investment":
            row.project.flags += [flag for flag in amount.flags if flag not in row.project.flags]
    for field in MONTHS:
        cell = row.cell(field)
        amount = amounts.read(cell, row.table.layout.unit_of(field))
        if amount.wan is not None:
            row.project.facts[field] = f"{amount.wan:.2f}"
        if amount.code:
            row.report(field, amount.code, cell.text if cell else "")


# ---- dates --------------------------------------------------------------------------------------------------
def _read_dates(row: Row) -> None:
    both = dates.read_period(row.cell(BOTH_DATES), row.year)
    start, start_at = _own_or_both(row, "planned_start", both[0])
    finish, finish_at = _own_or_both(row, "planned_finish", both[1])
    project = row.project
    project.planned_start = _checked(row, "planned_start", start, start_at, dates.resolve(start, None))
    project.planned_finish = _checked(
        row, "planned_finish", finish, finish_at, dates.resolve(finish, project.planned_start)
    )
    begun, ended = project.planned_start, project.planned_finish
    if begun and begun.start and ended and ended.end < begun.start:
        row.report("planned_finish", "finish_before_start", str(ended), at=finish_at)
    for field in ("actual_start", "actual_finish", "stat_listed_on", "noted_on"):
        reading = dates.read(row.cell(field), row.year)
        if span := _checked(row, field, reading, field, reading.span):
            project.facts[field] = span


def _own_or_both(row: Row, field: str, both: dates.Reading) -> tuple[dates.Reading, str]:
    """A date column of its own goes before 建设起止年限."""
    own = dates.read(row.cell(field), row.year)
    return (own, field) if own != dates.Reading() else (both, BOTH_DATES if both != dates.Reading() else field)


def _checked(row: Row, field: str, reading: dates.Reading, at: str, span: Span | None) -> Span | None:
    cell = row.cell(at)
    if cell:
        row.project.cells[field] = row.place(at)
    if reading.code:
        row.report(field, reading.code, cell.text if cell else "", at=at)
    if span and not all(day.year in PLAUSIBLE_YEARS for day in (span.start, span.end) if isinstance(day, date)):
        row.report(field, "date_out_of_range", str(span), at=at)
    return span


# ---- codes and cross checks -----------------------------------------------------------------------------------
def _read_codes(row: Row) -> None:
    facts: dict[str, Any] = row.project.facts
    code, uscc = codes.normal(row.text("project_code")), codes.normal(row.text("uscc"))
    if code and not says_nothing(code.casefold()):
        facts["project_code"] = code
        if not codes.is_project_code(code):
            row.report("project_code", "invalid_project_code", code)
        elif other := codes.other_county(code, facts.get("county", "")):
            row.report("project_code", "code_county_mismatch", other)
    if uscc and not says_nothing(uscc.casefold()):
        facts["uscc"] = uscc
        if not codes.is_uscc(uscc):
            row.report("uscc", "invalid_uscc", uscc)


def _check_amounts(row: Row) -> None:
    project = row.project
    total = project.total_investment
    if total is None:
        return
    if total == 0:
        row.report("total_investment", "zero_amount")
    elif total < THRESHOLD:
        row.report("total_investment", "below_statistics_threshold", _wan(total))
    elif total > ABSURD:
        row.report("total_investment", "unit_clash", _wan(total))
    if project.annual_plan is not None and project.annual_plan > total:
        row.report("annual_plan", "investment_exceeds_total", f"年度计划投资{_wan(project.annual_plan)}")
    if project.cumulative_done is not None and project.cumulative_done > total * Decimal("1.1"):
        row.report("cumulative_done", "investment_exceeds_total", f"累计完成投资{_wan(project.cumulative_done)}")
    stated = amounts.stated_total(project.facts.get("content", ""))
    if stated and abs(stated - total) > total * Decimal("0.05"):
        row.report("total_investment", "stated_amount_mismatch", _wan(stated))


def _wan(amount: Decimal) -> str:
    return f"{money.wan(amount)}万元"
