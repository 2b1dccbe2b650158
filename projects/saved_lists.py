"""常用清单: keep, replace, rename, share and delete. Their rows are always those of whoever looks."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import audit, clock
from portal.choices import Role
from portal.models import User
from portal.permissions import readers
from projects.models import SavedList

MOST = 50  # lists a person keeps


@dataclass(frozen=True)
class Content:
    """What a list keeps: `query` as the address says it, the columns in their order, how its conditions read."""

    query: dict[str, str]
    columns: list[str]
    conditions: list[dict[str, Any]]


def may_change(saved: SavedList, user: User) -> bool:
    """The author; what is shared also the lead."""
    return saved.owner_id == user.pk or (saved.shared and user.role == Role.STAFF and user.is_lead)


def refuse(saved: SavedList, by: User) -> None:
    if not may_change(saved, by):
        raise PermissionDenied("这份常用清单由保存人或业务负责人维护。您可以另存一份。")


@transaction.atomic
def keep(*, name: str, content: Content, shared: bool, by: User) -> SavedList:
    """Keep a list under a name that the person has not used yet."""
    if not readers(by):
        raise PermissionDenied("您没有保存常用清单的权限。")
    if SavedList.objects.filter(owner=by).count() >= MOST:
        raise ValidationError(f"每人最多保存{MOST}份常用清单，请先删除不用的。")
    saved = SavedList(owner=by, name=name.strip())
    return store(saved, content=content, shared=shared, by=by)


@transaction.atomic
def replace(*, saved: SavedList, content: Content, by: User) -> SavedList:
    """Put another filter, order and columns under the same name and address."""
    refuse(saved, by)
    return store(saved, content=content, shared=saved.shared, by=by)


@transaction.atomic
def change(*, saved: SavedList, name: str, shared: bool, by: User) -> SavedList:
    """Give it another name, share it or no longer share it."""
    refuse(saved, by)
    saved.name = name.strip()
    return store(saved, content=None, shared=shared, by=by)


@transaction.atomic
def delete(*, saved: SavedList, by: User) -> None:
    """Only the list goes; the projects stay."""
    refuse(saved, by)
    audit.log("list.delete", by=by, obj=saved, name=saved.name, shared=saved.shared)
    saved.delete()


def store(saved: SavedList, *, content: Content | None, shared: bool, by: User) -> SavedList:
    """Save it as asked for. Raises ValidationError with the sentence for the user."""
    if shared and saved.owner.role != Role.STAFF:
        raise ValidationError("只有业务科室的清单可以共享。")
    if content:
        saved.query, saved.columns, saved.conditions = content.query, content.columns, content.conditions
        saved.saved_at = clock.now()
    saved.shared = shared
    saved.full_clean()
    saved.save()
    audit.log("list.save", by=by, obj=saved, name=saved.name, shared=shared, conditions=saved.words)
    return saved
