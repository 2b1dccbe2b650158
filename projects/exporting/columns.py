"""The columns of a written list: each with its heading and how it reads one line.

Headings are those the import knows, so that what is written can be imported again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from parks.models import County, Park
from portal import spans
from portal.choices import Role
from portal.excel.writing import COUNT, MONEY, Column
from portal.models import User
from projects import groups, investment, stat_sums, words
from projects.choices import Hold, Light, Reason, Stage, YearType
from projects.dimensions import OVERRIDE
from projects.importing import listing

OTHER_PARKS = "其他特色园区(N)"
HOLDS, STAGES, LIGHTS = dict(Hold.choices), dict(Stage.choices), dict(Light.choices)
REASONS, TYPES = dict(Reason.choices), dict(YearType.choices)


@dataclass(frozen=True)
class Sheet:
    """What the rows of an export have in common."""

    year: int
    user: User
    slugs: frozenset[str]  # the published lists of the year
    units: dict[int, Park]
    counties: dict[int, County]
    month: int | None = None  # the newest closed one

    def place(self, project: Any) -> None:
        """Give a project its unit and county: there are few, and making them anew for each row takes a while."""
        project.unit = self.units.get(project.unit_id)
        project.county = self.counties.get(project.county_id)


@dataclass(frozen=True)
class Line:
    """One project with what stands beside it; `item`: the node or entry, where the list is one of these."""

    serial: int
    project: Any
    standing: dict[str, str]
    sheet: Sheet
    item: Any = None
    months: Mapping[int, Decimal] = field(default_factory=dict)  # 分月计划 in 万元


Value = Callable[[Line], Any]


@dataclass(frozen=True)
class Shown:
    """A column of a list; `total`: the key of the sum that stands in it for a group."""

    key: str
    column: Column
    value: Value = field(compare=False)
    total: str = ""


def attribute(name: str) -> Value:
    """A text or amount of the project, of its plan or of its newest note; blank when there is none."""
    holder, _, last = name.rpartition(".")
    if not holder:
        return lambda line: getattr(line.project, name)

    def read(line: Line) -> Any:
        found = getattr(line.project, holder)
        return None if found is None else getattr(found, last)

    return read


def label(name: str) -> Value:
    """The word of a code. Django's `get_…_display` copies all choices for every row."""
    found = words.choices_of(name)
    return lambda line: found.get(getattr(line.project, name)) or None


def span(name: str) -> Value:
    first, last = f"{name}_from", f"{name}_to"
    return lambda line: date_words(getattr(line.project, first), getattr(line.project, last))


@lru_cache(maxsize=4096)
def date_words(first: date | None, last: date | None) -> str:
    """The written form; many projects share a date, and finding out its precision takes a while."""
    return str(spans.of(first, last) or "")


def unit(line: Line) -> str:
    """The park as the 推进表 writes it: a county under 其他特色园区 by that name, with the county beside it."""
    found = line.project.unit
    if found is None:
        return ""
    return OTHER_PARKS if found.parent_id or found.code == "P99" else str(found.name)


def county_of(project: Any) -> County | None:
    """The county of a project, else that of its unit where the unit is a county."""
    found = project.unit
    own: County | None = project.county or (found.county if found and found.parent_id else None)
    return own


def county(line: Line) -> str:
    own = county_of(line.project)
    return own.name if own else ""


def year_type(line: Line) -> str:
    return TYPES.get(line.project.year_type, "")


def status(line: Line) -> str:
    """The stage; 停缓建 and 退出 go before it, as in the bureau's table."""
    project = line.project
    return HOLDS[project.hold] if project.hold else STAGES.get(project.stage, "")


def flag(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


def levels(line: Line) -> str:
    return listing.write_levels(line.standing)


def major_pv(line: Line) -> str:
    if groups.MAJOR_PV not in line.sheet.slugs:
        return ""
    return flag(line.standing.get(groups.MAJOR_PV) in listing.STANDING)


def phone(name: str) -> Value:
    """In full for those who may see it, masked for others."""

    def read(line: Line) -> str:
        number = getattr(line.project, name)
        return number if sees_phones(line.sheet.user) else words.masked(number)

    return read


def sees_phones(user: User) -> bool:
    """`permissions.may_see_phones` without asking for each row: a park person's rows are all of the own units."""
    return user.role in (Role.STAFF, Role.PARK)


def reason(line: Line) -> str:
    note = line.project.newest_note
    return REASONS.get(note.reason, "") if note else ""


def light(line: Line) -> str:
    """■红灯, and whether a person set it."""
    hand = any(part[0] == OVERRIDE for part in line.project.light_parts[:1])
    return f"{LIGHTS[line.project.light]}（人工定灯）" if hand else LIGHTS[line.project.light]


def noted_on(line: Line) -> str:
    note = line.project.newest_note
    return note.noted_on.isoformat() if note else ""


def updated(line: Line) -> str:
    day = line.project.last_update_on
    return day.isoformat() if day else ""


def done_of(line: Line) -> investment.Done:
    project = line.project
    return investment.Done(line.sheet.month if project.done is not None else None, project.done, project.annual_plan)


def not_reported(line: Line) -> str:
    project = line.project
    missing = investment.has_not_reported(
        hold=project.hold, stage=project.stage, year_type=project.year_type, through=project.done_month,
        month=line.sheet.month,
    )  # fmt: skip
    return "未报" if missing else ""


def done(month: int | None) -> list[Shown]:
    """完成投资 up to the newest closed month; nothing before there is one. The import takes none of them over."""
    if month is None:
        return []
    return [
        Shown("done", Column(f"1—{month}月完成投资(万元)", 14, MONEY), attribute("done"), "done"),
        Shown("rate", Column("完成率", 10), lambda line: done_of(line).rate_words, "rate"),
        Shown("gap", Column("较序时", 10), lambda line: done_of(line).gap_signed, "gap"),
        Shown("missing", Column("未报", 8), not_reported),
    ]


def planned() -> list[Shown]:
    """The goal of the year and 分月计划, as the import reads them."""
    months = [
        Shown(f"month_{month}", Column(f"分月计划{month}月(万元)", 12, MONEY), month_of(month))
        for month in range(1, 13)
    ]
    return [Shown("goal", Column("年度形象进度目标", 24), attribute("goal")), *months]


def month_of(month: int) -> Value:
    return lambda line: line.months.get(month)


def stat(month: int | None) -> list[Shown]:
    """列统口径 beside 项目口径; nothing before a list was imported. The import takes none of them over."""
    if month is None:
        return []
    return [
        Shown("stat", Column("列统口径完成投资(万元)", 14, MONEY), attribute("stat_done"), "stat"),
        Shown("stat_span", Column("列统口径月份", 10), stat_span),
    ]


def stat_span(line: Line) -> str:
    through = line.project.stat_month
    return f"1—{through}月" if through else stat_sums.UNKNOWN


def register(year: int, month: int | None = None, stat_month: int | None = None) -> list[Shown]:
    """The columns in the order of the register workbook, then those it lacks; 系统编号 last."""
    return [
        SERIAL,
        NAME,
        Shown("code", Column("统一项目代码", 26), attribute("project_code")),
        ENTERPRISE,
        Shown("uscc", Column("统一社会信用代码", 20), attribute("enterprise.uscc")),
        UNIT,
        COUNTY,
        Shown("industry", Column("主导产业", 10), label("industry_group")),
        Shown("segment", Column("产业链环节", 10), label("chain_segment")),
        Shown("nature", Column("建设性质", 10), label("nature")),
        Shown("type", Column("年度类型", 12), year_type),
        Shown("content", Column("建设内容及规模", 44), attribute("content")),
        Shown("capacity", Column("设计产能", 12), attribute("capacity")),
        TOTAL,
        Shown("plan", Column(f"{year}年计划投资(万元)", 14, MONEY), attribute("annual_plan"), "plan"),
        Shown(
            "opening",
            Column(f"截至{year - 1}年底累计完成投资(万元)", 16, MONEY),
            attribute("opening_cumulative"),
            "opening",
        ),
        *done(month),
        *stat(stat_month),
        Shown("start", Column("计划开工时间", 14), span("planned_start")),
        Shown("finish", Column("计划竣工时间", 14), span("planned_finish")),
        Shown("stage", Column("项目阶段", 10), label("stage")),
        Shown("levels", Column("重点级别", 14), levels),
        Shown("major_pv", Column("六大光伏项目", 8), major_pv),
        Shown("responsible", Column("责任单位", 18), attribute("responsible_unit")),
        LEADER,
        Shown("liaison", Column("企业联络员", 10), attribute("liaison")),
        Shown("liaison_phone", Column("联系电话", 14), phone("liaison_phone")),
        Shown("remark", Column("备注", 24), attribute("remark")),
        Shown("actual_start", Column("实际开工时间", 14), span("actual_start")),
        Shown("actual_finish", Column("实际竣工时间", 14), span("actual_finish")),
        PROGRESS,
        PROBLEM,
        Shown("next_step", Column("下一步", 24), attribute("newest_note.next_step")),
        Shown("reason", Column("原因类别", 10), reason),
        Shown("noted_on", Column("进展日期", 12), noted_on),
        Shown("hold", Column("管理状态", 10), lambda line: HOLDS[line.project.hold]),
        Shown("hold_reason", Column("停缓建或退出原因", 20), attribute("hold_reason")),
        Shown("stat_listed", Column("统计入库", 8), lambda line: flag(line.project.stat_listed)),
        Shown("address", Column("建设地点", 20), attribute("address")),
        Shown("park_owner", Column("园区责任人", 10), attribute("park_owner")),
        Shown("park_phone", Column("园区责任人电话", 14), phone("park_phone")),
        *planned(),
        Shown("light", Column("灯", 8), light),
        NUMBER,
    ]


SERIAL = Shown("serial", Column("序号", 6, COUNT), lambda line: line.serial)
NAME = Shown("name", Column("项目名称", 34), attribute("name"))
ENTERPRISE = Shown("enterprise", Column("项目单位", 26), attribute("enterprise.name"))
UNIT = Shown("unit", Column("所在园区", 14), unit)
COUNTY = Shown("county", Column("所在县(市、区)", 12), county)
TOTAL = Shown("total", Column("总投资(万元)", 14, MONEY), attribute("total_investment"), "total")
STATUS = Shown("stage", Column("项目阶段", 10), status)
LEADER = Shown("leader", Column("联系市领导", 12), attribute("city_leader"))
PROGRESS = Shown("progress", Column("最新进展", 30), attribute("newest_note.progress"))
PROBLEM = Shown("problem", Column("存在问题", 30), attribute("newest_note.problem"))
UPDATED = Shown("updated", Column("最近更新", 12), updated)
NUMBER = Shown("number", Column("系统编号", 14), attribute("number"))

# --- the columns of the page on paper --------------------------------------------------------------------------

ALWAYS = ("serial", "name", "enterprise")
# What stands behind a column of the page; one that says several things in a line is written as several.
BEHIND = {
    "done": ("done", "missing"),
    "stat": ("stat", "stat_span"),
    "node": ("start", "finish"),
    "note": ("progress", "problem"),
    "unit": ("unit", "county"),
}


def chosen(names: Iterable[str], year: int, month: int | None = None, stat_month: int | None = None) -> list[Shown]:
    """The columns a person sees on the page, in that order, as a table for filing has them; 系统编号 last."""
    known = {one.key: one for one in (*register(year, month, stat_month), UPDATED)} | {"stage": STATUS}
    keys = [*ALWAYS, *(key for name in names for key in BEHIND.get(name, (name,)))]
    wanted = [key for key in dict.fromkeys(keys) if key in known and key != "number"]
    return [known[key] for key in (*wanted, "number")]
