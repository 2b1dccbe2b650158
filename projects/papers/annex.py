"""附表: 推进情况汇总表, 红黄灯项目清单, 要素保障问题清单, and where each figure comes from. Amounts in 万元."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Case, Value, When

from portal.money import round_half_up
from projects import stats, words
from projects.choices import Light, PaperKind
from projects.digests.facts import CITY, Facts, day_words
from projects.light_words import sign_and_word
from projects.models import Issue
from projects.models.sets import NAMED
from projects.papers.paper import COUNT, MONEY, TEXT, Paper, Sheet
from projects.rows import DATES, NOTE, has_reason, late_words, lateness, note_words
from projects.wording import UNFILLED

ROUNDED = "注：部分合计数因四舍五入与分项之和略有差异。"
DEMO = "注：本表含演示数据，不得作为实际情况使用。"
UNIT = "单位：万元"
LIT = {Light.RED: 0, Light.YELLOW: 1}
COUNTED = (
    ("计划新开工", "planned_new"), ("已开工", "started"), ("逾期未开工", "overdue_start"),
    ("计划竣工投产", "planned_finishing"), ("已投产", "finished"), ("试生产", "trial"),
    ("逾期未竣工", "overdue_finish"), ("停缓建", "suspended"), ("红灯", "red"), ("黄灯", "yellow"),
)  # fmt: skip
LISTED = (
    "name", "unit__name", "responsible_unit", "total_investment", "plan__annual_plan", "plan__done",
    "light", "stage", "hold", "plan__year_type", *DATES, *NOTE,
)  # fmt: skip
TOLD_AT_MOST = 120
LAGGING = "节点或投资滞后"


def annexes(facts: Facts) -> Paper:
    """The tables for themselves, as workbook and for print."""
    return Paper(
        kind=PaperKind.ANNEX.value,
        scope=CITY,
        title=f"{facts.year}年全市工业投资项目附表（截至{day_words(facts.on)}）",
        sections=(),
        foot=f"数据时点：{as_of(facts)}。{facts.contact}{facts.demo}",
        as_of=as_of(facts),
        demo=bool(facts.demo),
        sheets=sheets(facts),
        sources=sources(facts),
    )


def as_of(facts: Facts) -> str:
    """2021年9月27日，完成投资为1—8月（已关闭）."""
    span = facts.whole.done(facts.lines[0].month).span
    return f"{facts.on.year}年{day_words(facts.on)}" + (f"，完成投资为{span}（已关闭的月份）" if span else "")


def sheets(facts: Facts) -> tuple[Sheet, ...]:
    return (summary(facts), lit(facts), troubles(facts))


def amount(value: Decimal | None) -> str | None:
    """145000 → "145000.00": an amount in 万元 as it is kept."""
    return None if value is None else f"{round_half_up(value, 2):f}"


def notes(facts: Facts, *more: str) -> tuple[str, ...]:
    return (*more, *((DEMO,) if facts.demo else ()))


# --- 1. 推进情况汇总表 ---------------------------------------------------------------------------------------------


def summary(facts: Facts) -> Sheet:
    """A line for each unit, those under it behind 其中."""
    span = facts.whole.done(facts.lines[0].month).span
    columns = [("园区", 18, TEXT), ("项目数", 8, COUNT), ("总投资", 15, MONEY), ("年度计划投资", 15, MONEY)]
    if span:
        columns += [(f"{span}完成投资", 15, MONEY), ("完成年度计划", 9, TEXT), ("较序时（百分点）", 9, TEXT)]
    columns += [(label, 8, COUNT) for label, _ in COUNTED]
    rows = tuple(row for line in facts.lines for row in with_children(line, bool(span)))
    return Sheet("推进情况汇总表", tuple(columns), rows, UNIT, notes(facts, ROUNDED), total_first=True)


def with_children(line: stats.UnitLine, with_done: bool) -> Iterator[tuple[Any, ...]]:
    yield unit_row(line.name, line, with_done)
    for child in line.children:
        yield unit_row(f"其中：{child.name}", child, with_done)


def unit_row(name: str, line: stats.UnitLine, with_done: bool) -> tuple[Any, ...]:
    whole, done = line.figures["all"], line.done
    told = (amount(whole.done), done.rate_words or "–", done.gap_signed or "–") if with_done else ()
    counts = (line.figures[key].count for _, key in COUNTED)
    return (name, whole.count, amount(whole.total), amount(whole.plan), *told, *counts)


# --- 2. 红黄灯项目清单 ---------------------------------------------------------------------------------------------


def lit(facts: Facts) -> Sheet:
    """The projects with a red or yellow light: what is late, why, who answers for it."""
    span = facts.whole.done(facts.lines[0].month).span
    order = Case(*(When(light=light, then=Value(place)) for light, place in LIT.items()))
    found = facts.projects.filter(light__in=LIT).annotate(**lateness(facts.on), worst=order)
    rows = found.paper_order().order_by("worst", *found.paper_order().query.order_by)
    columns = [
        ("序号", 6, COUNT), ("项目名称", 34, TEXT), ("园区", 12, TEXT), ("总投资", 15, MONEY),
        ("年度计划投资", 15, MONEY),
        *([(f"{span}完成投资", 15, MONEY)] if span else []),
        ("灯", 10, TEXT), ("逾期", 16, TEXT), ("原因", 34, TEXT), ("责任单位", 18, TEXT),
    ]  # fmt: skip
    made = rows.values(*LISTED, "late_start", "late_finish")
    cells = tuple(lit_row(number, row, facts, bool(span)) for number, row in enumerate(made, 1))
    return Sheet("红黄灯项目清单", tuple(columns), cells, UNIT, notes(facts))


def lit_row(number: int, row: dict[str, Any], facts: Facts, with_done: bool) -> tuple[Any, ...]:
    done = (amount(row["plan__done"]),) if with_done else ()
    return (
        number, row["name"], row["unit__name"] or stats.WAITING, amount(row["total_investment"]),
        amount(row["plan__annual_plan"]), *done, sign_and_word(row["light"]), late_words(row, facts.on) or LAGGING,
        note_words(row)[:TOLD_AT_MOST] if has_reason(row) else UNFILLED, responsible(row),
    )  # fmt: skip


def responsible(row: dict[str, Any]) -> str:
    """责任单位 as the register names it, else the unit that reports."""
    return str(row["responsible_unit"] or row["unit__name"] or stats.WAITING)


# --- 3. 要素保障问题清单 -------------------------------------------------------------------------------------------


def troubles(facts: Facts) -> Sheet:
    columns = (
        ("序号", 6, COUNT), ("项目名称", 30, TEXT), ("园区", 12, TEXT), ("总投资", 15, MONEY), ("类别", 10, TEXT),
        ("问题", 40, TEXT), ("协调层级", 9, TEXT), ("牵头单位", 16, TEXT), ("办结时限", 12, TEXT), ("状态", 14, TEXT),
    )  # fmt: skip
    found = facts.issues.open().ledger_order()
    rows = tuple(trouble_row(number, one, facts) for number, one in enumerate(found, 1))
    return Sheet("要素保障问题清单", columns, rows, UNIT, notes(facts, *(() if rows else ("目前没有未办结的问题。",))))


def trouble_row(number: int, one: Issue, facts: Facts) -> tuple[Any, ...]:
    late = one.late_days(facts.on)
    state = str(one.get_state_display()) + (f"，超期{late}天" if late else "")
    unit = one.project.unit.name if one.project.unit else stats.WAITING
    told = words.without_phones(one.words)[:TOLD_AT_MOST]
    return (
        number, one.project.name, unit, amount(one.project.total_investment), str(one.get_category_display()), told,
        str(one.get_level_display()), one.lead_unit or "待交办", str(one.due_on or ""), state,
    )  # fmt: skip


# --- where the figures come from -----------------------------------------------------------------------------------


def sources(facts: Facts) -> Sheet:
    """Each figure, what it counts and of when it is."""
    day, span = f"{facts.on.year}年{day_words(facts.on)}", facts.whole.done(facts.lines[0].month).span
    kept = f"{span}（已关闭）" if span else "尚无已关闭的月份"
    rows = [
        ("项目数、总投资", f"{facts.year}年工业投资项目库在库项目，不含回收站", day),
        ("年度计划投资", "各项目年度计划投资之和", day),
        ("完成投资", "项目口径：已关闭月份中审核通过的月报本年累计之和", kept),
        ("完成年度计划", "完成投资÷年度计划投资；序时为月数÷12", kept),
        *((label, NAMED[key].scope, day) for label, key in COUNTED if NAMED[key].scope),
        ("原因", "项目最新进展中填写的原因，没有写明的为原因未填", day),
        ("要素保障问题", "未销号的问题；超期指办理中且超过办结时限", day),
    ]
    return Sheet("数据来源和口径", (("数据", 18, TEXT), ("口径", 60, TEXT), ("数据时点", 20, TEXT)), tuple(rows))
