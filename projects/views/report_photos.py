"""Photographs of monthly reports: sent as they are chosen, answered with the list."""

from datetime import date

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import files
from portal.permissions import access, park_or_bureau, readers
from portal.requests import SignedInRequest
from projects import report_photos
from projects.models import MonthlyReport, Project, ReportFile, ReportingPeriod
from projects.views.nodes import file_response
from projects.views.reports import period_of, row_of


@access(park_or_bureau)
@require_POST
def report_photo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take in the chosen photographs; what is refused is named beside those that are kept."""
    period = period_of(request.POST)
    project = row_of(request, pk, period).project
    refused = []
    for upload in request.FILES.getlist("photos"):
        try:
            received = files.receive(upload.chunks(), name=upload.name or "")
            report_photos.attach(project=project, period=period, received=received, by=request.user)
        except files.Refused as refusal:
            refused.append(f"{upload.name}：{refusal}")
        except ValidationError as error:
            refused += error.messages
    return answer(request, project, period, refused)


@access(park_or_bureau)
@require_POST
def report_photo_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a photograph its day, or take it back."""
    photo = get_object_or_404(
        ReportFile.objects.visible_to(request.user).select_related("report__project", "report__period"), pk=pk
    )
    refused = []
    try:
        if "remove" in request.POST:
            report_photos.take_back(photo=photo, by=request.user)
        else:
            typed = request.POST.get(f"taken_on-{pk}", "")
            report_photos.set_day(photo=photo, taken_on=date.fromisoformat(typed) if typed else None, by=request.user)
    except ValidationError as error:
        refused = error.messages
    except ValueError:
        refused = ["请填写拍摄日期，如2021-09-25。"]
    return answer(request, photo.report.project, photo.report.period, refused)


def answer(request: SignedInRequest, project: Project, period: ReportingPeriod, refused: list[str]) -> HttpResponse:
    """The list with its inputs, for the page that asked; the whole page for a browser without scripts."""
    if not request.htmx:
        return redirect(f"{reverse('report_form', args=[project.pk])}?period={period.pk}")
    report = MonthlyReport.objects.filter(project=project, period=period).first()
    photos = report_photos.of_reports([report], to=request.user).get(report.pk, []) if report else []
    context = {"photos": photos, "refused": refused, "may_write": True, "version": report.version if report else 0}
    return render(request, "projects/_report_photos.html", context | {"oob": True})


@require_safe
@access(readers)
def report_photo_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """A photograph of a report that the person sees."""
    photo = get_object_or_404(ReportFile.objects.visible_to(request.user).select_related("file"), pk=pk)
    return file_response(photo.file, photo.name)
