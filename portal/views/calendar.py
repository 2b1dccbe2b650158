"""工作日历: the days that differ from Monday to Friday, year by year. Read by the bureau, kept by its lead."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from portal import clock, working_days
from portal.forms import DayForm, YearForm
from portal.models import CalendarDay, CalendarYear
from portal.permissions import access, bureau, lead
from portal.requests import SignedInRequest
from portal.text import whole_number

WEEKDAYS = "一二三四五六日"


@access(bureau)
def settings_calendar(request: SignedInRequest) -> HttpResponse:
    """Show a year; add, change or take away a day, or confirm the year."""
    years = list(CalendarYear.objects.all())
    year = chosen_year(request.GET.get("year", ""), [one.year for one in years])
    may_keep = lead(request.user)
    sent = request.POST.get("form") if request.method == "POST" and may_keep else ""
    row = next((one for one in years if one.year == year), CalendarYear(year=year))
    day_form = DayForm(request.POST if sent == "day" else None, year=year)
    year_form = YearForm(request.POST if sent == "year" else None, initial={"source": row.source})
    if sent and carried_out(request, sent, year=year, day_form=day_form, year_form=year_form):
        return redirect(f"{reverse('settings_calendar')}?year={year}")
    context = {
        "may_keep": may_keep,
        "calendar_years": years,
        "shown": row,
        "days": [(one, WEEKDAYS[one.day.weekday()]) for one in CalendarDay.objects.filter(day__year=year)],
        "day_form": day_form,
        "year_form": year_form,
    }
    return render(request, "portal/settings_calendar.html", context, status=422 if sent else 200)


def chosen_year(asked: str, known: list[int]) -> int:
    """The year asked for if the table has it, else this year, else the newest."""
    year = whole_number(asked)
    if year is not None and year in known:
        return year
    today = clock.today().year
    return today if today in known or not known else known[-1]


def carried_out(request: SignedInRequest, sent: str, *, year: int, day_form: DayForm, year_form: YearForm) -> bool:
    """Do what the form asks for; False when it was refused, with the reason in the form or as a message."""
    form: Form | None = {"day": day_form, "year": year_form}.get(sent)
    if form is not None and not form.is_valid():
        return False
    try:
        said = act(sent, request.POST.get("remove", ""), year=year, form=form, request=request)
    except ValidationError as refused:
        if form is None:
            messages.error(request, "；".join(refused.messages))
            return True
        form.add_error(None, refused)
        return False
    messages.success(request, said)
    return True


def act(sent: str, remove: str, *, year: int, form: Any, request: SignedInRequest) -> str:
    by = request.user
    if sent == "day":
        row = working_days.set_day(**form.cleaned_data, by=by)
        return f"已保存：{row.day.isoformat()} {row.get_kind_display()}。"
    if sent == "year":
        working_days.confirm_year(year=year, source=form.cleaned_data["source"], by=by)
        return f"{year}年工作日历已确认。"
    try:
        day = date.fromisoformat(remove)
    except ValueError as error:
        raise ValidationError("没有这一天。") from error
    working_days.remove_day(day=day, by=by)
    return f"已去掉{remove}，恢复为周一至周五上班。"
