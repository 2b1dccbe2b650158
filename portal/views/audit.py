"""The page 审计: who did what, when, from where, and what was refused."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.choices import AuditAction, AuditResult
from portal.filters import AuditFilter
from portal.models import AuditEntry
from portal.permissions import access, auditor

PER_PAGE = 50
ACTIONS, RESULTS = dict(AuditAction.choices), dict(AuditResult.choices)


@require_safe
@access(auditor)
def audit_list(request: HttpRequest) -> HttpResponse:
    found = AuditFilter(request.GET, queryset=AuditEntry.objects.select_related("user"))
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "portal/audit_list.html", {"filter": found, "page_obj": page, "rows": [row(entry) for entry in page]}
    )


def row(entry: AuditEntry) -> dict[str, object]:
    """Return an entry in the words of the page."""
    return {
        "entry": entry,
        "name": entry.user.name if entry.user else "",
        "action": ACTIONS.get(entry.action, entry.action),
        "result": RESULTS.get(entry.result, entry.result),
        "object": " ".join(filter(None, [entry.object_type, entry.object_id])),
        "detail": "；".join(f"{name}: {value}" for name, value in entry.detail.items() if value not in ("", [], None)),
    }
