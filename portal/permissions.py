"""Who may enter a view. A view without `access` is refused by a test: deny by default.

A rule is a plain function of the signed-in user. What a person may see inside is decided by `visible_to`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from portal.choices import Role
from portal.models import User

Rule = Callable[[User], bool]


def public(user: User) -> bool:
    """Everybody, also without log-in. Views with this rule also carry `login_not_required`."""
    return True


def anyone_signed_in(user: User) -> bool:
    return user.is_authenticated


def bureau(user: User) -> bool:
    return user.role == Role.STAFF


def lead(user: User) -> bool:
    """Bureau staff who also keep thresholds, code lists and published groups."""
    return user.role == Role.STAFF and user.is_lead


def readers(user: User) -> bool:
    """Everybody who has to do with projects; system administrators and auditors have not."""
    return user.role in (Role.STAFF, Role.LEADER, Role.PARK)


def city_readers(user: User) -> bool:
    """Those who see the whole city."""
    return user.role in (Role.STAFF, Role.LEADER)


def park_or_bureau(user: User) -> bool:
    """Everybody who may write on a project; which fields is decided by the field table."""
    return user.role in (Role.STAFF, Role.PARK)


def sysadmin(user: User) -> bool:
    return user.role == Role.SYSADMIN


def auditor(user: User) -> bool:
    return user.role == Role.AUDITOR


def access(rule: Rule) -> Callable[[Any], Any]:
    """Declare who may enter the view; others get 403. Signing in is asked for by the middleware before this."""

    def declare(view: Any) -> Any:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not rule(request.user):  # type: ignore[arg-type]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = rule  # type: ignore[attr-defined]
        return guarded

    return declare
