"""分月计划 in an import: twelve columns, one change of a project's plan, by the rules of `planning`.

Months are given for the year or not at all and add up to its amount. A blank cell keeps the month the register knows.
A list of months travels as twelve amounts in 万元 as text; None: the plan is not given by months.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from portal import money
from portal.choices import Role
from portal.models import User
from projects import audit, planning
from projects.importing import issues
from projects.importing.aliases import MONTHS
from projects.importing.context import Context, Loaded
from projects.importing.decisions import Change, Decision
from projects.models import MonthPlan, YearPlan

KEY, LABEL, AMOUNT = "months", "分月计划", "annual_plan"
NONE, ZERO = "未分月", "0.00"
Months = list[str] | None


def told(facts: Mapping[str, Any]) -> list[str | None] | None:
    """What a row says of the months; None when all its cells are blank."""
    said = [facts.get(name) for name in MONTHS]
    return said if any(one is not None for one in said) else None


def compare(decision: Decision, plan: YearPlan | None, loaded: Loaded, context: Context) -> None:
    """Add the change a row makes to the months, an error where they do not make the amount of the year, or their going
    away with an amount they no longer make."""
    known = loaded.months.get(plan.pk) if plan else None
    said = decision.values.get(KEY)
    new = merged(said, known) if said else known
    is_bureau = context.user.role == Role.STAFF
    amount = amount_of(decision, plan)
    if said and is_bureau and (wrong := refusal(new, amount)):
        decision.say(next(name for name, one in zip(MONTHS, said, strict=True) if one is not None), issues.ERROR, wrong)
    elif not said and is_bureau and refusal(known, amount):
        decision.changes.append(Change(KEY, LABEL, show(known), f"{NONE}（与年度计划投资不再相符）", None, known))
    elif new != known:
        decision.changes.append(Change(KEY, LABEL, show(known), show(new), new, known))


def merged(said: list[str | None], known: Months) -> list[str]:
    return [one or (known[place] if known else ZERO) for place, one in enumerate(said)]


def amount_of(decision: Decision, plan: YearPlan | None) -> Decimal | None:
    """The amount of the year as the row leaves it, in 万元."""
    for change in decision.changes:
        if change.field == AMOUNT:
            return None if change.value is None else Decimal(change.value)
    return plan.annual_plan if plan else None


def refusal(months: Months, amount: Decimal | None) -> str:
    """Why the months cannot stand beside the amount, "" when they can."""
    try:
        planning.refuse_sum(amount, [Decimal(one) for one in months] if months else [None] * planning.MONTHS)
    except ValidationError as error:
        return str(error.messages[0])
    return ""


def show(months: Months) -> str:
    """1月10.00、2月20.00（万元）; months without money are left out."""
    if months is None:
        return NONE
    some = [f"{month}月{money.wan(Decimal(one))}" for month, one in enumerate(months, start=1) if Decimal(one)]
    return f"{'、'.join(some) or '各月为0'}（万元）"


# --- reading and writing ---------------------------------------------------------------------------------------


def of_plans(plans: Iterable[int]) -> dict[int, list[str]]:
    """The months of those plans that are given by months. One query."""
    found: dict[int, list[str]] = {}
    for plan, month, planned in MonthPlan.objects.filter(plan__in=list(plans)).values_list("plan", "month", "planned"):
        found.setdefault(plan, [ZERO] * planning.MONTHS)[month - 1] = f"{planned:.2f}"
    return found


def settle(plan: YearPlan, wanted: Months, known: Months) -> Months:
    """What stays once the amount is written: a person may have left the amount of the row alone."""
    return next((one for one in (wanted, known) if one and not refusal(one, plan.annual_plan)), None)


def put(wanted: Mapping[int, Months], *, by: User, reason: str) -> None:
    """Store the months of plans; only what differs is written. Five queries at most."""
    kept = {(one.plan_id, one.month): one for one in MonthPlan.objects.filter(plan__in=list(wanted))}
    target = {
        (plan, month): Decimal(one)
        for plan, months in wanted.items()
        for month, one in enumerate(months or [], start=1)
    }  # fmt: skip
    changed = [kept[key] for key, planned in target.items() if key in kept and kept[key].planned != planned]
    for one in changed:
        one.planned = target[one.plan_id, one.month]
    new = [MonthPlan(plan_id=key[0], month=key[1], planned=one) for key, one in target.items() if key not in kept]
    audit.delete_many([one for key, one in kept.items() if key not in target], by=by, reason=reason)
    audit.update_many(changed, ["planned"], by=by, reason=reason)
    audit.create_many(new, by=by, reason=reason)
