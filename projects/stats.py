"""Counts and sums of the register: one definition of each set, one query for all of them. Amounts in 万元."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, F, Max, Q, Sum

from parks.models import Park
from portal.money import round_half_up, yi
from projects.choices import Nature, Stage
from projects.groups import Difference
from projects.investment import Done, closed_month, percent
from projects.models import Project, YearPlan
from projects.models.queries import ProjectQuerySet
from projects.models.sets import ACTIVE, NAMED, NOT_STARTED, PLANNED_NEW, SUSPENDED, WITHDRAWN

# sets that only texts speak of, beside the named ones
OTHER_SETS: dict[str, Q] = {
    "all": Q(),
    "reform": Q(nature=Nature.REFORM),
    "demo": Q(is_demo=True),
    "stage_unknown": ACTIVE & Q(stage=""),
    "type_unknown": ACTIVE & Q(plan__year_type="", stage__in=(Stage.SIGNED, Stage.PREPARING)),
    "new_suspended": PLANNED_NEW & SUSPENDED,
    "new_withdrawn": PLANNED_NEW & WITHDRAWN,
    "new_stage_unknown": PLANNED_NEW & ACTIVE & Q(stage=""),
    "start_unverified": NOT_STARTED & Q(unverified=True),
    "start_undated": NOT_STARTED & Q(unverified=False, planned_start_to=None),
}
WAITING = "待分派"
WITH_TOTAL = {"all", "shown", "reform", "planned_new", "not_started", "not_due_start", "start_unverified"}
WITH_TOTAL |= {"overdue_start", "overdue_finish"}
# what a list can do without: only the first pages tell the one, only the paragraph of 未开工 the other
FOR_FIRST_PAGES = {"reform", "planned_finishing", "finished", "overdue"}
ABOUT_STARTS = {"new_suspended", "new_withdrawn", "new_stage_unknown", "start_unverified", "start_undated"}
ABOUT_STARTS |= {"stage_unknown", "type_unknown", "not_due_start"}
WITH_PLAN = {"all", "shown"}


@dataclass(frozen=True)
class Tally:
    """How many projects, their 总投资, 年度计划投资 and what is done of it (万元; only where it is asked for)."""

    count: int = 0
    total: Decimal = Decimal(0)
    plan: Decimal = Decimal(0)
    done: Decimal = Decimal(0)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.count + other.count, self.total + other.total, self.plan + other.plan, self.done + other.done)

    @property
    def words(self) -> str:
        """14个、34.42亿元."""
        return f"{self.count}个、{yi(self.total)}亿元" if self.count else "0个"


@dataclass(frozen=True)
class Figures:
    """The tallies of some projects on a day, by the key of the set: `figures["overdue_start"].count`."""

    on: date
    year: int
    tallies: Mapping[str, Tally]

    def __getitem__(self, key: str) -> Tally:
        return self.tallies[key]

    def done(self, month: int | None, key: str = "all") -> Done:
        """完成投资 of a set up to the closed month, against plan and 序时."""
        return Done(month, self[key].done, self[key].plan)

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(self.on, self.year, {key: self[key] + other[key] for key in self.tallies})


def figures(
    projects: ProjectQuerySet, *, on: date, year: int, shown: Q | None = None, but: Collection[str] = ()
) -> Figures:
    """Count and sum every set within `projects` (they need `in_year`) and `shown` in one query; not those in `but`."""
    wanted = {key: condition for key, condition in conditions(on, shown or None).items() if key not in but}
    found = figures_of(projects, wanted, on=on, year=year)
    return Figures(on, year, {"shown": found["all"], **found.tallies})


def figures_of(projects: ProjectQuerySet, wanted: Mapping[str, Q], *, on: date, year: int) -> Figures:
    """The same of these sets, in one query."""
    return Figures(on, year, tallies(projects.order_by().aggregate(**expressions(wanted)), wanted))


def figures_by(
    projects: ProjectQuerySet, column: Any, *, on: date, year: int, wanted: Mapping[str, Q] | None = None
) -> dict[Any, Figures]:
    """The same per value of a column (a name or an expression), in one query. `wanted` counts other sets than a list
    does. Values without projects are absent."""
    sets = conditions(on) if wanted is None else wanted
    rows = projects.order_by().values(part=F(column) if isinstance(column, str) else column)
    return {row["part"]: Figures(on, year, tallies(row, sets)) for row in rows.annotate(**expressions(sets))}


def figures_by_unit(projects: ProjectQuerySet, *, on: date, year: int) -> dict[int | None, Figures]:
    """Per 填报单位 (its id; None is 待分派)."""
    return figures_by(projects, "unit_id", on=on, year=year)


def nothing(*, on: date, year: int, wanted: Iterable[str] | None = None) -> Figures:
    """Figures of no project."""
    return Figures(on, year, dict.fromkeys(conditions(on) if wanted is None else wanted, Tally()))


def total_of(parts: Iterable[Figures], *, on: date, year: int, wanted: Iterable[str] | None = None) -> Figures:
    return sum(parts, start=nothing(on=on, year=year, wanted=wanted))


def share(part: int, whole: int) -> str:
    """18.9%: one decimal, half up; empty where there is nothing to be a share of."""
    return f"{percent(Decimal(part) * 100 / whole)}%" if whole else ""


def conditions(on: date, shown: Q | None = None) -> dict[str, Q]:
    named = {key: one.condition(on) for key, one in NAMED.items() if one.counted}
    extra = {} if shown is None else {"shown": shown}
    return {**OTHER_SETS, **named, **extra}


def expressions(wanted: Mapping[str, Q]) -> dict[str, Aggregate]:
    """The aggregates of each set: a count, the sum of 总投资 where texts need it, the annual plan where asked for."""
    found: dict[str, Aggregate] = {}
    for key, condition in wanted.items():
        only = condition or None
        found[f"{key}_count"] = Count("pk", filter=only)
        if key in WITH_TOTAL:
            found[f"{key}_total"] = Sum("total_investment", filter=only)
        if key in WITH_PLAN:
            found[f"{key}_plan"] = Sum("plan__annual_plan", filter=only)
            found[f"{key}_done"] = Sum("plan__done", filter=only)
    return found


def tallies(row: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Tally]:
    return {
        key: Tally(row[f"{key}_count"], *(exact(row.get(f"{key}_{name}")) for name in ("total", "plan", "done")))
        for key in wanted
    }


def exact(amount: Decimal | None) -> Decimal:
    """SQLite adds in floating point: give the sum its two decimals back."""
    return round_half_up(Decimal(amount or 0), 2)


# --- the table by unit -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class UnitLine:
    """A line of the table 分园区. `park` is None for 合计 and 待分派."""

    name: str
    figures: Figures
    park: Park | None = None
    children: tuple["UnitLine", ...] = ()
    month: int | None = None  # the newest closed one

    @property
    def done(self) -> Done:
        return self.figures.done(self.month)

    @property
    def query(self) -> str:
        """The part of a list's address that stands for the line."""
        if self.park:
            return f"&park={self.park.code}"
        return f"&q={WAITING}" if self.name == WAITING else ""


def unit_lines(projects: ProjectQuerySet, units: Iterable[Park], *, on: date, year: int) -> list[UnitLine]:
    """合计 first, then the units as on paper (a unit with children sums them up), 待分派 last if there is any."""
    by_unit = figures_by_unit(projects, on=on, year=year)
    return lines_of(by_unit, units, none=nothing(on=on, year=year), month=closed_month(year))


def lines_of(
    by_unit: Mapping[int | None, Figures], units: Iterable[Park], *, none: Figures, month: int | None
) -> list[UnitLine]:
    """The same lines from figures that are counted already; `none` are those of a unit without projects."""
    units = list(units)
    lines = [line_of(one, units, by_unit, none=none, month=month) for one in units if one.parent_id is None]
    total = UnitLine("合计", sum(by_unit.values(), start=none), month=month)
    waiting = [UnitLine(WAITING, by_unit[None], month=month)] if None in by_unit else []
    return [total, *lines, *waiting]


def line_of(
    park: Park, units: list[Park], by_unit: Mapping[int | None, Figures], *, none: Figures, month: int | None
) -> UnitLine:
    children = [one for one in units if one.parent_id == park.pk]
    below = tuple(line_of(one, units, by_unit, none=none, month=month) for one in children)
    below = tuple(sorted(below, key=lambda line: -line.figures["all"].count))
    whole = sum((line.figures for line in below), start=by_unit.get(park.pk, none))
    return UnitLine(park.name, whole, park, below, month)


# --- sentences -------------------------------------------------------------------------------------------------


def sentence(found: Figures, guard: Difference | None = None, *, month: int | None = None) -> str:
    """一句话 of the city: what there is, whether it agrees with the published figure, what is late, and what was done
    up to the newest closed month."""
    whole = found["all"]
    there_is = f"全市{found.year}年工业投资项目{whole.count}个、总投资{yi(whole.total)}亿元"
    return f"{there_is}{guard_words(found, guard)}。{progress_words(found)}{done_words(found, month)}"


def own_sentence(names: str, found: Figures, *, month: int | None = None) -> str:
    """一句话 of a unit: its own projects only, nothing of the others or of the published figure."""
    whole = found["all"]
    there_is = f"{names}{found.year}年工业投资项目{whole.count}个、总投资{yi(whole.total)}亿元"
    return f"{there_is}。{progress_words(found, not_started=True)}{done_words(found, month)}"


def done_words(found: Figures, month: int | None) -> str:
    """1—8月完成投资218.63亿元，完成年度计划的59.4%，低于序时7.2个百分点。 Nothing before the first closed month."""
    words = found.done(month).words
    return f"{words}。" if words else ""


def guard_words(found: Figures, guard: Difference | None) -> str:
    """，与公布数一致; when more is registered than published, the published part is named apart."""
    if guard is None:
        return ""
    if (guard.count, guard.total) == (found["all"].count, found["all"].total):
        return f"，{guard.words}"
    return f"，其中列入公布名单{guard.count}个、{yi(guard.total)}亿元，{guard.words}"


def progress_words(found: Figures, *, not_started: bool = False) -> str:
    """计划新开工…已开工…逾期未开工…；逾期未竣工…。"""
    still = f"未开工{found['not_started'].count}个，" if not_started else ""
    return (
        f"计划新开工{found['planned_new'].count}个，已开工{found['started'].count}个，"
        f"{still}逾期未开工{found['overdue_start'].words}；逾期未竣工{found['overdue_finish'].words}。"
    )


def register(user: Any, *, year: int) -> ProjectQuerySet:
    """What a person sees of the register of a year: where each figure starts."""
    return Project.objects.visible_to(user).in_year(year)


def year_on(on: date) -> int:
    """The year whose register counts on a day: its own if there is one, else the newest."""
    years = YearPlan.objects.aggregate(own=Max("year", filter=Q(year=on.year)), newest=Max("year"))
    return years["own"] or years["newest"] or on.year
