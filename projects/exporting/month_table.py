"""填报表: the table of a month as a workbook to fill and upload again (see `projects.month_upload`).

The last column is hidden and says which period and which version of the report a row was made from, so that an old
table overwrites nothing. The sheet is not protected: in a protected one a block pasted from elsewhere locks its cells.
"""

from collections.abc import Sequence
from typing import IO

from portal.excel import writing
from portal.excel.writing import MONEY, TEXT, Column, Table
from portal.text import squash
from projects.models import ReportingPeriod
from projects.report_rows import ReportRow

SHEET = "填报表"
NUMBER, NAME, MONTH_DONE = "系统编号", "项目名称", "本月完成投资（万元）"
PROGRESS, PROBLEM, CONFIRMED, MARK = "形象进度", "存在问题", "异常说明", "版本（请勿修改）"
FIELDS = {"month_done": MONTH_DONE, "progress": PROGRESS, "problem": PROBLEM, "confirmed": CONFIRMED}
HOW_TO = (
    ("只填黄色的列", f"{MONTH_DONE}、{PROGRESS}必填；{PROBLEM}没有的空着。其他列只供对照，改了也不读。"),
    ("本月完成投资", "填本月的数，不是累计；单位万元，也可以写0.56亿。没有完成的填0。"),
    ("形象进度", "没有变化的，可以照抄“上月形象进度”。"),
    ("异常说明", "本月为负数、比往月多很多、超过总投资等情况，在这里写一句说明。"),
    ("空着的行", "整行空着表示还没有填，不会清掉系统里已填的内容。"),
    ("不要删", "系统编号和最后一列（隐藏）不要改、不要删；行的顺序可以变，可以筛选、排序。"),
    ("上传", "填好后在“月报”页点“上传填报表”，先看核对结果，再一次存为草稿；有错的行会写明单元格和改法。"),
)


def mark_of(period: ReportingPeriod, version: int) -> str:
    """What the hidden column says: 2021-09/3; version 0 where nothing had been typed."""
    return f"{period.year}-{period.month:02}/{version}"


def columns(period: ReportingPeriod) -> list[Column]:
    before = "上月累计（万元）" if period.first_month == 1 else f"1—{period.first_month - 1}月累计（万元）"
    return [
        Column(NUMBER, 14),
        Column(NAME, 40),
        Column("年度计划投资（万元）", 14, MONEY),
        Column(before, 14, MONEY),
        Column("上月形象进度", 24),
        Column(MONTH_DONE, 14, MONEY, typed=True),
        Column(PROGRESS, 34, typed=True),
        Column(PROBLEM, 30, typed=True),
        Column(CONFIRMED, 24, typed=True),
        Column(MARK, 12, hidden=True),
    ]


def line(row: ReportRow) -> list[object]:
    report, project = row.report, row.project
    known = [project.number, project.name, row.annual_plan, row.before, row.earlier_progress]
    typed = [report.month_done, report.progress, report.problem, report.confirmed]
    return [*known, *typed, mark_of(row.period, row.version)]


def title(period: ReportingPeriod) -> str:
    return f"{period}月报填报表"


def filename(period: ReportingPeriod, unit: str, *, demo: bool) -> str:
    return f"{unit}{title(period)}{'（演示数据）' if demo else ''}.xlsx"


def write(target: IO[bytes], rows: Sequence[ReportRow], *, period: ReportingPeriod, unit: str) -> None:
    """Write the rows, prefilled with what is known and what was typed so far, and a sheet that says how to fill."""
    demo = any(row.project.is_demo for row in rows)
    table = Table(
        name=SHEET,
        columns=columns(period),
        rows=[line(row) for row in rows],
        title=title(period) + ("　演示数据" if demo else ""),
        left=f"填报单位：{unit}",
    )
    how_to = Table("说明", [Column("事项", 16, TEXT), Column("怎样填", 90, TEXT)], HOW_TO, frozen=0)
    writing.write(target, [table, how_to])


def places(cells: dict[int, str]) -> dict[str, int]:
    """Which columns the headings of a row stand in, by field; only complete when it is the heading of our table."""
    wanted = {squash(title): key for key, title in {"number": NUMBER, "name": NAME, "mark": MARK, **FIELDS}.items()}
    found = {squash(text): column for column, text in reversed(list(cells.items()))}
    return {key: found[title] for title, key in wanted.items() if title in found}
