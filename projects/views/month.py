"""月历: a month with holidays, make-up days and the nodes that are due."""

from django.http import HttpResponse
from django.shortcuts import render

from portal import clock
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import month
from projects.filters import year_of, years
from projects.node_filters import NodeFilter
from projects.views.listing import tidy


@access(readers)
def month_calendar(request: SignedInRequest) -> HttpResponse:
    """The month of the address; which nodes is said by the same filters as 节点计划."""
    today = clock.today()
    query = tidy(request.GET)
    first = month.first_of(query.get("month", ""), today)
    found = NodeFilter(query, user=request.user, year=year_of(query.get("year"), years()), on=today)
    shown = month.weeks(first, found.base, on=today)
    context = {
        "first": first,
        "before": month.step(first, -1),
        "after": month.step(first, 1),
        "weeks": shown,
        "count": sum(len(day.due) for week in shown for day in week if day.inside),
        "conditions": found.conditions,
        "unconfirmed": month.is_unconfirmed(first.year),
    }
    return render(request, "projects/month.html", context)
