"""What every page shows around its content: menu, demonstration line, notice, contact."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal import clock, sessions, site_texts
from portal.choices import MailState
from portal.menu import menu_for
from portal.models import OutgoingMail, User


def site(request: HttpRequest) -> dict[str, object]:
    """Return what templates/base.html needs."""
    user = getattr(request, "user", None)
    return {
        "menu": menu_for(user, request.path) if isinstance(user, User) else [],
        "lan": settings.LAN,
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "demo": settings.DEMO,
        "demo_clock_day": clock.today() if settings.DEMO else None,
        "site_text": site_texts.texts(),
        "unread": SimpleLazyObject(lambda: unread(user) if isinstance(user, User) else 0),  # asked for by whole pages
    }


def unread(user: User) -> int:
    """How many of the person's messages nobody has opened; one look into the index mail_unread."""
    mails = OutgoingMail.objects.filter(user=user, rendered_at__isnull=False, read_at=None)
    return mails.exclude(state=MailState.CANCELLED).count()


def pending_form(request: HttpRequest) -> dict[str, object]:
    """Return what the person had typed into this page when the session ended: once, on the whole page only."""
    user = getattr(request, "user", None)
    if not user or not user.is_authenticated or request.method != "GET" or "HX-Request" in request.headers:
        return {}
    if not hasattr(request, "pending_form"):  # a page may render several templates
        request.pending_form = sessions.take_form(request.session, user_id=user.pk, page=request.path)  # type: ignore[attr-defined]
    return {"pending_form": request.pending_form}  # type: ignore[attr-defined]
