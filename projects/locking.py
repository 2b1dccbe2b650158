"""锁定年度计划: from then on a park asks before it gives or moves a date. The bureau locks, the lead may undo it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Max, QuerySet

from parks.models import Park
from portal import audit as site_audit
from portal import clock
from portal.choices import Role
from portal.models import User
from projects import audit
from projects.models import Project, YearPlan


@dataclass(frozen=True)
class UnitState:
    """How many plans of a unit there are for the year and how many are locked, the last one on what day."""

    unit: Park | None
    plans: int
    locked: int
    locked_on: date | None

    @property
    def open(self) -> int:
        return self.plans - self.locked


def plans_of(*, year: int, unit: Park | None, by: User) -> QuerySet[YearPlan]:
    """The plans of the year that the person sees, of one unit or of all."""
    seen = Project.objects.visible_to(by)
    return YearPlan.objects.filter(year=year, project__in=seen.filter(unit=unit) if unit else seen)


@transaction.atomic
def lock(*, year: int, by: User, unit: Park | None = None) -> int:
    """Lock the open plans of the year; returns how many. Plans made later stay open until they are locked too."""
    if by.role != Role.STAFF:
        raise PermissionDenied("年度计划由市局投资科锁定。")
    found = list(plans_of(year=year, unit=unit, by=by).filter(locked_on=None).select_for_update(of=("self",)))
    if not found:
        raise ValidationError("没有未锁定的年度计划。")
    return store(found, clock.today(), by=by, reason=f"锁定{year}年度计划", action="plan.lock", year=year, unit=unit)


@transaction.atomic
def unlock(*, year: int, by: User, reason: str, unit: Park | None = None) -> int:
    """Undo a lock, with the reason; returns how many plans are open again."""
    if by.role != Role.STAFF or not by.is_lead:
        raise PermissionDenied("解除锁定由业务负责人办理。")
    if not reason.strip():
        raise ValidationError({"reason": "解除锁定须写明原因。"})
    found = list(plans_of(year=year, unit=unit, by=by).exclude(locked_on=None).select_for_update(of=("self",)))
    if not found:
        raise ValidationError("没有已锁定的年度计划。")
    said = f"解除锁定：{reason.strip()}"
    return store(found, None, by=by, reason=said, action="plan.unlock", year=year, unit=unit)


def store(
    plans: list[YearPlan], day: date | None, *, by: User, reason: str, action: str, year: int, unit: Park | None
) -> int:
    for plan in plans:
        plan.locked_on = day
    audit.update_many(plans, ["locked_on"], by=by, reason=reason)
    where = unit.name if unit else "全市"
    site_audit.log(action, by=by, year=year, unit=where, rows=len(plans), reason=reason)
    return len(plans)


def states(*, year: int, by: User) -> list[UnitState]:
    """How every unit stands, in the order of paper; projects without unit last. Two queries."""
    rows = (
        plans_of(year=year, unit=None, by=by)
        .values("project__unit")
        .annotate(plans=Count("pk"), locked=Count("locked_on"), last=Max("locked_on"))
        .order_by()
    )
    units = {unit.pk: unit for unit in Park.objects.order_by("order")}
    found: dict[int | None, Any] = {row["project__unit"]: row for row in rows}
    keys: list[int | None] = [pk for pk in units if pk in found] + ([None] if None in found else [])
    return [
        UnitState(units.get(key or 0), found[key]["plans"], found[key]["locked"], found[key]["last"]) for key in keys
    ]
