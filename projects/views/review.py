"""审核: what the units handed in, beside the month before, odd ones first."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.permissions import access, bureau
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import periods, report_photos, report_rows, reporting
from projects.choices import ReportState
from projects.filters import units_of, years
from projects.forms.reports import ReturnForm
from projects.models import MonthlyReport, ReportingPeriod
from projects.report_rows import ReportRow
from projects.views.reports import chosen


@require_safe
@access(bureau)
def review_desk(request: SignedInRequest) -> HttpResponse:
    """The queue of a period by unit; without anything waiting, how far the units are."""
    known = years()
    year, period = chosen(request.GET, known)
    context: dict[str, Any] = {"year": year, "years": known, "period": period}
    if period:
        context |= queue(request, period)
    return render(request, "projects/review_desk.html", context)


def queue(request: SignedInRequest, period: ReportingPeriod) -> dict[str, Any]:
    units = list(units_of(request.user, on=clock.today()))
    unit = next((one for one in units if one.code == request.GET.get("park")), None)
    every = report_rows.rows(period, request.user)
    waiting = [row for row in every if row.state == ReportState.SUBMITTED]
    shown = [row for row in waiting if unit is None or row.project.unit in (unit, *children(unit, units))]
    shown.sort(key=lambda row: (not row.oddities, row.project.unit.order if row.project.unit else 999))
    photos = report_photos.of_reports([row.report for row in shown], to=request.user)
    return {
        "rows": [(row, photos.get(row.report.pk, [])) for row in shown],
        "clear": sum(not row.oddities for row in shown),
        "chips": [chip(period, waiting, one, unit) for one in [None, *units_with(waiting, units)]],
        "park": unit.code if unit else "",
        "tally": periods.tally(period, request.user),
    }


def children(unit: Any, units: list[Any]) -> list[Any]:
    return [one for one in units if one.parent_id == unit.pk]


def units_with(rows: list[ReportRow], units: list[Any]) -> list[Any]:
    found = {row.project.unit_id for row in rows}
    return [one for one in units if one.pk in found]


def chip(period: ReportingPeriod, rows: list[ReportRow], unit: Any, active: Any) -> dict[str, Any]:
    return {
        "url": f"{address(period)}{f'&park={unit.code}' if unit else ''}",
        "label": unit.name if unit else "全部",
        "count": sum(unit is None or row.project.unit_id == unit.pk for row in rows),
        "active": unit == active,
    }


@access(bureau)
@require_POST
def review_approve(request: SignedInRequest) -> HttpResponse:
    """审核通过 for the ticked ones, or 无异常全部通过: all of the queue without anything odd."""
    period = get_object_or_404(ReportingPeriod, pk=whole_number(request.POST.get("period", "")) or 0)
    rows = [row for row in report_rows.rows(period, request.user) if row.state == ReportState.SUBMITTED]
    if "clear" in request.POST:
        park = request.POST.get("park", "")
        wanted = [row for row in rows if not row.oddities and (not park or code_of(row) == park)]
    else:
        ids = {whole_number(one) for one in request.POST.getlist("ids")}
        wanted = [row for row in rows if row.report.pk in ids]
    count = reporting.approve(reports=[row.report for row in wanted], by=request.user)
    left = len(rows) - count
    messages.success(request, f"已通过{count}个，还有{left}个待审核。") if count else messages.info(
        request, "没有选中待审核的月报。"
    )
    return redirect(address(period))


def code_of(row: ReportRow) -> str:
    return row.project.unit.code if row.project.unit else ""


@access(bureau)
def review_return(request: SignedInRequest, pk: int) -> HttpResponse:
    """退回 with the reason; the unit reads it and fills again."""
    report = get_object_or_404(
        MonthlyReport.objects.visible_to(request.user).select_related("period", "project"), pk=pk
    )
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reporting.give_back(report=report, by=request.user, why=form.why)
        except ValidationError as refused:
            form.add_error(None, "".join(refused.messages))
        else:
            messages.success(request, f"已退回“{report.project.name}”{report.period.label}月报。")
            return redirect(address(report.period))
    context = {
        "form": form,
        "heading": f"退回{report.period.label}月报：{report.project.name}",
        "back_url": address(report.period),
        "submit_label": "退回",
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


def address(period: ReportingPeriod) -> str:
    return f"{reverse('review_desk')}?year={period.year}&month={period.month}"
