"""Who works on a row: a process, named so that others on the same host can tell whether it is still there."""

import os
import socket
from functools import cache
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")


def name_of(pid: int) -> str:
    """host:boot:pid:start – a pid that was given out again has another start."""
    return f"{socket.gethostname()}:{boot()}:{pid}:{started(pid) or 0}"


def me() -> str:
    """The name of this process."""
    return name_of(os.getpid())


def is_gone(owner: str) -> bool:
    """True when the owner provably no longer runs: a process of this host that has ended, or of an earlier boot.
    Owners on other hosts are never judged."""
    try:
        host, since, pid, start = owner.rsplit(":", 3)
    except ValueError:
        return False
    if host != socket.gethostname():
        return False
    return since != boot() or str(started(int(pid)) or 0) != start


def started(pid: int) -> int | None:
    """The start time of a process in clock ticks since boot, or None when there is no such process."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return None if state in "ZX" else int(fields[18])


@cache
def boot() -> str:
    return BOOT.read_text().strip()[:8] if BOOT.exists() else "0"
