"""Child processes that never outlive their parent, stopped in a chosen order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.2
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """Ask the kernel, in the child, for SIGTERM when the parent is gone, however it went."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One process: its name for people, its command, and how long it may take to stop, in seconds."""

    name: str
    command: list[str]
    patience: float = 10
    log: Path | None = None
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start in a session of its own, so that Ctrl-C reaches the parent only."""
        output = self._output()
        self.process = subprocess.Popen(
            self.command,
            env=os.environ | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        if output:
            output.close()

    def _output(self) -> IO[bytes] | None:
        if self.log is None:
            return None
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))  # the start before this one, for a look back
        return self.log.open("wb")

    def exit_code(self) -> int | None:
        """Return how it ended, None while it runs."""
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        """Ask it to stop; after its patience kill its whole session."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def first_to_end(children: list[Child], *, until: Callable[[], bool]) -> Child | None:
    """Wait until a child ends by itself and return it, or None once `until` says so."""
    while not until():
        for child in children:
            if child.exit_code() is not None:
                return child
        time.sleep(LOOK_SECONDS)
    return None
