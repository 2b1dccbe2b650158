"""The annual plan of a project: its amount, its goal and its months; and next year's plans from this year's (结转).

Months are given for the whole year or not at all: a blank one counts as nothing, and together they make the amount.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import audit as site_audit
from portal import clock
from portal.choices import Role
from portal.models import User
from projects import audit, derived, groups, investment, light_runs, lights
from projects.choices import STARTED, Hold, Stage, YearType
from projects.models import MonthPlan, Project, YearPlan
from projects.permissions import may_change

MONTHS = 12
FINISHED = (Stage.COMPLETED, Stage.CAPACITY)


def of_year(project: Project, year: int) -> YearPlan | None:
    return YearPlan.objects.filter(project=project, year=year).prefetch_related("months").first()


def by_month(plan: YearPlan) -> list[Decimal | None]:
    """The twelve amounts in 万元; twelve times None when the plan was not given by months."""
    known = {one.month: one.planned for one in plan.months.all()}
    return [known.get(month) for month in range(1, MONTHS + 1)]


def mark(plan: YearPlan) -> int:
    """Which state of the plan a person has read: grows with every change of it or of its months."""
    newest = plan.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0
    months = MonthPlan.history.filter(plan_id=plan.pk).order_by("-history_id").values_list("history_id", flat=True)
    return int(newest) + int(months.first() or 0)


# --- changing ----------------------------------------------------------------------------------------------------


@transaction.atomic
def set_plan(
    *, project: Project, year: int, read: int, amount: Decimal | None, goal: str,
    months: Sequence[Decimal | None], by: User, reason: str,
) -> YearPlan:  # fmt: skip
    """Change amount, goal and months (万元) of a year, with the reason. `read` is the `mark` that was looked at.

    Raises PermissionDenied unless the bureau does it, ValidationError with the sentence for the user."""
    refuse(project, by)
    plan = held(project, year)
    if mark(plan) != read:
        last = plan.history.select_related("history_user").first()
        raise ValidationError(f"{last.history_user or '另一位用户'}刚修改过这份计划，请对照现值后重新保存。")
    if not reason.strip():
        raise ValidationError({"reason": "调整年度计划须写明原因。"})
    refuse_sum(amount, months)
    plan.annual_plan, plan.goal = amount, goal.strip()
    audit.save(plan, by=by, reason=reason)
    set_months(plan, months, by=by, reason=reason)
    lights.refresh([project], on=clock.today())
    site_audit.log("plan.set", by=by, obj=project, year=year, amount=str(amount or ""), reason=reason)
    return plan


@transaction.atomic
def set_amount(*, project: Project, year: int, to: Decimal, by: User, reason: str) -> YearPlan:
    """Change the amount alone. Months given before are dropped when they no longer make the amount: history keeps
    them, and 序时 is again months ÷ 12."""
    refuse(project, by)
    plan = held(project, year)
    plan.annual_plan = to
    audit.save(plan, by=by, reason=reason)
    known = by_month(plan)
    if any(known) and sum(one or 0 for one in known) != to:
        set_months(plan, [None] * MONTHS, by=by, reason=reason)
    lights.refresh([project], on=clock.today())
    return plan


def refuse(project: Project, by: User) -> None:
    if by.role != Role.STAFF or not may_change(by, project):
        raise PermissionDenied("年度计划由市局投资科调整。")


def held(project: Project, year: int) -> YearPlan:
    plan = YearPlan.objects.select_for_update().filter(project=project, year=year).first()
    if plan is None:
        raise ValidationError(f"这个项目没有{year}年度计划。")
    return plan


def refuse_sum(amount: Decimal | None, months: Sequence[Decimal | None]) -> None:
    """Months that are given make the amount of the year."""
    if all(one is None for one in months):
        return
    total = sum((one or Decimal(0) for one in months), Decimal(0))
    if total != (amount or 0):
        gap = total - (amount or 0)
        word = "多" if gap > 0 else "少"
        raise ValidationError(f"分月计划合计{total:,.2f}万元，比年度计划投资{word}{abs(gap):,.2f}万元，请核对。")


def set_months(plan: YearPlan, months: Sequence[Decimal | None], *, by: User, reason: str) -> None:
    """Store the twelve amounts; only what differs is written."""
    given = any(one is not None for one in months)
    wanted = {month: months[month - 1] or Decimal(0) for month in range(1, MONTHS + 1)} if given else {}
    kept = {one.month: one for one in MonthPlan.objects.filter(plan=plan)}
    audit.delete_many([one for month, one in kept.items() if month not in wanted], by=by, reason=reason)
    for month, planned in wanted.items():
        one = kept.get(month) or MonthPlan(plan=plan, month=month)
        if one.pk is None or one.planned != planned:
            one.planned = planned
            audit.save(one, by=by, reason=reason)


# --- 结转 -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Carry:
    """What 结转 of a year would do: new plans, openings to fill in or correct, plans that are there, what has ended."""

    new: tuple[YearPlan, ...]
    fill: tuple[YearPlan, ...]
    there: int
    ended: int
    is_closed: bool


def carry_preview(*, year: int) -> Carry:
    """Look at all projects of the year. The 累计 at its end is known once December is closed; until then new plans
    have none, and 结转 once more fills it in where nobody has, also anew when December was opened again since."""
    is_closed = investment.closed_month(year) == MONTHS
    plans = YearPlan.objects.filter(year=year, project__in=Project.objects.live()).select_related("project__unit")
    later = {plan.project_id: plan for plan in YearPlan.objects.filter(year=year + 1)}
    new, fill, there, ended = [], [], 0, 0
    for plan in plans.order_by("paper_unit", "paper_type", "-paper_total", "project"):
        opening = since_start(plan) if is_closed else None
        known = later.get(plan.project_id)
        if known:
            there += 1
            if opening is not None and known.opening_cumulative != opening and is_carried(known, year):
                known.opening_cumulative = opening
                fill.append(known)
        elif has_ended(plan.project):
            ended += 1
        else:
            new.append(next_plan(plan, opening))
    return Carry(tuple(new), tuple(fill), there, ended, is_closed)


def next_plan(plan: YearPlan, opening: Decimal | None) -> YearPlan:
    """The plan of the next year, not saved: its kind and what was done before; the amount is the bureau's to give."""
    made = YearPlan(project=plan.project, year=plan.year + 1, year_type=next_type(plan), opening_cumulative=opening)
    for name, value in derived.paper_columns(made, plan.project).items():
        setattr(made, name, value)
    return made


def is_carried(plan: YearPlan, year: int) -> bool:
    """Whether nobody has said what had been done before the plan's year, but perhaps 结转 itself."""
    if plan.opening_cumulative is None:
        return True
    rows = plan.history.order_by("-history_id").values_list("opening_cumulative", "history_change_reason")
    said = [reason for _, reason in takewhile(lambda row: row[0] == plan.opening_cumulative, rows)]
    return bool(said) and said[-1] == reason_of(year)


def reason_of(year: int) -> str:
    return f"由{year}年度结转"


def since_start(plan: YearPlan) -> Decimal | None:
    """What had been done by the end of the year in 万元: before it and in it. Unknown when nothing is known."""
    if plan.opening_cumulative is None and plan.done is None:
        return None
    return (plan.opening_cumulative or Decimal(0)) + (plan.done or Decimal(0))


def has_ended(project: Project) -> bool:
    return project.hold == Hold.WITHDRAWN or project.stage in FINISHED


def next_type(plan: YearPlan) -> str:
    """A started project goes on as 续建; all others keep their kind."""
    began = plan.project.stage in STARTED and plan.year_type == YearType.NEW
    return YearType.CONTINUING if began else plan.year_type


@transaction.atomic
def carry(*, year: int, by: User) -> Carry:
    """结转到下一年: make the plans and lists of the next year and fill in openings. Twice does nothing twice."""
    if by.role != Role.STAFF or not by.is_lead:
        raise PermissionDenied("结转由业务负责人办理。")
    list(YearPlan.objects.select_for_update().filter(year=year).values_list("pk", flat=True))
    found = carry_preview(year=year)
    if not found.new and not found.fill:
        raise ValidationError(f"没有需要结转到{year + 1}年的项目。")
    reason = reason_of(year)
    audit.create_many(list(found.new), by=by, reason=reason)
    audit.update_many(list(found.fill), ["opening_cumulative"], by=by, reason=reason)
    lists = groups.carry(year=year, by=by, reason=reason)
    light_runs.relight()
    site_audit.log("plan.carry", by=by, year=year, rows=len(found.new), filled=len(found.fill), lists=lists)
    return found
