"""进度横道图 of a filtered list of projects."""

from django.http import HttpResponse
from django.shortcuts import render

from portal import clock
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import charts
from projects.filters import ProjectFilter, year_of, years
from projects.tables import in_order
from projects.views.listing import menus_of, subject_of, tidy, title_of

MENUS = ("park", "light", "type", "stage", "industry", "group", "leader", "chip")


@access(readers)
def project_timeline(request: SignedInRequest) -> HttpResponse:
    """The same conditions as 项目库. More than 60 projects do not fit on a sheet: then it asks for a narrower list."""
    query = tidy(request.GET)
    known = years()
    found = ProjectFilter(query, user=request.user, year=year_of(query.get("year"), known), on=clock.today())
    rows = list(in_order(found.qs, found.chips)[: charts.MOST + 1])
    fits = len(rows) <= charts.MOST
    context = {
        "chart": charts.draw(rows, on=found.on) if fits and rows else None,
        "fits": fits,
        "most": charts.MOST,
        "count": len(rows),
        "title": title_of(found, subject_of(found)),
        "menus": menus_of(found, MENUS),
        "typed": query.get("q", ""),
        "year": found.year,
        "years": known,
        "on": found.on,
        "query": query.urlencode(),
    }
    return render(request, "projects/timeline.html", context)
