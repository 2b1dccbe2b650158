"""盖章件: who has handed one in, the upload of a unit, the file itself."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from parks.models import Park
from portal import clock, files
from portal.choices import Role
from portal.models import User
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import sealed_sheets
from projects.filters import units_of, years
from projects.forms.sealed_sheets import SealedSheetForm
from projects.models import ReportingPeriod, SealedSheet
from projects.views.nodes import file_response
from projects.views.reports import chosen


@dataclass(frozen=True)
class Line:
    """A unit, what it handed in, and why it cannot yet."""

    unit: Park
    sheet: SealedSheet | None
    waits: str


@access(readers)
def sealed_list(request: SignedInRequest) -> HttpResponse:
    """The units of a period with their sheets; a unit's own people upload here."""
    user, known = request.user, years()
    year, period = chosen(request.GET, known)
    if period is None:
        return render(request, "projects/sealed_list.html", {"year": year, "years": known, "period": None})
    form = SealedSheetForm(request.POST or None, request.FILES or None, units=units_of(user, on=clock.today()))
    if request.method == "POST" and user.role == Role.PARK and form.is_valid() and handed_in(request, period, form):
        return redirect(f"{reverse('sealed_list')}?year={year}&month={period.month}")
    found = lines(period, user)
    context: dict[str, Any] = {"year": year, "years": known, "period": period, "lines": found, "form": form}
    context["may_upload"] = user.role == Role.PARK and any(not line.waits for line in found)
    context["handed_in"] = sum(line.sheet is not None for line in found)
    return render(request, "projects/sealed_list.html", context, status=422 if form.errors else 200)


def handed_in(request: SignedInRequest, period: ReportingPeriod, form: SealedSheetForm) -> bool:
    """Keep the sheet; False when it was refused, which the form then says."""
    upload, unit = form.cleaned_data["file"], form.cleaned_data["unit"]
    if waits := sealed_sheets.why_not(period, unit, request.user):  # before anything is kept on the disk
        form.add_error(None, waits)
        return False
    try:
        received = files.receive(upload.chunks(), name=upload.name)
        sealed_sheets.hand_in(period=period, unit=unit, received=received, by=request.user)
    except files.Refused as refusal:
        form.add_error("file", str(refusal))
    except ValidationError as refused:
        form.add_error(None, refused)
    else:
        messages.success(request, f"已收到{unit}{period.label}月报盖章件。")
    return not form.errors


def lines(period: ReportingPeriod, user: User) -> list[Line]:
    """The units that must report, as on paper; for a unit's own people with why they must wait."""
    sheets = sealed_sheets.newest(period, to=user)
    own = user.role == Role.PARK
    units = units_of(user, on=clock.today()).filter(children=None)
    return [Line(unit, sheets.get(unit.pk), sealed_sheets.why_not(period, unit, user) if own else "") for unit in units]


@require_safe
@access(readers)
def sealed_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """A sheet of a unit the person sees."""
    sheet = get_object_or_404(SealedSheet.objects.visible_to(request.user).select_related("file"), pk=pk)
    if not files.path_of(sheet.file).exists():
        raise Http404
    return file_response(sheet.file, sheet.name)
