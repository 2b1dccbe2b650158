"""The record of what people did: log-ins, refusals, exports, runs. Rows are only ever added."""

from typing import Any

import structlog
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model
from django.http import HttpRequest

from portal.models import AuditEntry, User


def log(
    action: str,
    *,
    by: User | AnonymousUser | None,
    request: HttpRequest | None = None,
    obj: Model | None = None,
    result: str = "ok",
    **detail: Any,
) -> AuditEntry:
    """Add one entry and return it. `detail` must be JSON; the address and request number come from the request."""
    known = by if isinstance(by, User) else None
    return AuditEntry.objects.create(
        user=known,
        username=known.username if known else str(detail.pop("username", "")),
        address=request.META.get("REMOTE_ADDR") or None if request else None,
        request_id=structlog.contextvars.get_contextvars().get("request_id", ""),
        action=action,
        object_type=str(obj._meta.model_name) if obj else "",
        object_id=str(obj.pk) if obj else "",
        result=result,
        detail=detail,
    )
