"""The columns an import may fill and an export writes: one table for deciding, writing and the data form.

A value travels as JSON: text, code of a choice, amount in 万元 as text with two decimals, a span as {"from", "to"},
unit and county by code, an enterprise by name, a flag as true or false. None says nothing: a blank cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from portal import money, spans
from portal.text import squash
from projects.choices import ChainSegment, Hold, IndustryGroup, Nature, Stage, YearType
from projects.models import Project, YearPlan

TEXT, CHOICE, AMOUNT, SPAN, FLAG = "text", "choice", "amount", "span", "flag"
UNIT, COUNTY, ENTERPRISE = "unit", "county", "enterprise"


@dataclass(frozen=True)
class Column:
    """`key` names the field (spans by their short name), also in the table of rights; `plan`: of the annual plan."""

    key: str
    label: str
    kind: str = TEXT
    choices: type[TextChoices] | None = None
    plan: bool = False

    @property
    def fields(self) -> list[str]:
        """The model fields behind the column."""
        return [f"{self.key}_from", f"{self.key}_to"] if self.kind == SPAN else [self.key]


COLUMNS = [
    Column("name", "项目名称"),
    Column("project_code", "统一项目代码"),
    Column("enterprise", "项目单位", ENTERPRISE),
    Column("unit", "所在园区", UNIT),
    Column("county", "所在县(市、区)", COUNTY),
    Column("address", "建设地点"),
    Column("industry_group", "主导产业", CHOICE, IndustryGroup),
    Column("chain_segment", "产业链环节", CHOICE, ChainSegment),
    Column("nature", "建设性质", CHOICE, Nature),
    Column("year_type", "年度类型", CHOICE, YearType, plan=True),
    Column("content", "建设内容及规模"),
    Column("capacity", "设计产能"),
    Column("total_investment", "总投资", AMOUNT),
    Column("annual_plan", "年度计划投资", AMOUNT, plan=True),
    Column("goal", "年度形象进度目标", plan=True),
    Column("opening_cumulative", "上年底累计完成投资", AMOUNT, plan=True),
    Column("planned_start", "计划开工时间", SPAN),
    Column("planned_finish", "计划竣工时间", SPAN),
    Column("actual_start", "实际开工时间", SPAN),
    Column("actual_finish", "实际竣工时间", SPAN),
    Column("stage", "项目阶段", CHOICE, Stage),
    Column("hold", "管理状态", CHOICE, Hold),
    Column("hold_reason", "停缓建或退出原因"),
    Column("stat_listed", "统计入库", FLAG),
    Column("responsible_unit", "责任单位"),
    Column("city_leader", "联系市领导"),
    Column("park_owner", "园区责任人"),
    Column("park_phone", "园区责任人电话"),
    Column("liaison", "企业联络员"),
    Column("liaison_phone", "联系电话"),
    Column("remark", "备注"),
]
BY_KEY = {column.key: column for column in COLUMNS}


def current(column: Column, project: Project, plan: YearPlan | None) -> Any:
    """What stands in the register, as JSON; None when nothing stands there."""
    source: Any = plan if column.plan else project
    value = getattr(source, column.key, None) if source else None
    if column.key == "hold":
        return value or ""
    if value is None or value == "":
        return None
    return AS_JSON.get(column.kind, str)(value)


def span_json(span: spans.Span) -> dict[str, str | None]:
    return {"from": span.start.isoformat() if span.start else None, "to": span.end.isoformat()}


AS_JSON: Mapping[str, Any] = {
    AMOUNT: lambda value: f"{Decimal(value):.2f}",
    SPAN: span_json,
    FLAG: bool,
    UNIT: lambda unit: unit.code,
    COUNTY: lambda county: county.code,
    ENTERPRISE: lambda enterprise: enterprise.name,
}


def to_span(value: dict[str, str | None] | None) -> spans.Span | None:
    if not value:
        return None
    start, end = value["from"], value["to"]
    return spans.Span(date.fromisoformat(start) if start else None, date.fromisoformat(str(end)))


def same(column: Column, old: Any, new: Any) -> bool:
    """True when the two say the same after normalisation."""
    if column.kind in (TEXT, ENTERPRISE):
        return squash(old or "") == squash(new or "")
    if column.kind == AMOUNT and old is not None and new is not None:
        return Decimal(old) == Decimal(new)
    return bool(old == new)


def show(column: Column, value: Any, names: Mapping[str, str]) -> str:
    """Write a value as people read it; `names` gives the names of units and counties by code."""
    if value is None or (value == "" and column.key != "hold"):
        return ""
    if column.kind == CHOICE and column.choices:
        return str(column.choices(value).label)
    if column.kind == AMOUNT:
        return f"{money.wan(Decimal(value))}万元"
    if column.kind == SPAN:
        return str(to_span(value))
    if column.kind == FLAG:
        return "是" if value else "否"
    return names.get(value, value) if column.kind in (UNIT, COUNTY) else str(value)
