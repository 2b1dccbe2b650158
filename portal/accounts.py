"""How people sign in: what allauth and axes ask of this site, and the record of it.

The name of an account is compared the same way everywhere (`account_name`): axes, allauth's limits and the database
see one spelling, so `BOB` meets bob's lock and bob's account.
"""

from math import ceil
from typing import Any, NoReturn, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from portal import audit, clock, sessions
from portal.menu import MENUS
from portal.models import User


def account_name(text: object) -> str:
    """Return the one spelling of an account's name."""
    return str(text or "").strip().casefold()


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the name that failures are counted under. The log-in form calls the field `login`."""
    return account_name((credentials or {}).get("username") or request.POST.get("login"))


def client_address(request: HttpRequest) -> str | None:
    """Return the browser's address as RealAddressMiddleware left it."""
    return request.META.get("REMOTE_ADDR") or None


def locked_out(request: HttpRequest, response: HttpResponse, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """Say that the account is locked from this address, for how long, and whom to call."""
    name = lockout_name(request, credentials)
    audit.log("sign.in", by=None, request=request, result="locked", username=name)
    context = {"minutes": minutes_locked(name=name, address=client_address(request))}
    return render(request, "portal/locked_out.html", context, status=429)


def minutes_locked(*, name: str, address: str | None) -> int:
    """Return the minutes until the lock ends, at least 1."""
    newest = AccessAttempt.objects.filter(username=name, ip_address=address).aggregate(at=Max("attempt_time"))["at"]
    if newest is None:
        return 1
    return max(1, ceil((newest + get_cool_off() - clock.machine_now()).total_seconds() / 60))


def locked_names() -> set[str]:
    """Return the names that are locked from at least one address now."""
    since = clock.machine_now() - get_cool_off()
    counts = (
        AccessAttempt.objects.filter(attempt_time__gt=since)
        .values("username", "ip_address")
        .annotate(failures=Sum("failures_since_start"))
        .order_by()
    )
    return {row["username"] for row in counts if row["failures"] >= settings.AXES_FAILURE_LIMIT}


def unlock(*, name: str, request: HttpRequest | None) -> None:
    """Forget the failures of an account: axes' locks, and allauth's count over all addresses."""
    AxesProxyHandler.reset_attempts(username=account_name(name))
    if request is not None:
        AccountAdapter(request)._delete_login_attempts_cached_email(request, username=account_name(name))


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed: accounts are made on the page 账号."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104 - a bare socket; nothing is bound

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this site as the browser knows it; ALLOWED_HOSTS may name others."""
        host = context.request.get_host()
        return url_has_allowed_host_and_scheme(url, allowed_hosts={host}, require_https=context.request.is_secure())

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            audit.log("sign.in", by=None, request=request, result="limited", username=credentials["username"])
            raise

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        name = account_name(credentials.pop("username", ""))
        return super().authenticate(request, username=name, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        if not getattr(request, "axes_locked_out", False):  # then `locked_out` records it
            audit.log("sign.in", by=None, request=request, result="refused", username=credentials["username"])

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.begin(request.session)
        audit.log("sign.in", by=user, request=request)

    def logout(self, request: HttpRequest) -> None:
        audit.log("sign.out", by=request.user, request=request)
        super().logout(request)
        request.signed_out = True  # type: ignore[attr-defined]

    def clean_password(self, password: str, user: User | None = None) -> str:
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError("新密码不能与原密码相同。")
        return super().clean_password(password, user)

    def set_password(self, user: User, password: str) -> None:
        """Save the person's own new password; every other session of the person ends with it."""
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        audit.log("password.change", by=user, request=context.request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of the person's menu: the desk is nothing for administrators and auditors."""
        return MENUS[cast(User, request.user).role][0].url

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> NoReturn:
        """Sign-in sends no mail; a message to nobody would hide a mistake in the settings."""
        raise NotImplementedError(template_prefix)
