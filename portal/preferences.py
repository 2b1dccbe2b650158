"""接收方式: what a person wants of the weekly digest. Duty messages cannot be ended, only moved into it."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest

from portal import audit, clock
from portal.models import User

FIELDS = ("wants_digest", "only_red", "duty_in_digest")


@transaction.atomic
def change(
    *,
    user: User,
    wants_digest: bool,
    only_red: bool,
    duty_in_digest: bool,
    by: User,
    request: HttpRequest | None = None,
) -> User:
    """Save the person's own choice; the same choice again writes nothing. Raises ValidationError when the duty messages
    would have nowhere to go."""
    if by != user:
        raise PermissionDenied("接收方式只能由本人修改。")
    if duty_in_digest and not wants_digest:
        raise ValidationError({"duty_in_digest": "职责提醒不能退订：不接收周调度时，请去掉这一项，提醒将在当天发送。"})
    wanted: dict[str, Any] = dict(zip(FIELDS, (wants_digest, only_red, duty_in_digest), strict=True))
    before = {name: getattr(user, name) for name in FIELDS}
    if wanted == before:
        return user
    for name, value in wanted.items():
        setattr(user, name, value)
    user.preferences_at = clock.now()
    user.save(update_fields=[*FIELDS, "preferences_at"])
    audit.log("preferences.change", by=by, request=request, obj=user, **wanted)
    return user
