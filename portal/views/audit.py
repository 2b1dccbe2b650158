"""The audit page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.models import AuditEntry
from portal.permissions import access, auditor


@access(auditor)
def audit_list(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/audit_list.html", {"entries": AuditEntry.objects.all()[:50]})
