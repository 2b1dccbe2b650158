"""Who may enter a view. A view without `access` is refused by a test: deny by default.

A rule is a plain function of the signed-in user. What a person may see inside is decided by `visible_to`.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from portal.choices import Role
from portal.models import User

Rule = Callable[[User], bool]

# Views of allauth that guard themselves: log-in before them, and the second step.
GUARDED_ELSEWHERE = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}
# Views of allauth that portal/urls.py shadows by a page saying that they are not offered.
SHADOWED = {
    "account_signup",
    "account_inactive",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_login_code",
}


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


def bureau_or_sysadmin(user: User) -> bool:
    return bureau(user) or sysadmin(user)


def mail_keeper(user: User) -> bool:
    """Those who see what became of every message and may send one again; its text stays the receiver's."""
    return sysadmin(user) or lead(user)


def trial_keeper(user: User) -> bool:
    """Those who may say that the trial is over."""
    return sysadmin(user) or lead(user)


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


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    """Every address of the site, those of included packages too."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def undeclared() -> list[str]:
    """Return the addresses whose view declares nobody who may enter: there must be none."""
    known = GUARDED_ELSEWHERE | SHADOWED
    return [
        entry.name or str(entry.pattern)
        for entry in patterns()
        if not hasattr(entry.callback, "access") and (entry.name not in known or is_ours(entry))
    ]


def is_ours(entry: URLPattern) -> bool:
    return entry.callback.__module__.split(".")[0] in ("portal", "parks", "projects")
