"""What every page shows around its content: menu, demonstration line, notice, contact."""

from django.conf import settings
from django.http import HttpRequest

from portal import clock, sessions
from portal.menu import menu_for
from portal.models import SiteText, User


def site(request: HttpRequest) -> dict[str, object]:
    """Return what templates/base.html needs."""
    user = getattr(request, "user", None)
    return {
        "menu": menu_for(user, request.path) if isinstance(user, User) else [],
        "demo": settings.DEMO,
        "demo_clock_day": clock.today() if settings.DEMO else None,
        "site_text": dict(SiteText.objects.values_list("key", "text")),
    }


def pending_form(request: HttpRequest) -> dict[str, object]:
    """Return what the person had typed into this page when the session ended: once, on the whole page only."""
    user = getattr(request, "user", None)
    if not user or not user.is_authenticated or request.method != "GET" or "HX-Request" in request.headers:
        return {}
    if not hasattr(request, "pending_form"):  # a page may render several templates
        request.pending_form = sessions.take_form(request.session, user_id=user.pk, page=request.path)  # type: ignore[attr-defined]
    return {"pending_form": request.pending_form}  # type: ignore[attr-defined]
