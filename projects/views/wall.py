"""挂图作战: the big screen, and the pass that keeps it on after the session of who opened it."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.permissions import access, city_readers, public
from portal.requests import SignedInRequest
from projects import editions, stats, wall
from projects.choices import PaperKind
from projects.digests.facts import CITY

COOKIE = "__Secure-wall" if settings.SECURE_COOKIES else "wall"
LIVE = "live"


@never_cache
@require_safe
@login_not_required
@access(public)
def wall_page(request: HttpRequest) -> HttpResponse:
    """The slides for a browser with a pass; for others who read the city the button that gives one."""
    if wall.pass_of(request.COOKIES.get(COOKIE, "")):
        return render(request, "projects/wall.html", shown(request))
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("wall"))
    if not city_readers(request.user):
        raise PermissionDenied
    return render(request, "projects/wall_start.html", {"hours": wall.HOURS})


@never_cache
@require_safe
@login_not_required
@access(public)
def wall_slides(request: HttpRequest) -> HttpResponse:
    """The slides alone, which the screen asks for by itself. It writes nothing and keeps nobody signed in."""
    if not wall.pass_of(request.COOKIES.get(COOKIE, "")):
        raise PermissionDenied
    return render(request, "projects/_wall_slides.html", shown(request))


def shown(request: HttpRequest) -> dict[str, Any]:
    """The 定稿 in force, unless the screen shows things as they are; `as_of` is said when the connection is lost."""
    on = clock.today()
    year = stats.year_on(on)
    edition = editions.current(year)
    kept = editions.content(edition, PaperKind.WALL, CITY) if edition else None
    is_live = request.GET.get("view") == LIVE or kept is None
    if edition is None or kept is None or is_live:
        made, as_of = wall.slides(on, year), f"{wall.moment_words(clock.now())}的数据"
    else:
        made, as_of = kept, wall.kept_words(edition)
    return {"slides": made, "as_of": as_of, "is_live": is_live, "has_edition": kept is not None}


@require_POST
@access(city_readers)
def wall_open(request: SignedInRequest) -> HttpResponse:
    """「打开大屏」."""
    token = wall.open_pass(by=request.user, request=request)
    answer = redirect("wall")
    answer.set_cookie(
        COOKIE, token, max_age=wall.HOURS * 3600, path=reverse("wall"), httponly=True, samesite="Strict",
        secure=settings.SECURE_COOKIES,
    )  # fmt: skip
    return answer


@require_POST
@login_not_required
@access(public)
def wall_close(request: HttpRequest) -> HttpResponse:
    """「关屏」: the pass is over, whoever presses it."""
    if found := wall.pass_of(request.COOKIES.get(COOKIE, "")):
        wall.close_pass(found, request=request)
    answer = redirect("wall")
    answer.delete_cookie(COOKIE, path=reverse("wall"), samesite="Strict")
    return answer
