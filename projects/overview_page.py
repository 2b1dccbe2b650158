"""统计分析 as it is read: tables whose every number leads to its list, and the charts of the same figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from parks.models import Park
from portal.money import yi
from projects import stats
from projects.choices import Hold, IndustryGroup, Stage
from projects.filters import EMPTY
from projects.investment import Done, percent
from projects.models.node_sets import LATENESS
from projects.overview import MONTHS, Counted, LateNodes
from projects.stats import Figures, UnitLine

HELD = (Hold.SUSPENDED, Hold.WITHDRAWN)
WHOLE = "合计"


@dataclass(frozen=True)
class Line:
    """A line of a table; `query` is the part of a list's address that stands for it."""

    name: str
    figures: Figures
    query: str = ""
    month: int | None = None
    children: tuple["Line", ...] = ()
    paper: str = ""  # the scope of its 一页纸

    @cached_property
    def done(self) -> Done:
        return self.figures.done(self.month)

    @property
    def start_rate(self) -> str:
        """开工率: 已开工 of 计划新开工."""
        return stats.share(self.figures["started"].count, self.figures["planned_new"].count)

    @property
    def finish_rate(self) -> str:
        """竣工投产率: 已投产 of 计划竣工投产."""
        return stats.share(self.figures["finished"].count, self.figures["planned_finishing"].count)

    @property
    def listed_rate(self) -> str:
        """统计入库率: 已统计入库 of 在建及建成; empty where nobody said of any whether it is."""
        whole = self.figures["under_way"].count
        return (
            "" if self.figures["stat_unknown"].count == whole else stats.share(self.figures["stat_listed"].count, whole)
        )


@dataclass(frozen=True)
class Table:
    """A table with its chart. The first line is 合计."""

    key: str
    title: str
    heading: str
    lines: list[Line]
    by_count: bool = False  # the chart shows numbers of projects, not money

    @property
    def month(self) -> int | None:
        return self.lines[0].month

    @property
    def chart_title(self) -> str:
        if self.by_count:
            return f"{self.title}：项目个数"
        return (
            f"{self.title}：年度计划与1—{self.month}月完成投资（亿元）"
            if self.month
            else f"{self.title}：年度计划（亿元）"
        )

    @property
    def has_chart(self) -> bool:
        """Whether there is anything to draw: a year begins without plans and without a closed month."""
        return self.by_count or bool(self.month) or bool(self.lines[0].figures["all"].plan)

    def chart(self, list_url: str) -> dict[str, Any]:
        """What the drawing needs: a bar for each line but 合计, the same numbers as in the table."""
        lines = self.lines[1:]
        if self.by_count:
            series = [{"name": "项目个数", "values": [str(one.figures["all"].count) for one in lines]}]
        else:
            series = [{"name": "年度计划", "values": [yi(one.figures["all"].plan) for one in lines]}]
            if self.month:
                done = [yi(one.figures["all"].done) for one in lines]
                series.append({"name": f"1—{self.month}月完成", "values": done})
        urls = [f"{list_url}{one.query}" for one in lines]
        return {"kind": "bars", "labels": [one.name for one in lines], "urls": urls, "series": series}


@dataclass(frozen=True)
class CurveRow:
    """A month of 投资完成曲线: what should be done by its end, and what was, if it is closed."""

    month: int
    planned: Decimal | None
    done: Decimal | None
    rate: str


@dataclass
class OverviewPage:
    """The page, from what was counted and the names of units."""

    counted: Counted
    units: list[Park]
    batches: Mapping[str, list[str]]
    list_url: str = field(init=False)

    def __post_init__(self) -> None:
        self.list_url = f"{reverse('project_list')}?year={self.counted.year}"

    @cached_property
    def whole(self) -> Line:
        return Line(WHOLE, self.counted.whole, month=self.counted.month)

    @cached_property
    def tables(self) -> list[Table]:
        found = [
            Table("units", "分单位", "填报单位", self.unit_lines),
            Table("industries", "分产业", "主导产业", [self.whole, *self.industry_lines]),
            Table("stages", "阶段分布", "项目阶段", [self.whole, *self.stage_lines], by_count=True),
            Table("batches", "四个一批", "四个一批", [self.whole, *self.batch_lines], by_count=True),
            Table("leaders", "按市领导", "联系市领导", [self.whole, *self.leader_lines]),
        ]
        return [one for one in found if len(one.lines) > 1]

    @property
    def has_batches(self) -> bool:
        """Whether the bureau said which stages belong to which of the 四个一批."""
        return any(self.batches)

    # --- lines

    @property
    def unit_lines(self) -> list[Line]:
        counted = self.counted
        lines = stats.lines_of(counted.parts["unit"], self.units, none=counted.none, month=counted.month)
        return [self.whole, *(self.line_of_unit(one) for one in lines[1:])]

    def line_of_unit(self, unit: UnitLine) -> Line:
        below = tuple(self.line_of_unit(one) for one in unit.children)
        return Line(unit.name, unit.figures, unit.query, unit.month, below, unit.park.code if unit.park else "")

    @property
    def industry_lines(self) -> list[Line]:
        known = [(code, str(label), code) for code, label in IndustryGroup.choices]
        return self.lines("industry", [*known, ("", "未填", EMPTY)], "industry")

    @property
    def stage_lines(self) -> list[Line]:
        """Stages of the projects that go on, then those that do not: so that they add up."""
        going = [(code, str(label), code) for code, label in Stage.choices]
        return [*self.lines("stage", [*going, ("", "待补", EMPTY)], f"hold={EMPTY}&stage"), *self.held_lines]

    @property
    def held_lines(self) -> list[Line]:
        return self.lines("stage", [(code, str(code.label), code) for code in HELD], "hold")

    @property
    def batch_lines(self) -> list[Line]:
        """The stages put together as the bureau mapped them; nothing before it did."""
        named = [name for name in self.batches if name]
        if not named:
            return []
        lines = [self.batch(name, name, self.batches[name]) for name in named]
        lines.append(self.batch("未对应", EMPTY, self.batches[""]))
        return [*(one for one in lines if one.figures["all"].count), *self.held_lines]

    def batch(self, name: str, value: str, stages: Iterable[str]) -> Line:
        known = self.counted.parts["stage"]
        parts = (known[stage] for stage in stages if stage in known)
        query = f"&hold={EMPTY}&batch={quote(value)}"
        return Line(name, sum(parts, start=self.counted.none), query, self.counted.month)

    @property
    def leader_lines(self) -> list[Line]:
        """市领导, the largest 总投资 first; projects without one last."""
        known = self.counted.parts["leader"]
        names = sorted(filter(None, known), key=lambda name: (-known[name]["all"].total, name))
        lines = self.lines("leader", [*((name, name, name) for name in names), ("", "未明确", EMPTY)], "leader")
        return [
            Line(o.name, o.figures, o.query, o.month, paper=f"leader:{o.name}" if o.name in known else "")
            for o in lines
        ]

    def lines(self, dimension: str, values: Iterable[tuple[str, str, str]], parameter: str) -> list[Line]:
        """The lines of the values (as stored, as read, as in an address) that there are projects of."""
        known = self.counted.parts[dimension]
        return [
            Line(name, known[stored], f"&{parameter}={quote(asked)}", self.counted.month)
            for stored, name, asked in values
            if stored in known
        ]

    # --- the curve

    @cached_property
    def curve(self) -> list[CurveRow]:
        curve, done = self.counted.curve, dict(self.counted.curve.done)
        return [
            CurveRow(month, curve.planned(month), done.get(month), rate(done.get(month), curve.plan))
            for month in MONTHS
        ]

    @property
    def curve_words(self) -> str:
        """How the line of the plan was drawn."""
        if not self.counted.curve.plan:
            return f"{self.counted.year}年度计划投资还没有下达，计划线暂缺。"
        covered = percent(self.counted.curve.covered)
        if self.counted.curve.follows_months:
            return f"计划线按分月计划，分月计划占年度计划的{covered}%，其余项目按序时。"
        missing = f"分月计划只占年度计划的{covered}%，不足80%" if covered else "没有分月计划"
        return f"{missing}，计划线按序时（每月十二分之一）。"

    @property
    def has_curve(self) -> bool:
        return bool(self.counted.curve.plan or self.counted.curve.done)

    @property
    def curve_chart(self) -> dict[str, Any]:
        done = dict(self.counted.curve.done)
        planned = [None if one.planned is None else yi(one.planned) for one in self.curve]
        real = [yi(done[month]) if month in done else None for month in MONTHS]
        series = [{"name": "计划累计", "values": planned}, {"name": "完成累计", "values": real}]
        return {"kind": "lines", "labels": [f"{month}月" for month in MONTHS], "urls": [], "series": series}

    # --- late nodes

    @property
    def late_heads(self) -> list[tuple[str, str]]:
        return [(key, one.label) for key, one in LATENESS.items()]

    @cached_property
    def late(self) -> list[LateNodes]:
        """合计 first; nothing without late nodes."""
        rows = self.counted.late
        sums = {key: sum(one.counts[key] for one in rows) for key in LATENESS}
        return [LateNodes("", WHOLE, sums), *rows] if rows else []


def rate(done: Decimal | None, plan: Decimal) -> str:
    return f"{percent(done * 100 / plan)}%" if done is not None and plan else ""
