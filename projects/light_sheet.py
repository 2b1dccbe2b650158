"""灯色 on the page of a project: each dimension, how fresh the figures are, each month-end, what was set by hand."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.models import User
from portal.permissions import lead
from projects import investment, light_words, month_lights, overrides
from projects.choices import LightDimension
from projects.models import LightOverride, MonthEndLight, Project, YearPlan


@dataclass(frozen=True)
class Month:
    """One month-end: which, the light then and why, by which rule."""

    label: str
    light: str
    why: str
    rule: str


@dataclass(frozen=True)
class LightSheet:
    """Everything about the light of a project."""

    lines: list[light_words.Line]
    months: list[Month]
    overrides: list[tuple[LightOverride, str]]
    in_force: LightOverride | None
    by_hand: str
    unsure: str
    behind: str
    may_set: bool


def of(project: Project, plan: YearPlan | None, *, user: User, on: date) -> LightSheet:
    """Three queries."""
    row: dict[str, Any] = {name: getattr(project, name) for name in light_words.FIELDS}
    given = overrides.of(project)
    in_force = next((one for one in given if one.ended_at is None and one.until >= on), None)
    return LightSheet(
        lines=light_words.lines(project.light_parts),
        months=[month_of(one) for one in month_lights.of(project)],
        overrides=[(one, ended(one, on)) for one in given],
        in_force=in_force,
        by_hand=light_words.by_hand(row),
        unsure=light_words.unsure(row, on),
        behind=behind(plan),
        may_set=lead(user) and in_force is None and not project.deleted_no,
    )


def month_of(stored: MonthEndLight) -> Month:
    """The reasons of that month; of a light nobody could compute, why not."""
    bad = [f"{light_words.DIMENSIONS[part[0]]}：{part[2]}" for part in stored.parts if is_bad(part)]
    return Month(str(stored.period), stored.light, "；".join(bad) or stored.why, str(stored.rule))


def is_bad(part: list[Any]) -> bool:
    return part[0] in LightDimension.values and part[1] in ("red", "yellow")


def ended(override: LightOverride, on: date) -> str:
    """How it stands: 有效, 已到期, or who took it back and when."""
    if override.ended_by:
        return f"{override.ended_by}已撤销"
    return "有效" if override.ended_at is None and override.until >= on else "已到期"


def behind(plan: YearPlan | None) -> str:
    """8月未报，投资进度仍按1—7月: the newest closed month has nothing of the project."""
    if plan is None or plan.done_month is None:
        return ""
    closed = investment.closed_month(plan.year)
    if closed is None or plan.done_month >= closed:
        return ""
    return f"{closed}月没有已审核的月报，投资进度仍按1—{plan.done_month}月"
