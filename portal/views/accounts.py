"""Pages in place of what allauth offers and this site does not."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.permissions import access, public

# What is said in place of each, by the first word of its address.
TEMPLATES = {"signup": "signup_closed", "password": "password_reset"}


@require_safe
@login_not_required
@access(public)
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Say who gives a new password: nothing is sent by mail."""
    return render(request, "account/password_reset.html")


@login_not_required
@access(public)
def closed(request: HttpRequest, page: str) -> HttpResponse:
    """Say that accounts are kept by the system administrator."""
    template = TEMPLATES.get(page.partition("/")[0], "email")
    return render(request, f"account/{template}.html", status=404)
