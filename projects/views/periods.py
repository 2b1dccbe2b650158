"""填报期: the months of a year, prepared, opened, closed and opened again by the bureau."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.permissions import access, bureau
from portal.requests import SignedInRequest
from projects import periods
from projects.choices import Deadline
from projects.filters import year_of, years
from projects.forms.periods import PeriodForm, ReopenForm
from projects.models import ReportingPeriod


@require_safe
@access(bureau)
def settings_periods(request: SignedInRequest) -> HttpResponse:
    """The periods of a year with their states; how many have reported in the one that is open."""
    known = years()
    year = year_of(request.GET.get("year"), known)
    found = list(ReportingPeriod.objects.filter(year=year).order_by("month"))
    now = clock.now()
    current = periods.current()
    context = {
        "year": year,
        "years": known,
        "periods": [(period, period.state(now), act_of(period, found, current)) for period in found],
        "current": current,
        "tally": periods.tally(current, request.user) if current else None,
        "deadlines": Deadline.choices,
        "incomplete": len(found) < len(periods.preset(year)),
    }
    return render(request, "projects/settings_periods.html", context)


def act_of(period: ReportingPeriod, every: list[ReportingPeriod], current: ReportingPeriod | None) -> str:
    """What may be done with a period now: close the open one; else open one that is ahead, or the
    newest closed again."""
    if current:
        return "close" if period == current else ""
    newest = max((one for one in every if one.closed_at), key=lambda one: one.month, default=None)
    if period.closed_at:
        return "reopen" if period == newest else ""
    return "open" if newest is None or period.month > newest.month else ""


@access(bureau)
@require_POST
def periods_prepare(request: SignedInRequest) -> HttpResponse:
    year, deadline = year_of(request.POST.get("year"), years()), request.POST.get("deadline", Deadline.SAME_MONTH)
    if deadline not in Deadline.values:
        messages.error(request, "请从页面上选择截止时间。")
        return redirect(f"{reverse('settings_periods')}?year={year}")
    made = periods.prepare(year=year, by=request.user, deadline=deadline)
    messages.success(request, f"已列出{year}年{len(made)}个填报期，开放后各单位才能填报。")
    return redirect(f"{reverse('settings_periods')}?year={year}")


@access(bureau)
def period_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(ReportingPeriod, pk=pk)
    form = PeriodForm(request.POST or None, initial={"due_at": period.due_at, "as_of": period.as_of})
    if request.method == "POST" and form.is_valid():
        try:
            periods.edit(period=period, **form.cleaned_data, by=request.user)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"{period.label}的截止时间已修改。")
            return back(period)
    context = {"form": form, "heading": f"修改{period}", "back_url": address(period)}
    return render(request, "form.html", context, status=422 if form.errors else 200)


@access(bureau)
@require_POST
def period_act(request: SignedInRequest, pk: int) -> HttpResponse:
    """开放 or 关闭."""
    period = get_object_or_404(ReportingPeriod, pk=pk)
    act = {"open": periods.start, "close": periods.close}.get(request.POST.get("act", ""))
    if act is None:
        messages.error(request, "请从页面上的按钮操作。")
        return back(period)
    try:
        act(period=period, by=request.user)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        messages.success(request, f"{period.label}{'已开放填报' if act is periods.start else '已关闭'}。")
    return back(period)


@access(bureau)
def period_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(ReportingPeriod, pk=pk)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            periods.reopen(period=period, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"{period.label}已重新开放。")
            return back(period)
    context = {"form": form, "heading": f"重新开放{period}", "back_url": address(period), "submit_label": "重新开放"}
    return render(request, "form.html", context, status=422 if form.errors else 200)


def address(period: ReportingPeriod) -> str:
    return f"{reverse('settings_periods')}?year={period.year}"


def back(period: ReportingPeriod) -> HttpResponse:
    return redirect(address(period))
