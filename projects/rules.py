"""Versions of the rule of the lights: a new one has a day and a reason, past ones stay (domain.md §5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, F, Max

from portal import audit, clock
from portal.models import User
from portal.permissions import lead
from projects import light_runs, lights
from projects.choices import Light
from projects.models import LightRule, LightRun, Project
from projects.models.queries import ProjectQuerySet

ORDER = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
THRESHOLDS = (
    *("red_over_days", "key_red_over_days", "investment_yellow", "investment_red"),
    *("listed_from", "listed_yellow_months", "listed_red_months", "report_red_days"),
)


@dataclass(frozen=True)
class Counts:
    """How many projects have which light; `sample` says from how many of them it was reckoned, 0 from all."""

    red: int
    yellow: int
    green: int
    grey: int
    sample: int = 0


def present(projects: ProjectQuerySet) -> Counts:
    """By the lights that are stored. One query."""
    found = dict(projects.order_by().values_list("light").annotate(Count("pk")))
    return Counts(*(found.get(light, 0) for light in ORDER))


def preview(projects: ProjectQuerySet, *, on: date, **thresholds: Any) -> Counts:
    """How many of these projects would have which light on that day if the rule were so. Nothing is stored. Of a large
    register every so manieth project is looked at: a page cannot wait for all of them."""
    rule = LightRule(version=next_version(), effective_from=on, **thresholds)
    total = projects.count()
    if total <= light_runs.MANY:
        found = lights.counted(projects, on=on, rule=rule)
        return Counts(*(found.get(light, 0) for light in ORDER))
    every = -(-total // light_runs.MANY)
    sample = projects.annotate(place=F("pk") % every).filter(place=0)
    return scaled(lights.counted(sample, on=on, rule=rule), total)


def scaled(found: Mapping[str, int], total: int) -> Counts:
    """What a sample found, reckoned up to all projects; the four still add up to them."""
    size = sum(found.values())
    red, yellow, green = (round(found.get(light, 0) * total / size) if size else 0 for light in ORDER[:3])
    return Counts(red, yellow, green, total - red - yellow - green, sample=size)


def next_version() -> int:
    return (LightRule.objects.aggregate(last=Max("version"))["last"] or 0) + 1


@transaction.atomic
def add(*, effective_from: date, reason: str, by: User, **thresholds: Any) -> tuple[LightRule, LightRun | None]:
    """Make a new version that counts from its day on, and bring the lights to it: at once, or by the run that is
    returned. Not for days gone by."""
    if not lead(by):
        raise PermissionDenied("灯色规则由业务负责人维护。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明修改原因。"})
    if effective_from < clock.today():
        raise ValidationError({"effective_from": "启用日期不能早于今天，过去的灯按当时的规则。"})
    rule = LightRule(version=next_version(), effective_from=effective_from, by=by, reason=reason.strip(), **thresholds)
    rule.full_clean()
    rule.save()
    audit.log(
        "rules.lights",
        by=by,
        obj=rule,
        version=rule.version,
        effective_from=effective_from.isoformat(),
        reason=reason.strip(),
        thresholds={name: str(value) for name, value in thresholds.items()},
    )
    return rule, light_runs.relight() if effective_from <= clock.today() else None


def counted(year: int) -> ProjectQuerySet:
    return Project.objects.live().in_year(year)
