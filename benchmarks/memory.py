"""The memory a command and the processes it starts hold at most, read from the kernel while they run (Linux)."""

import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

EVERY_SECONDS = 0.02
PROC = Path("/proc")


@dataclass
class Peaks:
    """Peak resident memory in MiB: of the command itself, of each process below it, and of all at one moment."""

    command: float = 0.0
    children: dict[int, float] = field(default_factory=dict)
    together: float = 0.0
    seconds: float = 0.0

    @property
    def child(self) -> float:
        return max(self.children.values(), default=0.0)


def run(command: list[str], **options: object) -> Peaks:
    """Run the command to its end and return its peaks. A failure raises CalledProcessError."""
    peaks, began = Peaks(), time.monotonic()
    process = subprocess.Popen(command, **options)
    while process.poll() is None:
        look(process.pid, peaks)
        time.sleep(EVERY_SECONDS)
    peaks.seconds = time.monotonic() - began
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return peaks


def look(pid: int, peaks: Peaks) -> None:
    peaks.command = max(peaks.command, mebibytes(pid, "VmHWM"))
    below = descendants(pid)
    for child in below:
        peaks.children[child] = max(peaks.children.get(child, 0.0), mebibytes(child, "VmHWM"))
    peaks.together = max(peaks.together, sum(mebibytes(one, "VmRSS") for one in [pid, *below]))


def descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in PROC.glob(f"{pid}/task/*/children"):
        try:
            direct = [int(word) for word in task.read_text().split()]
        except OSError:  # ended meanwhile
            continue
        for child in direct:
            found += [child, *descendants(child)]
    return found


def mebibytes(pid: int, name: str) -> float:
    """One line of the process's status in MiB; 0 once the process has ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:")), 0.0)
