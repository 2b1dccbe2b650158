"""Saving facts: with who, why and the business moment in history, and only on the version that was read."""

from datetime import datetime
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from portal import clock
from portal.models import User
from projects.models import Project

Tracked = TypeVar("Tracked", bound=models.Model)
BATCH = 200  # rows of a bulk statement


class StaleVersionError(ValidationError):
    """Somebody else saved the project since it was read; nothing was written."""

    def __init__(self, current: Project):
        last = current.history.select_related("history_user").first()
        who = last.history_user if last and last.history_user else "另一位用户"
        when = last.history_date.astimezone(clock.SHANGHAI) if last else clock.now()
        super().__init__(f"{who}已于{when:%-H:%M}修改了此项目，您的内容已保留，请对照后保存。", code="stale")
        self.current = current


def save(instance: Tracked, *, by: User | None, reason: str = "", at: datetime | None = None) -> Tracked:
    """Validate and save a tracked row, with one history row of the business moment `at` (now, unless a sample tells
    of earlier days). Raises ValidationError with the sentence for the user."""
    instance.full_clean(validate_unique=True)
    instance._history_user = by  # type: ignore[attr-defined]
    instance._history_date = at or clock.now()  # type: ignore[attr-defined]
    instance._change_reason = reason[:200]  # type: ignore[attr-defined]
    instance.save()
    return instance


@transaction.atomic
def save_version(
    project: Project, *, version: int, by: User | None, reason: str = "", at: datetime | None = None
) -> Project:
    """Save the facts of a project if it still has `version`, which grows by one; else raise StaleVersionError."""
    mine = Project.objects.filter(pk=project.pk, version=version).update(version=F("version") + 1)
    if not mine:
        raise StaleVersionError(Project.objects.get(pk=project.pk))
    project.version = version + 1
    return save(project, by=by, reason=reason, at=at)


def create_many(rows: list[Tracked], *, by: User | None, reason: str) -> list[Tracked]:
    """Create checked rows of one model in bulk, with one history row each. The database still keeps its constraints."""
    if not rows:
        return rows
    created: list[Tracked] = bulk_create_with_history(
        rows,
        type(rows[0]),
        batch_size=BATCH,
        default_user=by,
        default_change_reason=reason[:200],
        default_date=clock.now(),
    )
    return created


def update_many(rows: list[Tracked], fields: list[str], *, by: User | None, reason: str) -> None:
    """Save these fields of checked and locked rows of one model in bulk, with one history row each."""
    if not rows:
        return
    bulk_update_with_history(
        rows,
        type(rows[0]),
        fields,
        batch_size=BATCH,
        default_user=by,
        default_change_reason=reason[:200],
        default_date=clock.now(),
    )


def delete_many(rows: list[Tracked], *, by: User | None, reason: str) -> None:
    """Delete locked rows of one model, with one last history row each."""
    if not rows:
        return
    model = type(rows[0])
    told = model.history.model  # type: ignore[attr-defined]
    last = [
        told(
            history_date=clock.now(),
            history_user=by,
            history_change_reason=reason[:200],
            history_type="-",
            **{column.attname: getattr(row, column.attname) for column in told.tracked_fields},
        )
        for row in rows
    ]
    told.objects.bulk_create(last, batch_size=BATCH)
    gone = model._default_manager.filter(pk__in=[row.pk for row in rows])
    gone._raw_delete(gone.db)  # type: ignore[attr-defined]  # delete() would write history anew: one row each, by nobody
