"""明日将发送: before anything goes out. The bureau sees what each message speaks of, the administrator how much."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import calendar, clock
from portal.calendar import WorkCalendar
from portal.permissions import access, bureau, bureau_or_sysadmin
from portal.requests import SignedInRequest
from projects import mail_preview as preview

FURTHEST = timedelta(days=366)


@require_safe
@access(bureau_or_sysadmin)
def mail_preview(request: SignedInRequest) -> HttpResponse:
    """The next working day, or the day asked for; a day off shows the working day after it."""
    days, today = calendar.current(), clock.today()
    asked = day_asked(request.GET.get("on", ""), today=today, days=days)
    day = preview.of_day(days.roll_forward(asked), days=days)
    sees_items = bureau(request.user)
    context = {
        "asked": asked,
        "day": day,
        "is_off": day.on != asked,
        "rows": [(line, line.items(day.on) if sees_items else []) for line in day.lines],
        "sees_items": sees_items,
        "first": today,
        "last": today + FURTHEST,
    }
    return render(request, "projects/mail_preview.html", context)


def day_asked(text: str, *, today: date, days: WorkCalendar) -> date:
    """The day of the address, if it lies in the next year; else the next working day."""
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        asked = None
    if asked is None or not today <= asked <= today + FURTHEST:
        return days.add(today, 1)
    return asked
