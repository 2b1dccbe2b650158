"""What every page shows around its content: menu, demonstration line, notice, contact."""

from django.conf import settings
from django.http import HttpRequest

from portal import clock
from portal.menu import menu_for
from portal.models import SiteText


def site(request: HttpRequest) -> dict[str, object]:
    """Return what templates/base.html needs."""
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "menu": menu_for(user, request.path) if signed_in else [],
        "demo": settings.DEMO,
        "demo_clock_day": clock.today() if settings.DEMO else None,
        "site_text": dict(SiteText.objects.values_list("key", "text")),
    }
