"""人工定灯: the lead sets a light until a day, with the reason; what was computed stays beside it."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import audit, clock
from portal.models import User
from portal.permissions import lead
from projects import lights
from projects.choices import Light
from projects.models import LightOverride, Project

LONGEST = timedelta(days=366)
CHOICES = (Light.RED, Light.YELLOW, Light.GREEN)
NOT_YOURS = "人工定灯由业务负责人办理。"


def in_force(project: Project, on: date) -> LightOverride | None:
    return LightOverride.objects.filter(project=project, ended_at=None, until__gte=on).select_related("by").first()


def of(project: Project) -> list[LightOverride]:
    """All there were, newest first."""
    return list(LightOverride.objects.filter(project=project).select_related("by", "ended_by"))


@transaction.atomic
def put(*, project: Project, light: str, reason: str, until: date, by: User) -> LightOverride:
    """Set the light by hand up to and including `until`. Raises PermissionDenied, ValidationError."""
    if not lead(by):
        raise PermissionDenied(NOT_YOURS)
    today = clock.today()
    project = Project.objects.select_for_update().get(pk=project.pk)
    refuse(light, reason, until, today)
    if in_force(project, today):
        raise ValidationError("这个项目已有人工定灯，请先撤销。")
    LightOverride.objects.filter(project=project, ended_at=None).update(ended_at=clock.now())  # it had ended by itself
    made = LightOverride(project=project, light=light, reason=reason.strip(), until=until, by=by)
    made.full_clean(validate_constraints=False)
    made.save()
    audit.log("light.override", by=by, obj=project, light=str(light), until=until.isoformat(), reason=reason.strip())
    lights.refresh([project], on=today)
    return made


def refuse(light: str, reason: str, until: date, today: date) -> None:
    if light not in CHOICES:
        raise ValidationError({"light": "请选择红灯、黄灯或绿灯。"})
    if not reason.strip():
        raise ValidationError({"reason": "请写明人工定灯的理由。"})
    if not today <= until <= today + LONGEST:
        raise ValidationError({"until": "有效期至应为今天起一年以内的日期。"})


@transaction.atomic
def take_back(*, override: LightOverride, by: User) -> None:
    """End it before its day; twice does nothing twice."""
    if not lead(by):
        raise PermissionDenied(NOT_YOURS)
    project = Project.objects.select_for_update().get(pk=override.project_id)
    if LightOverride.objects.filter(pk=override.pk, ended_at=None).update(ended_at=clock.now(), ended_by=by):
        audit.log("light.release", by=by, obj=project, light=override.light, until=override.until.isoformat())
    lights.refresh([project], on=clock.today())
