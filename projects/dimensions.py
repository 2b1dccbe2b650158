"""The dimensions of a light (domain.md §5.3), each judged by itself; the light is the worst that could be judged.

Nothing is read here. Grey means "could not be judged" and is never counted as green; where neither nodes nor investment
could be judged the project is 未评价. Figures decide by exact arithmetic, rounding is for the words alone.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from portal.calendar import SHANGHAI, WorkCalendar
from projects import words
from projects.choices import (
    FINISH_NODE,
    FINISHED,
    START_NODE,
    Hold,
    Light,
    LightDimension,
    MilestoneState,
    Stage,
    YearType,
)
from projects.models import LightOverride, LightRule, Milestone, Project, YearPlan

FIRST_MONTH = 2  # investment is judged from the end of February on
MONTHS = 12
WORST = (Light.RED, Light.YELLOW, Light.GREEN)
OVERRIDE, COMPUTED = "override", "computed"  # lines beside the dimensions while a light is set by hand
LateNode = tuple[str, str]  # the node (开工) and the end of its plan (2021-03-31); another plan begins anew


@dataclass(frozen=True)
class Asked:
    """The newest report whose deadline has passed: its label, how many whole working days it is late (None: it was
    handed in), and whether the project was in the register of that year and no reserve."""

    label: str
    due: date
    days_late: int | None
    in_range: bool = True


@dataclass(frozen=True)
class Known:
    """What a light is judged by besides the project, its nodes and the rule. `plan` is that of the year of the day;
    `planned`: its 分月计划 summed up to the month of the 累计, None where it was not given by months (万元)."""

    plan: YearPlan | None = None
    planned: Decimal | None = None
    is_major_pv: bool = False
    asked: Asked | None = None
    repeated: frozenset[LateNode] = frozenset()
    override: LightOverride | None = None


NOTHING = Known()


@dataclass(frozen=True)
class Part:
    """One dimension judged: its light and why."""

    dimension: str
    light: str
    why: str
    late: Sequence[LateNode] = ()

    def stored(self) -> list[Any]:
        """As `Project.light_parts` keeps it: the late nodes only where there are some."""
        told: list[Any] = [str(self.dimension), str(self.light), self.why]
        return [*told, [list(one) for one in self.late]] if self.late else told


@dataclass(frozen=True)
class Verdict:
    """A light and why: the node that decides, or the reason for 未评价; and every dimension."""

    light: str
    light_why: str
    late_since: date | None = None
    late_node: str = ""
    light_parts: list[list[Any]] = field(default_factory=list)


def evaluate(
    project: Project, nodes: list[Milestone], *, year_type: str, on: date, rule: LightRule, known: Known = NOTHING
) -> Verdict:
    """Compute the light of a project as of `on`; reads nothing."""
    computed = judged(project, nodes, year_type=year_type, on=on, rule=rule, known=known)
    by_hand = known.override
    if by_hand is None:
        return computed
    until = words.day_in_prose(by_hand.until)
    parts = [
        [OVERRIDE, str(by_hand.light), f"{by_hand.reason}，至{until}"],
        [COMPUTED, str(computed.light), computed.light_why],
        *computed.light_parts,
    ]
    return Verdict(by_hand.light, f"人工定灯，至{until}", computed.late_since, computed.late_node, parts)


def judged(
    project: Project, nodes: list[Milestone], *, year_type: str, on: date, rule: LightRule, known: Known
) -> Verdict:
    if grey := outside(project, year_type):
        return Verdict(Light.GREY, grey)
    of_nodes, decides = by_nodes(project, nodes, on=on, rule=rule, known=known)
    parts = [
        of_nodes,
        by_investment(project, year_type, rule=rule, known=known),
        by_listing(project, on=on, rule=rule),
        by_reporting(project, rule=rule, known=known),
    ]
    told = [part.stored() for part in parts]
    if parts[0].light == parts[1].light == Light.GREY:
        return Verdict(Light.GREY, of_nodes.why, light_parts=told)
    worst = min((part for part in parts if part.light != Light.GREY), key=lambda part: WORST.index(Light(part.light)))
    since, title = (decides.current_to, decides.title) if decides else (None, "")
    return Verdict(worst.light, worst.why, since, title, told)


def outside(project: Project, year_type: str) -> str:
    """Why the project is not judged at all, or an empty text."""
    if project.hold:
        return Hold(project.hold).label
    if project.unverified:
        return "进展待核实"
    return "储备项目，未到评价期" if year_type == YearType.RESERVE else ""


# --- nodes ---------------------------------------------------------------------------------------------------------


def is_late(node: Milestone, project: Project, on: date) -> bool:
    """Open and planned before `on`; 竣工投产 of a project in 试生产 is counted apart."""
    in_trial = node.code == FINISH_NODE and project.stage == Stage.TRIAL
    due = node.current_to
    return node.state == MilestoneState.OPEN and due is not None and due < on and not in_trial


def by_nodes(
    project: Project, nodes: list[Milestone], *, on: date, rule: LightRule, known: Known
) -> tuple[Part, Milestone | None]:
    """Late nodes; and the one that decides: the worst, then the longest late."""
    if not any(node.current_to or node.state == MilestoneState.DONE for node in nodes):
        return Part(LightDimension.NODES, Light.GREY, "没有带日期的节点"), None
    late = [(why_red(node, on=on, rule=rule, known=known), node) for node in nodes if is_late(node, project, on)]
    if not late:
        return Part(LightDimension.NODES, Light.GREEN, "没有逾期节点"), None
    red, node = min(late, key=lambda one: (not one[0], one[1].current_to, one[1].order))
    why = f"规则V{rule.version}：{red or f'逾期1至{limit_of(node, rule=rule, known=known)}天为黄灯'}"
    named = sorted({late_node(one) for _, one in late})
    return Part(LightDimension.NODES, Light.RED if red else Light.YELLOW, why, named), node


def late_node(node: Milestone) -> LateNode:
    return node.title, str(node.current_to)


def limit_of(node: Milestone, *, rule: LightRule, known: Known) -> int:
    """After how many calendar days the node is red: sooner for 开工 and 竣工投产 of the six."""
    if known.is_major_pv and node.code in (START_NODE, FINISH_NODE):
        return min(rule.key_red_over_days, rule.red_over_days)
    return rule.red_over_days


def why_red(node: Milestone, *, on: date, rule: LightRule, known: Known) -> str:
    """What makes a late node red; empty when it is yellow."""
    limit, due = limit_of(node, rule=rule, known=known), node.current_to
    if due is not None and (on - due).days > limit:
        whose = "六大光伏项目的开工、竣工投产" if limit != rule.red_over_days else ""
        return f"{whose}逾期超过{limit}天为红灯"
    return "同一节点两个月末为黄灯的转红灯" if late_node(node) in known.repeated else ""


# --- investment ------------------------------------------------------------------------------------------------------


def by_investment(project: Project, year_type: str, *, rule: LightRule, known: Known) -> Part:
    """本年累计 against 年度计划 × 序时, both up to the month of the 累计: an old figure keeps its own month, and
    time that has passed since changes no light."""
    why = no_investment(project, year_type, known.plan)
    plan = known.plan
    if why or plan is None or plan.done is None or plan.done_month is None or plan.annual_plan is None:
        return Part(LightDimension.INVESTMENT, Light.GREY, why)
    # both sides times 12: months ÷ 12 has no exact decimal
    due = plan.annual_plan * plan.done_month if known.planned is None else known.planned * MONTHS
    if due <= 0:
        return Part(LightDimension.INVESTMENT, Light.GREY, f"分月计划到{plan.done_month}月还没有安排投资")
    ratio = plan.done * MONTHS * 100  # per cent, times due
    base = "序时" if known.planned is None else "分月计划"
    span = f"1—{plan.done_month}月"
    told = f"{span}完成{base}进度的{floored(ratio / due)}%"
    for light, bound, word in ((Light.RED, rule.investment_red, "红"), (Light.YELLOW, rule.investment_yellow, "黄")):
        if ratio < bound * due:
            return Part(LightDimension.INVESTMENT, light, f"规则V{rule.version}：{told}，低于{bound}%为{word}灯")
    return Part(LightDimension.INVESTMENT, Light.GREEN, told)


def no_investment(project: Project, year_type: str, plan: YearPlan | None) -> str:
    """Why investment cannot be judged, or an empty text."""
    if plan is None or not plan.annual_plan:
        return "没有年度计划投资"
    if plan.done is None or plan.done_month is None:
        return "已关闭的月份里没有月报"
    if plan.done_month < FIRST_MONTH:
        return f"{FIRST_MONTH}月底起评价"
    if year_type != YearType.NEW:
        return ""
    start = project.planned_start_to
    if start is None:
        return "新开工项目，未定计划开工时间"
    return "新开工项目，未到计划开工月份" if (start.year, start.month) > (plan.year, plan.done_month) else ""


def floored(percent: Decimal) -> Decimal:
    """One decimal, cut off: 79.96% must not read 80.0% beside "低于80%"."""
    return percent.quantize(Decimal("0.1"), ROUND_FLOOR)


# --- 统计入库 ---------------------------------------------------------------------------------------------------------


def by_listing(project: Project, *, on: date, rule: LightRule) -> Part:
    """Months since the actual start of a project that is large enough and known not to be in the statistics."""
    total, started, listed = project.total_investment, project.actual_start_to, project.stat_listed
    if listed:
        return Part(LightDimension.LISTED, Light.GREEN, "已统计入库")
    if total is None or total < rule.listed_from:
        return Part(LightDimension.LISTED, Light.GREY, f"总投资不足{rule.listed_from.normalize():f}万元或未填")
    if started is None:
        return Part(LightDimension.LISTED, Light.GREY, "没有实际开工时间")
    if listed is None:
        return Part(LightDimension.LISTED, Light.GREY, "待统计")
    for light, months, word in (
        (Light.RED, rule.listed_red_months, "红"),
        (Light.YELLOW, rule.listed_yellow_months, "黄"),
    ):
        if on > months_after(started, months):
            why = f"规则V{rule.version}：开工超过{months}个月未统计入库为{word}灯"
            return Part(LightDimension.LISTED, light, why)
    return Part(LightDimension.LISTED, Light.GREEN, f"开工未满{rule.listed_yellow_months}个月")


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


# --- reporting -------------------------------------------------------------------------------------------------------


def days_late(since: date, on: date, days: WorkCalendar) -> int:
    """Whole working days between a deadline's day and `on`: on the morning after it none has passed."""
    return sum(days.is_workday(date.fromordinal(n)) for n in range(since.toordinal() + 1, on.toordinal()))


def by_reporting(project: Project, *, rule: LightRule, known: Known) -> Part:
    asked = known.asked
    if asked is None:
        return Part(LightDimension.REPORTING, Light.GREY, "还没有到期的月报")
    if not asked.in_range or project.stage in FINISHED:
        return Part(LightDimension.REPORTING, Light.GREY, "不在应报范围")
    if asked.days_late is None:
        return Part(LightDimension.REPORTING, Light.GREEN, f"{asked.label}月报已报")
    if project.created_at.astimezone(SHANGHAI).date() > asked.due:
        return Part(LightDimension.REPORTING, Light.GREY, f"登记时{asked.label}月报已截止")
    if not asked.days_late:
        return Part(LightDimension.REPORTING, Light.GREEN, f"{asked.label}月报未报，未满1个工作日")
    red = asked.days_late > rule.report_red_days
    limit = f"超过{rule.report_red_days}个工作日为红灯" if red else f"1至{rule.report_red_days}个工作日为黄灯"
    why = f"规则V{rule.version}：{asked.label}月报迟报{limit}"
    return Part(LightDimension.REPORTING, Light.RED if red else Light.YELLOW, why)
