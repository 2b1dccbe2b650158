"""Versions of the rule of the lights: a new one has a day and a reason, past ones stay (domain.md §5.3)."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from portal import audit, clock
from portal.models import User
from portal.permissions import lead
from projects import lights
from projects.choices import Light
from projects.models import LightRule, Project
from projects.models.queries import ProjectQuerySet


def preview(projects: ProjectQuerySet, *, red_over_days: int, on: date) -> tuple[int, int]:
    """How many of these projects would be red and yellow today. Which are late does not depend on the rule."""
    late = projects.filter(light__in=(Light.RED, Light.YELLOW)).exclude(late_since=None)
    days = [(on - since).days for since in late.values_list("late_since", flat=True)]
    red = sum(one > red_over_days for one in days)
    return red, len(days) - red


@transaction.atomic
def add(*, red_over_days: int, effective_from: date, reason: str, by: User) -> LightRule:
    """Make a new version that counts from its day on, and bring the lights to it. Not for days gone by."""
    if not lead(by):
        raise PermissionDenied("灯色规则由业务负责人维护。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明修改原因。"})
    if effective_from < clock.today():
        raise ValidationError({"effective_from": "启用日期不能早于今天，过去的灯按当时的规则。"})
    number = (LightRule.objects.aggregate(last=Max("version"))["last"] or 0) + 1
    rule = LightRule(
        version=number, effective_from=effective_from, red_over_days=red_over_days, by=by, reason=reason.strip()
    )
    rule.full_clean()
    rule.save()
    audit.log(
        "rules.lights",
        by=by,
        obj=rule,
        version=number,
        red_over_days=red_over_days,
        effective_from=effective_from.isoformat(),
        reason=reason.strip(),
    )
    lights.refresh_all(on=clock.today())
    return rule


def counted(year: int) -> ProjectQuerySet:
    return Project.objects.live().in_year(year)
