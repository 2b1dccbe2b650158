"""Two people at once: what one read, what is saved now, and what the other typed, field by field."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from projects import words
from projects.models import Project, YearPlan

FACTS = (
    *("name", "former_names", "project_code", "unit", "county", "address", "industry_group", "industry"),
    *("chain_segment", "nature", "content", "capacity", "total_investment", "stage", "hold", "stat_listed"),
    *("stat_listed_on", "responsible_unit", "city_leader", "bureau_owner", "park_owner", "park_phone", "liaison"),
    *("liaison_phone", "remark"),
)
PLAN_FACTS = ("year_type", "annual_plan", "opening_cumulative")


@dataclass(frozen=True)
class Change:
    """One fact that somebody else changed since it was read."""

    name: str
    base: Any
    theirs: Any

    @property
    def label(self) -> str:
        return words.label(self.name)

    @property
    def base_words(self) -> str:
        return words.shown(self.name, self.base)

    @property
    def theirs_words(self) -> str:
        return words.shown(self.name, self.theirs)


@dataclass(frozen=True)
class Meanwhile:
    """What was saved between the version somebody read and now: by whom last, when, and which facts."""

    who: str
    at: datetime
    base: dict[str, Any]
    changes: dict[str, Change]


def facts_of(project: Project, plan: YearPlan | None) -> dict[str, Any]:
    """Every fact a person can edit under its short name; spans and the enterprise as one value."""
    facts = {name: getattr(project, name) for name in FACTS}
    facts |= {name: getattr(project, name) for name in words.SPAN_NAMES}
    facts |= {name: getattr(plan, name) if plan else None for name in PLAN_FACTS}
    facts["year_type"] = facts["year_type"] or ""
    facts["enterprise_name"] = project.enterprise.name if project.enterprise else ""
    facts["uscc"] = (project.enterprise.uscc if project.enterprise else "") or ""
    return facts


def facts_at(project: Project, *, version: int, year: int) -> dict[str, Any] | None:
    """The facts as they stood at that version, from history; None when history does not know it."""
    read = project.history.filter(version=version).first()
    if read is None:
        return None
    following = project.history.filter(version=version + 1).last()
    plans = YearPlan.history.filter(project_id=project.pk, year=year)
    if following:
        plans = plans.filter(history_date__lt=following.history_date)
    plan = plans.first()
    return facts_of(read.instance, plan.instance if plan else None)


def meanwhile(project: Project, plan: YearPlan | None, *, version: int, year: int) -> Meanwhile | None:
    """What others changed since `version`; None while that version still stands or was never read."""
    if version >= project.version:
        return None
    now = facts_of(project, plan)
    base = facts_at(project, version=version, year=year)
    last = project.history.select_related("history_user").first()
    if base is None:  # written in bulk, without history: every fact may have been changed
        changes = {name: Change(name, now[name], now[name]) for name in now}
    else:
        changes = {name: Change(name, base[name], now[name]) for name in now if base[name] != now[name]}
    who = str(last.history_user) if last and last.history_user else "另一位用户"
    return Meanwhile(who, last.history_date if last else project.created_at, base or now, changes)
