"""Keeping the table of working days: one day, and whether a year follows a published notice. Each change is audited."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import audit
from portal.choices import DayKind
from portal.models import CalendarDay, CalendarYear, User
from portal.permissions import lead


def refuse_others(by: User) -> None:
    if not lead(by):
        raise PermissionDenied("工作日历由业务负责人维护。")


@transaction.atomic
def set_day(*, day: date, kind: str, name: str, by: User) -> CalendarDay:
    """Say that a day is off or worked, against the rule Monday to Friday. Raises ValidationError when it is not."""
    refuse_others(by)
    is_weekend = day.weekday() >= 5
    if kind == DayKind.WORKED and not is_weekend:
        raise ValidationError({"day": "周一至周五本来就是工作日，补班只用于周六、周日。"})
    if kind == DayKind.MOVED and is_weekend:
        raise ValidationError({"day": "周六、周日本来就休息，调休放假只用于周一至周五。"})
    row = CalendarDay.objects.select_for_update().filter(day=day).first()
    old = f"{row.get_kind_display()} {row.name}".strip() if row else ""
    row = row or CalendarDay(day=day)
    row.kind, row.name = kind, name.strip()
    row.full_clean()
    row.save()
    CalendarYear.objects.get_or_create(year=day.year)
    new = f"{row.get_kind_display()} {row.name}".strip()
    audit.log("calendar.day", by=by, obj=row, day=day.isoformat(), old=old, new=new)
    return row


@transaction.atomic
def remove_day(*, day: date, by: User) -> None:
    """Let a day follow the rule again: Monday to Friday are worked."""
    refuse_others(by)
    row = CalendarDay.objects.select_for_update().filter(day=day).first()
    if row is None:
        raise ValidationError("这一天已经不在工作日历中。")
    old = f"{row.get_kind_display()} {row.name}".strip()
    audit.log("calendar.day", by=by, obj=row, day=day.isoformat(), old=old, new="")
    row.delete()


@transaction.atomic
def confirm_year(*, year: int, source: str, by: User) -> CalendarYear:
    """Say that the days of the year follow this notice."""
    refuse_others(by)
    if not source.strip():
        raise ValidationError({"source": "请写明放假安排通知的名称和文号。"})
    row, _ = CalendarYear.objects.get_or_create(year=year)
    row.confirmed, row.source = True, source.strip()
    row.full_clean()
    row.save()
    audit.log("calendar.year", by=by, obj=row, year=year, source=row.source)
    return row
