"""退订 by the signed address of a letter, without signing in: GET asks, POST acts (RFC 8058)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal import unsubscribing
from portal.permissions import access, public


# Without the token against forged requests: the server of a mail program posts here by itself and has no cookie
# (RFC 8058 §3.1). The signed address stands for it, and all it can do is end a digest that one click begins again.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@access(public)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or end the digest; never a redirect, which mail programs do not follow. An address somebody made up is told
    so, and learns nothing of anybody."""
    person = unsubscribing.person(token)
    if person is None:
        return render(request, "portal/unsubscribe_unknown.html", status=404)
    if request.method == "POST" and person.wants_digest:
        unsubscribing.end(user=person, request=request)
    return render(request, "portal/unsubscribe.html", {"surname": person.name[:1], "ended": not person.wants_digest})
