"""What happens to every request: real address, headers, old browsers, hidden characters, session limits, one-time
passwords."""

import ipaddress
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict, UnreadablePostError
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from portal import audit, sessions
from portal.text import visible

GetResponse = Callable[[HttpRequest], HttpResponse]

KEPT = "您刚才填写的内容已保留，登录后会自动恢复。"
RESTORED = "登录已过期，您填写的内容已恢复，请核对后提交。"
OWNER_COOKIE = "__Host-form-owner" if settings.SECURE_COOKIES else "form-owner"
OWNER_SECONDS = 24 * 3600
BACKGROUND_HEADER = "X-Background"  # a page that asks by itself says so, and keeps nobody signed in
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
MUST_CHANGE = {"account_change_password", "account_logout"}
MUST_ENROL = {
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "account_change_password",
    "account_logout",
}


class Middleware:
    """A step around the rest of the site."""

    def __init__(self, get_response: GetResponse):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)


class RealAddressMiddleware(Middleware):
    """Make REMOTE_ADDR the browser's address for all who ask: lock-outs, rate limits, audit and log lines.

    Only the entries that our own `PROXY_COUNT` proxies appended are believed; the headers are then dropped, so that
    nothing behind this can be deceived by what a browser sent.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["REMOTE_ADDR"] = real_address(request.META, proxies=settings.PROXY_COUNT)
        for header in ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"):
            request.META.pop(header, None)
        return self.get_response(request)


def real_address(meta: Mapping[str, Any], *, proxies: int) -> str:
    """Return the address of the browser; the peer's own when the proxies said nothing usable; "" on a bare socket."""
    peer = str(meta.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(",") if hop.strip()]
    if not proxies or not hops:
        return peer
    try:
        address = ipaddress.ip_address(hops[-min(proxies, len(hops))])
    except ValueError:
        return peer
    return str(getattr(address, "ipv4_mapped", None) or address)


class HeadersMiddleware(Middleware):
    """Headers that Django has no setting for."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if hasattr(request, "user") and request.user.is_authenticated:
            response["Cache-Control"] = "no-store"
        if getattr(request, "signed_out", False):
            response["Cache-Control"] = "no-store"
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class OldBrowserMiddleware(Middleware):
    """Tell people in an IE kernel how to switch. Status 200: IE replaces short pages of refusals by its own."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        agent = request.headers.get("User-Agent", "")
        if "MSIE " in agent or "Trident/" in agent:
            return HttpResponse(render_to_string("unsupported.html"))
        return self.get_response(request)


class VisibleTextMiddleware(Middleware):
    """Take what people send as they see it: see `portal.text.visible`. A password is left as it is."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = as_seen(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            with suppress(UnreadablePostError):  # the line broke: without a token it is refused further on
                request.POST = as_seen(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


def as_seen(sent: QueryDict) -> QueryDict:
    """Return the same names and values without hidden characters: `sent` itself when it has none."""
    changed = {}
    for name, values in sent.lists():
        seen = values if "password" in name else [visible(value) for value in values]
        if seen != values:
            changed[name] = seen
    if not changed:
        return sent
    result = sent.copy()
    for name, seen in changed.items():
        result.setlist(name, seen)
    return result


class SessionLimitMiddleware(Middleware):
    """End sessions in time, and keep what was typed into a form that is sent too late (see portal/sessions.py).

    Whose form it is comes from the session that just ended or, when that has vanished (ended by the administrator,
    the password was renewed), from a signed cookie that each log-in sets and each log-out removes.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.session_notice, request.form_owner = "", ""  # type: ignore[attr-defined]
        if SESSION_KEY in request.session:
            self.limit(request)
        response = as_htmx_redirect(request, self.get_response(request))
        self.mark_owner(request, response)
        return response

    def limit(self, request: HttpRequest) -> None:
        owner = request.session[SESSION_KEY]
        notice = sessions.passed_limit(request.session)
        if notice:
            audit.log("session.expired", by=request.user, request=request)
            logout(request)
            request.session_notice, request.form_owner = notice, owner  # type: ignore[attr-defined]
        elif request.user.is_authenticated and BACKGROUND_HEADER not in request.headers:
            sessions.touch(request.session)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Send anonymous people to the log-in page; this runs after the check against forged requests."""
        if request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        owner = request.form_owner or request.get_signed_cookie(  # type: ignore[attr-defined]
            OWNER_COOKIE, default="", max_age=OWNER_SECONDS
        )
        page = page_of(request)
        kept = (
            request.method == "POST"
            and owner
            and sessions.keep_form(request.session, owner=owner, page=page, data=request.POST, message=RESTORED)
        )
        notice = " ".join(filter(None, [request.session_notice, KEPT if kept else ""]))  # type: ignore[attr-defined]
        if notice:
            messages.warning(request, notice)
        return redirect_to_login(page)

    def mark_owner(self, request: HttpRequest, response: HttpResponse) -> None:
        if getattr(request, "signed_out", False):
            response.delete_cookie(OWNER_COOKIE)
        elif request.user.is_authenticated:
            owner = str(request.user.pk)
            if request.get_signed_cookie(OWNER_COOKIE, default="", max_age=OWNER_SECONDS // 2) != owner:
                response.set_signed_cookie(
                    OWNER_COOKIE, owner, httponly=True, secure=settings.SECURE_COOKIES, samesite="Lax"
                )


class PasswordChangeMiddleware(Middleware):
    """Until a one-time password is changed, or two-step log-in set up where it is required, nothing else opens."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if request.user.must_change_password:
            target, reachable, notice = "account_change_password", MUST_CHANGE, "这是一次性密码，请先设置您自己的密码。"
        elif settings.MFA_REQUIRED and not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
            target, reachable, notice = "mfa_activate_totp", MUST_ENROL, "按本单位要求，请先启用两步验证。"
        else:
            return None
        if name in reachable:
            return None
        messages.warning(request, notice)
        return as_htmx_redirect(request, HttpResponseRedirect(reverse(target)))


def page_of(request: HttpRequest) -> str:
    """Return the page the person was on: where the form stands, not the address it or a fragment is sent to."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def as_htmx_redirect(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Turn a redirect of an htmx request to the log-in or password page into one of the whole page."""
    location = response.headers.get("Location", "")
    if "HX-Request" not in request.headers or response.status_code != 302:
        return response
    if location.startswith((resolve_url(settings.LOGIN_URL), reverse("account_change_password"), reverse("mfa_index"))):
        return HttpResponseClientRedirect(location)
    return response
