"""A clock that jumped makes nobody's reminders: what the machine shows is compared with what it showed before.

Within one start of the machine its uptime tells how much time really passed. After a restart nothing but the calendar
is left: weeks without power are believed, more than a month is not. A person confirms a jump that was right.
"""

import socket
import time
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from portal import audit, clock
from portal.models import ClockReading, User
from portal.owners import boot
from portal.permissions import sysadmin

JUMP = timedelta(days=1)
LONG_OFF = timedelta(days=31)
NOTE_EVERY = timedelta(minutes=1)


def is_sane() -> bool:
    """Whether messages may be made now: not while this machine's clock stands ahead of what its uptime allows. Notes
    the clocks; one that went back to normal by itself is believed again."""
    host, uptime = socket.gethostname(), int(time.clock_gettime(time.CLOCK_BOOTTIME) * 1000)
    reading: dict[str, Any] = {
        "boot": boot(),
        "monotonic_ms": uptime,
        "wall": clock.machine_now(),
        "suspect": False,
        "note": "",
    }
    row, made = ClockReading.objects.get_or_create(host=host, defaults=reading)
    if made:
        return True
    jump, same = reading["wall"] - row.wall, row.boot == reading["boot"] and uptime >= row.monotonic_ms
    allowed = timedelta(milliseconds=uptime - row.monotonic_ms) + JUMP if same else LONG_OFF
    if jump > allowed:
        note = f"本机时间从{told(row.wall)}跳到{told(reading['wall'])}"
        ClockReading.objects.filter(pk=host).update(suspect=True, note=note)
    elif row.suspect or jump >= NOTE_EVERY or not same:
        ClockReading.objects.filter(pk=host).update(**reading)
    return jump <= allowed


def told(moment: datetime) -> str:
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")


@transaction.atomic
def confirm(*, by: User, request: HttpRequest | None = None) -> int:
    """A person says that the time is right: forget the readings; returns how many machines were under suspicion."""
    if not sysadmin(by):
        raise PermissionDenied("只有系统管理员可以确认本机时间。")
    found = list(ClockReading.objects.filter(suspect=True).order_by("host"))
    if found:
        ClockReading.objects.filter(pk__in=[one.pk for one in found]).delete()
        audit.log("clock.confirm", by=by, request=request, hosts=[f"{one.host} {one.note}" for one in found])
    return len(found)
