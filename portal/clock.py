"""The one clock of the product.

Business time is real time plus an offset of whole days that exists only in a demonstration (`DEMO`): periods, due
dates, history and audit moments use it. Machine time is for leases, time-outs, sessions and lock-outs.
"""

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")
REMEMBER_SECONDS = 1.0  # another process may step the demonstration; a page asks for the day many times
_remembered: tuple[float, timedelta] | None = None


def machine_now() -> datetime:
    """Return the real moment, aware. Never for business rules."""
    return timezone.now()


def now() -> datetime:
    """Return the business moment, aware."""
    return machine_now() + offset()


def today() -> date:
    """Return the business day in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def offset() -> timedelta:
    """Return by how much business time differs from real time: whole days, and nothing outside a demonstration."""
    global _remembered
    if not settings.DEMO:
        return timedelta()
    if _remembered is None or time.monotonic() - _remembered[0] > REMEMBER_SECONDS:
        from portal.models import ClockOffset

        try:
            row = ClockOffset.objects.first()
        except DatabaseError:  # before the first migration: checks make an account to look at it
            return timedelta()
        _remembered = (time.monotonic(), timedelta(days=row.days if row else 0))
    return _remembered[1]


def forget() -> None:
    """Drop the remembered offset, so that the next call reads the database."""
    global _remembered
    _remembered = None


def start_demo(*, day: date) -> None:
    """Set business time so that today is `day`, once: a clock that was set stays as it is."""
    from portal.models import ClockOffset

    real = machine_now().astimezone(SHANGHAI).date()
    ClockOffset.objects.get_or_create(pk=1, defaults={"days": (day - real).days})
    forget()


def step_demo(*, days: int) -> date:
    """Step the demonstration forward by whole days and return the new day. Backward steps raise ValueError."""
    from portal.models import ClockOffset

    if days < 1:
        raise ValueError("演示时钟只能向前拨，请给出大于0的天数。")
    row, _ = ClockOffset.objects.get_or_create(pk=1, defaults={"days": 0})
    row.days += days
    row.save(update_fields=["days"])
    forget()
    return today()
