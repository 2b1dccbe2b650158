"""Pages for refusals and failures, in Chinese. What a signed-in person was refused is recorded."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from portal import audit, sessions

KEPT = "页面停留时间过长，刚才没有保存。您填写的内容已恢复，请核对后再提交一次。"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    _record(request, "access.refused")
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what is absent and for what belongs to others; only the record knows that a view was asked."""
    if request.resolver_match:
        _record(request, "access.absent")
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """allauth asks for this by the name handler429."""
    return render(request, "429.html", status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse, but lose nothing: the token is old when the person signed in again in another tab.

    The browser sends no session from other sites (SameSite), and the fields go back only into the page of this site
    that sent them, where the person presses the button again.
    """
    page = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()})
    if request.user.is_authenticated and own and _keep(request, page):
        return redirect(page)
    return render(request, "403_csrf.html", status=403)


def _keep(request: HttpRequest, page: str) -> bool:
    path = "/" + page.split("/", 3)[3]
    return sessions.keep_form(request.session, owner=str(request.user.pk), page=path, data=request.POST, message=KEPT)


def _record(request: HttpRequest, action: str) -> None:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        audit.log(action, by=user, request=request, result="refused", path=request.path[:200], method=request.method)
