"""A clock that jumped makes nobody's reminders: what the machine shows is compared with what it showed before.

Within one start of the machine its uptime tells how much time really passed. After a restart nothing but the calendar
is left: weeks without power are believed, more than a month is not. A person confirms a jump that was right.
"""

import socket
import time
from datetime import datetime, timedelta
from typing import Any

from portal import clock
from portal.models import ClockReading
from portal.owners import boot

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


def confirm() -> int:
    """A person says that the time is right: forget the readings; returns how many machines were under suspicion."""
    found = ClockReading.objects.filter(suspect=True)
    count = found.count()
    found.delete()
    return count
