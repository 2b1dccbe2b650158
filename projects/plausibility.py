"""What looks wrong in the facts of a project but may be right: said in a sentence, overridden with a word.

Facts come under the names of `conflicts.facts_of`; amounts in 万元. Sources: domain.md §3.1, §4.4, §9.4.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.money import yi

STATISTICS_THRESHOLD, BIGGEST = Decimal(500), Decimal(3_000_000)
CODE_COUNTY = slice(5, 11)
Facts = dict[str, Any]


@dataclass(frozen=True)
class Doubt:
    """One sentence for the person who types, and the facts it speaks of."""

    code: str
    names: tuple[str, ...]
    sentence: str


def plan_above_total(facts: Facts) -> str:
    plan, total = facts.get("annual_plan"), facts.get("total_investment")
    if plan is None or total is None or plan <= total:
        return ""
    return f"年度计划投资{yi(plan)}亿元大于总投资{yi(total)}亿元。"


def finish_before_start(facts: Facts) -> str:
    start, finish = facts.get("planned_start"), facts.get("planned_finish")
    if not start or not finish or finish.end >= (start.start or start.end):
        return ""
    return f"计划竣工时间{finish}早于计划开工时间{start}。"


def actual_finish_before_start(facts: Facts) -> str:
    start, finish = facts.get("actual_start"), facts.get("actual_finish")
    if not start or not finish or finish.end >= (start.start or start.end):
        return ""
    return f"实际竣工时间{finish}早于实际开工时间{start}。"


def code_of_another_county(facts: Facts) -> str:
    code, county = facts.get("project_code") or "", facts.get("county")
    if len(code) < CODE_COUNTY.stop or not county or code[CODE_COUNTY] == county.code:
        return ""
    return f"统一项目代码中的区划{code[CODE_COUNTY]}不是{county.name}（{county.code}）。"


def total_below_statistics(facts: Facts) -> str:
    total = facts.get("total_investment")
    if total is None or total >= STATISTICS_THRESHOLD:
        return ""
    return f"总投资{total.normalize():f}万元低于统计起点500万元，请核对单位是否为万元。"


def total_too_big(facts: Facts) -> str:
    total = facts.get("total_investment")
    big = total is not None and total > BIGGEST
    return f"总投资{yi(total)}亿元超过300亿元，请核对单位是否为万元。" if big else ""


CHECKS: tuple[tuple[tuple[str, ...], Callable[[Facts], str]], ...] = (
    (("annual_plan", "total_investment"), plan_above_total),
    (("planned_start", "planned_finish"), finish_before_start),
    (("actual_start", "actual_finish"), actual_finish_before_start),
    (("project_code", "county"), code_of_another_county),
    (("total_investment",), total_below_statistics),
    (("total_investment",), total_too_big),
)


def doubts(facts: Facts, *, changed: Iterable[str]) -> list[Doubt]:
    """What is doubtful about the facts, as far as one of the `changed` ones takes part in it."""
    touched = set(changed)
    found = [Doubt(check.__name__, names, check(facts)) for names, check in CHECKS if touched & set(names)]
    return [doubt for doubt in found if doubt.sentence]
