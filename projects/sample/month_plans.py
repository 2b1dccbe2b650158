"""分月计划 of the projects that were to begin from May on: their money is planned from the month after the start."""

from decimal import Decimal

from portal.models import User
from projects import audit
from projects.choices import YearType
from projects.models import MonthPlan, YearPlan
from projects.sample.amounts import COARSE, LAST, MONTHS
from projects.sample.progress import moment
from projects.sample.stories import REGISTER_DAY

FROM_MONTH = 5
Planned = dict[int, list[Decimal]]


def record(*, year: int, by: User) -> Planned:
    """Store them; returns the twelve amounts (万元) by project."""
    new = YearPlan.objects.filter(
        year=year, year_type=YearType.NEW, project__is_demo=True, project__deleted_no=0, annual_plan__gt=0,
        project__planned_start_to__year=year, project__planned_start_to__month__gte=FROM_MONTH,
    )  # fmt: skip
    found: Planned = {}
    rows: list[MonthPlan] = []
    for plan in new.select_related("project").order_by("pk"):
        start = plan.project.planned_start_to
        found[plan.project_id] = amounts = months_of(plan.annual_plan or Decimal(0), start.month if start else 1)
        rows += [MonthPlan(plan=plan, month=number, planned=amount) for number, amount in enumerate(amounts, start=1)]
    for row in rows:
        row._history_date = moment(REGISTER_DAY)  # type: ignore[attr-defined]
    audit.create_many(rows, by=by, reason="分月计划（演示）")
    return found


def months_of(plan: Decimal, start: int) -> list[Decimal]:
    """Twelve amounts that make the plan: nothing up to the month of the start, then alike."""
    first = min(start + 1, MONTHS)
    each = plan // (MONTHS - first + 1) // COARSE * COARSE
    amounts = [each if month >= first else Decimal(0) for month in range(1, MONTHS + 1)]
    amounts[-1] += plan - sum(amounts)
    return amounts


def due(plan: Decimal, amounts: list[Decimal] | None) -> Decimal:
    """What should be done by the end of August."""
    return sum(amounts[:LAST], Decimal(0)) if amounts else plan * LAST / MONTHS
