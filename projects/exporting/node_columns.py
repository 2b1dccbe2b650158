"""The columns of a written list of nodes. A row is a dict of the columns in FIELDS, as on the page."""

from collections.abc import Sequence
from datetime import date

from portal.excel.writing import Column
from projects import node_rows
from projects.exporting.columns import (
    COUNTY,
    ENTERPRISE,
    NAME,
    NUMBER,
    PROBLEM,
    PROGRESS,
    SERIAL,
    TOTAL,
    UNIT,
    Line,
    Shown,
    Value,
)

FIELDS = node_rows.FIELDS


def span(name: str) -> Value:
    return lambda line: str(node_rows.span(line.item, name) or "")


def adjusted(line: Line) -> str:
    """调整后计划, where it is another one than 原计划."""
    row = line.item
    return str(node_rows.span(row, "current") or "待定") if row["adjusted_times"] else ""


def columns(on: date) -> Sequence[Shown]:
    """The columns of the page as a table for filing has them; 系统编号 last."""
    return [
        SERIAL,
        NAME,
        ENTERPRISE,
        UNIT,
        COUNTY,
        Shown("node", Column("节点", 14), lambda line: node_rows.title(line.item)),
        Shown("state", Column("节点状态", 16), lambda line: node_rows.state_words(line.item, on)[0]),
        Shown("original", Column("原计划", 14), span("original")),
        Shown("adjusted", Column("调整后计划", 14), adjusted),
        Shown("forecast", Column("预计完成", 14), span("forecast")),
        Shown("done", Column("实际完成", 14), span("actual")),
        TOTAL,
        PROGRESS,
        PROBLEM,
        Shown("owner", Column("责任人", 10), lambda line: node_rows.owner(line.item)),
        NUMBER,
    ]
