"""要素保障问题 as a list: the 台账, 原因分布, 交办单 to print."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal import clock, contact
from portal.choices import Role
from portal.permissions import access, bureau, readers
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import reasons, stats
from projects.choices import IssueState
from projects.filters import year_of, years
from projects.issue_filters import STATES, IssueFilter
from projects.models import Issue

ON_PAGE, SHEETS_AT_ONCE = 25, 100
NAMES = ("project__unit", "project__enterprise")
MENUS = (("category", "类别"), ("park", "单位"), ("level", "协调层级"))


@require_safe
@access(readers)
def issue_list(request: SignedInRequest) -> HttpResponse:
    """The 台账 under the conditions of the address, with 原因分布 of what the person sees."""
    on = clock.today()
    year = year_of(request.GET.get("year"), years())
    found = IssueFilter(request.GET, user=request.user, on=on)
    page = Paginator(found.qs.select_related(*NAMES), ON_PAGE).get_page(request.GET.get("page"))
    late = stats.register(request.user, year=year).overdue_start(on=on)
    causes = reasons.distribution(late, Issue.objects.visible_to(request.user))
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [(one, one.late_days(on)) for one in page],
        "chips": [chip(found, state) for state in STATES],
        "menus": [menu(found, name, label) for name, label in MENUS],
        "causes": causes,
        "sentence": f"截至{on.month}月{on.day}日，{causes.words}" if causes.words else "",
        "chooses": request.user.role == Role.STAFF,
        "query": export_query(found),
        "year": year,
    }
    return render(request, "projects/issue_list.html", context)


def address(found: IssueFilter, state: str) -> str:
    """The conditions of the list as a query, with another state."""
    parts = {**found.chosen, "state": state}
    return "?" + "&".join(f"{name}={value}" for name, value in parts.items() if value)


def export_query(found: IssueFilter) -> str:
    """The conditions, ready for more behind them."""
    return f"{own}&" if (own := address(found, found.state)) != "?" else own


def chip(found: IssueFilter, state: str) -> dict[str, Any]:
    count, active = found.count_of(state), state == found.state
    return {"url": address(found, state), "label": STATES[state], "count": count, "active": active}


def menu(found: IssueFilter, name: str, label: str) -> dict[str, Any]:
    return {"name": name, "label": label, "choices": found.choices[name], "chosen": found.chosen[name]}


# --- 交办单 ------------------------------------------------------------------------------------------------------


@require_safe
@access(readers)
def issue_sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """The 交办单 of one issue; one that is not handed over has none."""
    issue = get_object_or_404(Issue.objects.visible_to(request.user).select_related(*NAMES), pk=pk)
    if issue.state == IssueState.NEW:
        return redirect(issue)
    return sheets(request, [issue], issue.get_absolute_url())


@require_safe
@access(bureau)
def issue_sheets(request: SignedInRequest) -> HttpResponse:
    """The 交办单 of the ticked issues, each on a page of its own."""
    wanted = [number for one in request.GET.getlist("ids") if (number := whole_number(one)) is not None]
    found = Issue.objects.visible_to(request.user).exclude(state=IssueState.NEW).filter(pk__in=wanted[:SHEETS_AT_ONCE])
    return sheets(request, list(found.select_related(*NAMES).ledger_order()), reverse("issue_list"))


def sheets(request: SignedInRequest, found: list[Issue], back_url: str) -> HttpResponse:
    context = {"issues": found, "back_url": back_url, "contact": contact.line(), "today": clock.today()}
    return render(request, "projects/issue_sheets.html", context)
