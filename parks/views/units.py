"""填报单位: which there are, who acts for them, and the way to their projects."""

from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from parks.models import Park, ParkAssignment
from portal import clock
from portal.choices import Role
from portal.models import User
from portal.permissions import access, readers
from portal.requests import SignedInRequest


def units_for(user: User, *, on: date) -> QuerySet[Any]:
    """The units a person may look at, as on paper, with their live projects counted and today's people."""
    people = ParkAssignment.objects.current(on=on).filter(user__is_active=True).select_related("user")
    units = Park.objects.for_user(user, on=on) if user.role == Role.PARK else Park.objects.all()
    return (
        units.reporting()
        .select_related("county", "parent")
        .annotate(own_projects=Count("project", filter=Q(project__deleted_no=0)))
        .prefetch_related(Prefetch("assignments", people, to_attr="people"))
    )


@access(readers)
def park_list(request: SignedInRequest) -> HttpResponse:
    units = list(units_for(request.user, on=clock.today()))
    for unit in units:
        unit.project_count = projects_under(unit, units)
    return render(request, "parks/park_list.html", {"units": units})


@access(readers)
def park_detail(request: SignedInRequest, code: str) -> HttpResponse:
    visible = units_for(request.user, on=clock.today())
    unit = get_object_or_404(visible, code=code)
    children = list(visible.filter(parent=unit))
    context = {
        "unit": unit,
        "project_count": projects_under(unit, children),
        "export_query": f"?park={unit.code}&",
    }
    return render(request, "parks/park_detail.html", context)


def projects_under(unit: Park, units: list[Park]) -> int:
    """The projects of the unit and of those under it."""
    below = sum(one.own_projects for one in units if one.parent_id == unit.pk)  # type: ignore[attr-defined]
    return int(unit.own_projects + below)  # type: ignore[attr-defined]
