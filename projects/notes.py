"""进展 and 催办: dated notes. Adding a 进展 is an update by a person: 进展待核实 ends."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import clock
from portal.choices import Role
from portal.models import User
from portal.spans import Span
from projects import audit, derived, lifecycle, lights
from projects.choices import NoteKind, NoteSource
from projects.models import ProgressNote, Project
from projects.permissions import may_change

PROMISED_WITHIN = timedelta(days=366)  # a day further off is a slip of the year


@transaction.atomic
def add_progress(
    *,
    project: Project,
    by: User,
    progress: str = "",
    problem: str = "",
    next_step: str = "",
    reason: str = "",
    noted_on: date | None = None,
    source: str = NoteSource.TYPED,
    at: datetime | None = None,
) -> ProgressNote:
    """Add a 进展. At least one of the three texts must be given; the day may not lie in the future."""
    if not may_change(by, project):
        raise PermissionDenied("您没有填写此项目进展的权限。")
    if not (progress.strip() or problem.strip() or next_step.strip()):
        raise ValidationError("请至少填写进展、存在问题、下一步中的一项。")
    day = noted_on or clock.today()
    if day > clock.today():
        raise ValidationError({"noted_on": "日期不能晚于今天。"})
    now = Project.objects.select_for_update().get(pk=project.pk)  # notes of two people never get in each other's way
    note = ProgressNote(
        project=project,
        kind=NoteKind.PROGRESS,
        noted_on=day,
        progress=progress.strip(),
        problem=problem.strip(),
        next_step=next_step.strip(),
        reason=reason,
        source=source,
        author=by,
        created_at=at or clock.now(),
        is_demo=project.is_demo,
    )
    note.full_clean()
    note.save()
    if source == NoteSource.TYPED:
        verify(now, by=by)
    derived.refresh(now, touched_on=day)
    return note


def verify(project: Project, *, by: User) -> None:
    """进展待核实 ends: a person has written."""
    if project.unverified:
        project.unverified = False
        audit.save_version(project, version=project.version, by=by, reason="已更新进展，不再是进展待核实")
        lights.refresh([project], on=clock.today())


@transaction.atomic
def report(
    *, project: Project, version: int, by: User, note: dict[str, Any], to: str = "", actual: Span | None = None
) -> Project:
    """更新进展 and, with `to`, move the stage in the same act. Either both are written or neither."""
    if to:
        project = lifecycle.move_stage(project=project, to=to, version=version, by=by, actual=actual)
    if has_text(note) or not to:
        add_progress(project=project, by=by, **note)
    return project


@transaction.atomic
def add_many(*, notes: list[tuple[Project, dict[str, Any]]], by: User) -> int:
    """更新进展 for several projects at once: all or none. Returns how many were written."""
    for project, note in notes:
        add_progress(project=project, by=by, **note)
    return len(notes)


def has_text(note: dict[str, Any]) -> bool:
    return any(str(note.get(name, "")).strip() for name in ("progress", "problem", "next_step"))


@transaction.atomic
def add_chase(
    *,
    project: Project,
    by: User,
    channel: str,
    answer: str = "",
    promised_on: date | None = None,
    at: datetime | None = None,
) -> ProgressNote:
    """Record a 催办 by the bureau: how, what was answered, the day that was promised, which lies within a year. `at`:
    when, if it was not now."""
    if by.role != Role.STAFF:
        raise PermissionDenied("只有业务科室可以记催办。")
    if not channel:
        raise ValidationError({"channel": "请选择催办方式。"})
    moment = at or clock.now()
    day = moment.astimezone(clock.SHANGHAI).date()
    if promised_on and promised_on < day:
        raise ValidationError({"promised_on": "承诺日期不能早于催办当天，请核对。"})
    if promised_on and promised_on > day + PROMISED_WITHIN:
        raise ValidationError({"promised_on": "承诺日期在一年以后，请核对年份。"})
    note = ProgressNote(
        project=project,
        kind=NoteKind.CHASE,
        noted_on=day,
        created_at=moment,
        channel=channel,
        answer=answer.strip(),
        promised_on=promised_on,
        author=by,
        is_demo=project.is_demo,
    )
    note.full_clean()
    note.save()
    return note
