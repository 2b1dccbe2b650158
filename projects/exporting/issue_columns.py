"""The columns of a written list of 要素保障问题: the issue beside its project. The item of a line is an Issue."""

from collections.abc import Sequence
from datetime import date

from portal.excel.writing import COUNT, Column
from projects.exporting.columns import COUNTY, ENTERPRISE, NAME, NUMBER, SERIAL, TOTAL, UNIT, Line, Shown, Value


def word(name: str) -> Value:
    return lambda line: getattr(line.item, name)


def display(name: str) -> Value:
    return lambda line: str(getattr(line.item, f"get_{name}_display")())


def day(name: str) -> Value:
    def read(line: Line) -> str:
        found: date | None = getattr(line.item, name)
        return found.isoformat() if found else ""

    return read


def columns(on: date) -> Sequence[Shown]:
    """The columns of the page as a table for filing has them; 系统编号 of the project last."""
    return [
        SERIAL,
        NAME,
        ENTERPRISE,
        UNIT,
        COUNTY,
        Shown("issue", Column("问题编号", 14), word("number")),
        Shown("category", Column("要素类别", 12), display("category")),
        Shown("words", Column("要素保障问题", 36), word("words")),
        Shown("source", Column("问题来源", 10), display("source")),
        Shown("level", Column("协调层级", 12), display("level")),
        Shown("lead_unit", Column("问题牵头", 18), word("lead_unit")),
        Shown("assist_units", Column("问题配合", 20), word("assist_units")),
        Shown("raised", Column("提出日期", 12), day("raised_on")),
        Shown("due", Column("办结时限", 12), day("due_on")),
        Shown("state", Column("问题状态", 10), display("state")),
        Shown("late", Column("逾期天数", 8, COUNT), lambda line: line.item.late_days(on) or None),
        Shown("result", Column("办理结果", 30), word("result")),
        Shown("closed", Column("销号日期", 12), day("closed_on")),
        TOTAL,
        NUMBER,
    ]
