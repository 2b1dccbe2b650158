"""统计分析: the register of a year from every side, for those who see the whole city."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.permissions import access, city_readers
from portal.requests import SignedInRequest
from projects import overview_store, stats
from projects.filters import stages_by_batch, units_of, year_of, years
from projects.overview_page import OverviewPage


@access(city_readers)
@require_safe
def overview(request: SignedInRequest) -> HttpResponse:
    """Figures counted on the spot, or kept ones with the time they were counted."""
    known = years()
    year, on = year_of(request.GET.get("year"), known), clock.today()
    found = overview_store.read(request.user, year=year, on=on)
    page = OverviewPage(found.counted, list(units_of(request.user, on=on)), stages_by_batch())
    context = {
        "page": page,
        "sentence": stats.sentence(page.whole.figures, month=page.whole.month),
        "charts": {one.key: one.chart(page.list_url) for one in page.tables if one.has_chart}
        | ({"curve": page.curve_chart} if page.has_curve else {}),
        "found": found,
        "year": year,
        "years": known,
        "on": found.counted.on,
        "updated_at": found.made_at or clock.now(),
    }
    return render(request, "projects/overview.html", context)
