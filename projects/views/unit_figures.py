"""What a unit's projects add up to, as a part of its page: the same functions as 工作台 and the list."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import investment, periods, stats
from projects.filters import units_of, year_of, years


@access(readers)
@require_safe
def unit_figures(request: SignedInRequest, code: str) -> HttpResponse:
    """完成投资 of the unit and those under it by the newest closed month, the open one beside it."""
    year, on = year_of(request.GET.get("year"), years()), clock.today()
    unit = next((one for one in units_of(request.user, on=on) if one.code == code), None)
    if unit is None:
        raise Http404
    projects = stats.register(request.user, year=year).in_unit(unit)
    figures, period = stats.figures(projects, on=on, year=year), periods.current(year)
    context = {
        "year": year,
        "figures": figures,
        "done": figures.done(investment.closed_month(year)),
        "period": period,
        "tally": periods.tally(period, request.user, unit=unit) if period else None,
        "unit": unit,
    }
    return render(request, "projects/_unit_figures.html", context)
