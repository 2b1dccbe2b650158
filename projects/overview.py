"""统计分析: the register of a year by unit, industry, stage, 四个一批 and 市领导, its 投资完成曲线 and its late nodes.

`count` asks the database, by the functions of desk and list; `overview_page` lays out what was counted. So figures that
were just counted and figures that were kept (`overview_store`) give the same page. Amounts in 万元.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum, When

from projects import investment, stat_sums, stats
from projects.choices import Hold
from projects.models import Milestone, MonthPlan, YearPlan
from projects.models.node_sets import LATENESS, overdue
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.stat_sums import Known
from projects.stats import Figures, Tally, exact

MONTHS = range(1, 13)
COVERED = Decimal(80)  # per cent of the year's plan that month plans must cover before the curve follows them
STAGE_OR_HOLD = Case(When(hold=Hold.NONE, then=F("plan__paper_stage")), default=F("hold"), output_field=CharField())
DIMENSIONS: dict[str, Any] = {
    "unit": "unit_id",
    "industry": "industry_group",
    "stage": STAGE_OR_HOLD,
    "leader": "city_leader",
}
SETS = (
    *("all", "reform", "demo", "planned_new", "started", "planned_finishing", "finished"),
    *("overdue_start", "overdue_finish", "suspended", "under_way", "stat_listed", "stat_unknown"),
)


def wanted(on: date) -> dict[str, Q]:
    """The sets that each line counts."""
    known = {**stats.OTHER_SETS, **{key: one.condition(on) for key, one in NAMED.items()}}
    return {key: known[key] for key in SETS}


@dataclass(frozen=True)
class Curve:
    """The year's plan and what was done, both 累计 at the end of a month."""

    plan: Decimal  # of the whole year
    by_months: tuple[Decimal, ...]  # of it, what month plans say of each of the twelve months
    planned_by_months: Decimal  # the annual plans of the projects that have month plans
    done: tuple[tuple[int, Decimal], ...]

    @property
    def covered(self) -> Decimal:
        """How much of the year's plan the month plans cover, in per cent."""
        return sum(self.by_months) * 100 / self.plan if self.plan else Decimal(0)

    @property
    def follows_months(self) -> bool:
        return self.covered >= COVERED

    def planned(self, month: int) -> Decimal | None:
        """What should be done by the end of the month: month plans where there are enough, the rest by 序时. None while
        the year has no plan."""
        if not self.plan:
            return None
        if not self.follows_months:
            return self.plan * month / 12
        return sum(self.by_months[:month], (self.plan - self.planned_by_months) * month / 12)


@dataclass(frozen=True)
class LateNodes:
    """How many nodes of a kind are late, by how many days."""

    code: str
    name: str
    counts: Mapping[str, int]  # by the keys of LATENESS

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Counted:
    """Everything that was counted: the figures of each value of each dimension, the curve, the late nodes, 列统口径."""

    on: date
    year: int
    month: int | None
    parts: Mapping[str, Mapping[Any, Figures]]
    curve: Curve
    late: tuple[LateNodes, ...]
    stat: Known

    @property
    def none(self) -> Figures:
        return stats.nothing(on=self.on, year=self.year, wanted=SETS)

    @property
    def whole(self) -> Figures:
        return stats.total_of(self.parts["unit"].values(), on=self.on, year=self.year, wanted=SETS)


def count(projects: ProjectQuerySet, nodes: QuerySet[Milestone], *, on: date, year: int) -> Counted:
    """Count these projects (they need `in_year`) and nodes: one query for each dimension, whatever their number."""
    sets = wanted(on)
    parts = {
        name: stats.figures_by(projects, column, on=on, year=year, wanted=sets) for name, column in DIMENSIONS.items()
    }
    curve, late = curve_of(projects, year=year), late_of(nodes, on=on)
    return Counted(on, year, investment.closed_month(year), parts, curve, late, stat_sums.total(projects, year=year))


def curve_of(projects: ProjectQuerySet, *, year: int) -> Curve:
    mine = projects.order_by().values("pk")
    rows = MonthPlan.objects.filter(plan__year=year, plan__project__in=mine).order_by().values("month")
    months = {row["month"]: exact(row["sum"]) for row in rows.annotate(sum=Sum("planned"))}
    plans = YearPlan.objects.filter(year=year, project__in=mine)
    with_months = Sum("annual_plan", filter=Q(Exists(MonthPlan.objects.filter(plan=OuterRef("pk")))))
    found = plans.aggregate(plan=Sum("annual_plan"), with_months=with_months)
    by_months = tuple(months.get(month, Decimal(0)) for month in MONTHS)
    done = tuple(investment.by_month(projects, year=year))
    return Curve(exact(found["plan"]), by_months, exact(found["with_months"]), done)


def late_of(nodes: QuerySet[Milestone], *, on: date) -> tuple[LateNodes, ...]:
    """逾期节点分布: late nodes by kind, in the order of the template, and by days."""
    spans = {f"late_{key}": Count("pk", filter=one.condition(on)) for key, one in LATENESS.items()}
    kinds = nodes.filter(overdue(on)).order_by().values("code")
    rows: Any = kinds.annotate(kind=Max("name"), place=Min("order"), **spans).order_by("place", "code")
    return tuple(LateNodes(row["code"], row["kind"], {key: row[f"late_{key}"] for key in LATENESS}) for row in rows)


# --- as text that is kept ---------------------------------------------------------------------------------------


def packed(counted: Counted) -> dict[str, Any]:
    """What was counted as JSON; amounts as text, so that not a cent changes."""
    curve = counted.curve
    return {
        "month": counted.month,
        "parts": {name: [[key, pack(one)] for key, one in parts.items()] for name, parts in counted.parts.items()},
        "plan": [str(curve.plan), str(curve.planned_by_months), *map(str, curve.by_months)],
        "done": [[month, str(amount)] for month, amount in curve.done],
        "late": [[one.code, one.name, dict(one.counts)] for one in counted.late],
        "stat": [counted.stat.month, str(counted.stat.done), counted.stat.count],
    }


def pack(figures: Figures) -> dict[str, list[Any]]:
    return {key: [one.count, str(one.total), str(one.plan), str(one.done)] for key, one in figures.tallies.items()}


def unpacked(kept: Mapping[str, Any], *, on: date, year: int) -> Counted:
    """The same again."""
    plan, planned_by_months, *by_months = map(Decimal, kept["plan"])
    done = tuple((month, Decimal(amount)) for month, amount in kept["done"])
    parts = {name: {key: unpack(one, on=on, year=year) for key, one in some} for name, some in kept["parts"].items()}
    curve = Curve(plan, tuple(by_months), planned_by_months, done)
    late = tuple(LateNodes(code, name, counts) for code, name, counts in kept["late"])
    month, amount, count = kept["stat"]
    return Counted(on, year, kept["month"], parts, curve, late, Known(month, Decimal(amount), count))


def unpack(kept: Mapping[str, Iterable[Any]], *, on: date, year: int) -> Figures:
    return Figures(on, year, {key: Tally(number, *map(Decimal, rest)) for key, (number, *rest) in kept.items()})
