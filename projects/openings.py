"""期初数: the 本年累计 with which the system starts, read from a table by 系统编号 or 项目名称. Amounts in 万元.

The same kind of preview as the 填报表: every fault in one pass, blank cells clear nothing, nothing is kept of the file.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from portal import audit
from portal.excel import reading, writing
from portal.excel.cells import Cell, Row, Sheet, address
from portal.excel.refusal import Refused
from portal.excel.writing import MONEY, Column, Table
from portal.models import User
from portal.text import squash
from projects import month_cells, reporting, stats
from projects.importing import headings
from projects.models import MonthlyReport, Project, ReportingPeriod
from projects.month_upload import FILLED, HEADING_WITHIN, SAME, TWICE, WRONG, Fault

VERDICTS = {WRONG: "错误", FILLED: "填写", SAME: "不变"}
MOST_ROWS = 5000
LONGEST = 300  # characters of 形象进度
NUMBER, NAME, UNIT, PROGRESS = "系统编号", "项目名称", "填报单位", "形象进度"
YTD_WORDS = ("累计完成投资", "完成投资", "本年累计", "累计")
NO_TABLE = "没有找到表头：要有“系统编号”或“项目名称”，和“1—{month}月累计完成投资”。请下载期初数表填写。"
TOO_MANY = f"表里超过{MOST_ROWS}行，请分几次导入。"
UNKNOWN = "年度项目库里没有这个项目，请核对系统编号或项目名称。"
SEVERAL = "有几个同名的项目，请填系统编号。"
NEGATIVE = "本年累计不能是负数。"
HAS_REPORT = "这个项目已有月报，不能再导入期初数。"


@dataclass
class Opened:
    """One row of the file: the project, what it says, what is wrong with it, and the 期初数 there was."""

    row: int
    name: str
    verdict: str = FILLED
    project: Project | None = None
    ytd: Decimal | None = None
    progress: str = ""
    before: Decimal | None = None
    faults: list[Fault] = field(default_factory=list)

    @property
    def fault_words(self) -> str:
        return "；".join(f"{one.cell}：{one.words}" for one in self.faults)


# --- the table to fill -------------------------------------------------------------------------------------------


def ytd_heading(period: ReportingPeriod) -> str:
    return f"{period.span}累计完成投资（万元）"


def write_table(target: IO[bytes], *, period: ReportingPeriod, by: User) -> int:
    """Write the table of the register of the year, with the 期初数 there are; returns how many rows."""
    found = list(stats.register(by, year=period.year).with_names().paper_order())
    known = openings(period)
    rows = [[one.number, one.name, str(one.unit or "待分派"), *(known.get(one.pk) or (None, ""))] for one in found]
    columns = [
        Column(NUMBER, 14), Column(NAME, 40), Column(UNIT, 16),
        Column(ytd_heading(period), 18, MONEY, typed=True), Column(PROGRESS, 34, typed=True),
    ]  # fmt: skip
    title = f"{period.year}年{period.span}期初数"
    note = f"只填黄色的列；{period.span}累计指{period.year}年1月至{period.month}月，没有完成的填0，空着的不导入。"
    writing.write(target, [Table("期初数", columns, rows, title=title, right="单位：万元", notes=[note])])
    return len(rows)


def openings(period: ReportingPeriod) -> dict[int, tuple[Decimal | None, str]]:
    kept = MonthlyReport.objects.filter(period=period, is_opening=True)
    return {project: (ytd, progress) for project, ytd, progress in kept.values_list("project", "ytd_done", "progress")}


# --- reading -----------------------------------------------------------------------------------------------------


def read(path: Path, *, name: str, period: ReportingPeriod) -> tuple[Sheet, int, dict[str, int]]:
    """The sheet, the row of its heading, and where its columns stand. Raises `Refused`."""
    for sheet in reading.read(path, name=name):
        for number in [] if sheet.hidden else sorted(sheet.rows)[:HEADING_WITHIN]:
            found = places(sheet.rows[number])
            if "ytd" in found and ("number" in found or "name" in found):
                return sheet, number, found
    raise Refused("no_header", NO_TABLE.format(month=period.month))


def places(row: Row) -> dict[str, int]:
    """Where the columns stand; of several amounts the one that says 累计 most plainly."""
    titles = {column: headings.flat(cell.text) for column, cell in sorted(row.items())}
    wanted = {"number": NUMBER, "name": NAME, "progress": PROGRESS}
    found = {key: column for key, title in wanted.items() for column, text in titles.items() if text == title}
    for word in YTD_WORDS:
        here = [column for column, text in titles.items() if text.endswith(word) and "计划" not in text]
        if here:
            return {**found, "ytd": here[0]}
    return found


def judge(sheet: Sheet, heading: int, where: Mapping[str, int], *, period: ReportingPeriod, by: User) -> list[Opened]:
    """Judge every row that gives an amount. Raises `Refused` for a table without end."""
    numbers = [number for number in sorted(sheet.rows) if number > heading]
    if len(numbers) > MOST_ROWS:
        raise Refused("too_large", TOO_MANY)
    known = Known(period, by)
    unit = headings.unit_of(sheet.rows[heading][where["ytd"]].text) or "万元"
    found = []
    for number in numbers:
        texts = {key: cell.text.strip() for key, at in where.items() if (cell := sheet.rows[number].get(at))}
        if texts.get("ytd") and (texts.get("number") or texts.get("name")):
            found.append(judged(number, texts, sheet.rows[number][where["ytd"]], where, known, unit))
    twice(found, where)
    return found


class Known:
    """The register of the year, the 期初数 there are, and which projects have reports already."""

    def __init__(self, period: ReportingPeriod, by: User) -> None:
        register = list(stats.register(by, year=period.year))
        self.by_number = {squash(one.number): one for one in register}
        self.by_name = {squash(one.name): one for one in register}
        self.several = {name for name, count in Counter(squash(one.name) for one in register).items() if count > 1}
        self.openings = openings(period)
        own = MonthlyReport.objects.filter(period__year=period.year)
        self.reported = set(own.exclude(period=period, is_opening=True).values_list("project", flat=True))


def judged(
    number: int, texts: Mapping[str, str], cell: Cell, where: Mapping[str, int], known: Known, unit: str
) -> Opened:
    made = Opened(number, texts.get("name") or texts.get("number", ""), progress=texts.get("progress", ""))
    key = "number" if texts.get("number") else "name"
    told = squash(texts[key])
    made.project = (known.by_number if key == "number" else known.by_name).get(told)
    at = {name: address(number, column) for name, column in where.items()}
    if made.project is None:
        made.faults.append(Fault(at[key], UNKNOWN))
    elif key == "name" and told in known.several:
        made.faults.append(Fault(at[key], SEVERAL))
    elif made.project.pk in known.reported:
        made.faults.append(Fault(at[key], HAS_REPORT))
    try:
        made.ytd = month_cells.month_done(cell, unit=unit)
    except ValidationError as refused:
        made.faults.append(Fault(at["ytd"], "".join(refused.messages)))
    if made.ytd is not None and made.ytd < 0:
        made.faults.append(Fault(at["ytd"], NEGATIVE))
    if len(made.progress) > LONGEST:
        made.faults.append(Fault(at["progress"], f"超过{LONGEST}个字，请写短一些。"))
    settle(made, known)
    return made


def settle(made: Opened, known: Known) -> None:
    """Its verdict; a blank 形象进度 keeps the one there is."""
    if made.project:
        made.name = made.project.name
        made.before, progress = known.openings.get(made.project.pk) or (None, "")
        made.progress = made.progress or progress
        if made.before == made.ytd and made.progress == progress:
            made.verdict = SAME
    if made.faults or made.ytd is None:
        made.verdict = WRONG if made.faults else SAME


def twice(found: list[Opened], where: Mapping[str, int]) -> None:
    rows: dict[int, list[Opened]] = {}
    for one in found:
        if one.project:
            rows.setdefault(one.project.pk, []).append(one)
    for same in rows.values():
        if len({(one.ytd, one.progress) for one in same}) > 1:
            words = TWICE.format(rows="、".join(str(one.row) for one in same))
            for one in same:
                one.faults.append(Fault(address(one.row, where["ytd"]), words))
                one.verdict = WRONG


# --- writing -----------------------------------------------------------------------------------------------------


def as_json(found: Iterable[Opened]) -> list[list[Any]]:
    return [[one.project.pk, str(one.ytd), one.progress] for one in found if one.project and one.verdict == FILLED]


@transaction.atomic
def write(
    *, period: ReportingPeriod, rows: Iterable[list[Any]], by: User, wrong: int = 0
) -> tuple[int, list[tuple[str, str]]]:
    """Keep the 期初数; returns how many, and which were refused meanwhile with the reason."""
    wanted = {project: (Decimal(ytd), progress) for project, ytd, progress in rows}
    count, kept_out = 0, []
    for project in stats.register(by, year=period.year).filter(pk__in=wanted).order_by("pk"):
        ytd, progress = wanted[project.pk]
        try:
            reporting.open_with(project=project, period=period, ytd=ytd, progress=progress, by=by)
            count += 1
        except ValidationError as refused:
            kept_out.append((project.name, "".join(refused.messages)))
    audit.log("report.opening", by=by, obj=period, rows=count, kept=len(kept_out), wrong=wrong)
    return count, kept_out
