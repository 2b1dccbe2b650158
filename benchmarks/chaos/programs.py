"""The processes of one run: started here, watched, killed by their own number, never by name."""

import os
import shutil
import signal
import subprocess
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.databases import ROOT, installed_programs
from portal.processes import die_with_parent

START_SECONDS = 120
COLD_START_SECONDS = 2.0  # `manage.py mailer` on an idle machine, from its start to its first look


@dataclass
class Process:
    """One process in a session of its own, so that its children are known; started again whenever it is gone."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    user: str = ""
    popen: "subprocess.Popen[bytes] | Forked | None" = None
    stopped_until: float = 0
    starts: int = 0

    def start(self) -> None:
        options: dict[str, Any] = {"user": self.user, "group": self.user, "cwd": "/"} if self.user else {"cwd": ROOT}
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command, env=os.environ | self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent, **options,
            )  # fmt: skip
        self.starts += 1

    @property
    def is_running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def keep_up(self) -> None:
        if not self.is_running:
            self.start()

    def pids(self) -> set[int]:
        """The process and its children: all of its session. None once it has been waited for: its number may by then
        be somebody else's."""
        if self.popen is None or self.popen.returncode is not None:
            return set()
        return {pid for pid in running() if session_of(pid) == self.pid}

    @property
    def pid(self) -> int:
        return self.popen.pid if self.popen else 0

    def signal(self, number: int) -> None:
        if self.is_running:
            os.killpg(self.pid, number)

    def kill(self) -> set[int]:
        """kill -9, children too; returns who died."""
        pids = self.pids()
        self.signal(signal.SIGKILL)
        if self.popen:
            self.popen.wait()
        return pids

    def ask_to_stop(self) -> None:
        self.signal(signal.SIGCONT)
        if self.popen and self.is_running:
            self.popen.terminate()

    def stop(self, seconds: float = 6) -> None:
        """Ask it to end, then kill."""
        self.ask_to_stop()
        if self.popen is None or self.popen.returncode is not None:
            return
        left = time.monotonic() + seconds
        while os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None and time.monotonic() < left:
            time.sleep(0.05)
        for pid in self.pids():  # while it has not been waited for, its number is its own
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.popen.wait()


class Forked:
    """A child of this very process with the face of a Popen. What it does begins `wait` seconds after the fork."""

    returncode: int | None = None

    def __init__(self, work: Callable[[], None], log: Path, *, wait: float) -> None:
        ready, told = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self.become(work, log, told, wait)
        os.close(told)
        os.read(ready, 1)  # from then on it has a session of its own
        os.close(ready)

    def become(self, work: Callable[[], None], log: Path, told: int, wait: float) -> NoReturn:
        ended = 1
        try:
            os.setsid()
            die_with_parent()
            with log.open("ab") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            os.close(told)
            time.sleep(wait)
            work()
            ended = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(ended)

    def poll(self) -> int | None:
        return self.waited(os.WNOHANG)

    def wait(self) -> int | None:
        return self.waited(0)

    def waited(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)


@dataclass
class Ours(Process):
    """A program of the product. A run starts hundreds of them, and most of what each would cost is reading modules:
    they are forked from this process, which has read everything, and wait first as long as a cold start takes."""

    def start(self) -> None:
        from django.db import connections
        from django.urls import get_resolver

        import portal.celery  # noqa: F401 - what worker and beat read
        from benchmarks.chaos import launch

        connections.close_all()  # the child is to have its own
        assert get_resolver().url_patterns  # every page is imported here, once
        self.popen = Forked(lambda: launch.main(self.command), self.log, wait=COLD_START_SECONDS)
        self.starts += 1


def running() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def session_of(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return -1


def wait_until(is_up: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_up():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not start within {START_SECONDS} seconds")
        time.sleep(0.05)


def redis(folder: Path) -> Process:
    """A private Redis on a socket; nothing kept."""
    socket = str(folder / "redis.sock")
    command = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--dir", str(folder)]
    return Process("redis", command, {}, folder / "redis.log")


def postgresql(folder: Path) -> Process:
    """A private PostgreSQL on a socket, as it is set up by default: what it has committed survives."""
    data, programs = folder / "postgresql", installed_programs()
    data.mkdir()
    user = "postgres" if os.geteuid() == 0 else ""
    run_as: dict[str, Any] = {"user": user, "group": user} if user else {}
    if user:
        shutil.chown(data, user, user)
    make = [f"{programs}/initdb", "-D", str(data), "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd="/", **run_as)
    command = [f"{programs}/postgres", "-D", str(data), "-k", str(data), "-c", "listen_addresses="]
    return Process("postgresql", command, {}, folder / "postgresql.log", user=user)


def wait_for_postgresql(folder: Path) -> None:
    ask = [f"{installed_programs()}/pg_isready", "-q", "-h", f"{folder}/postgresql", "-U", "portal"]
    wait_until(lambda: subprocess.run(ask).returncode == 0, "postgres")


def restart_postgresql(process: Process, folder: Path) -> None:
    """As `pg_ctl restart -m immediate`: no checkpoint, every connection cut, recovery at the start."""
    if process.popen and process.is_running:
        os.kill(process.pid, signal.SIGQUIT)
        process.popen.wait(START_SECONDS)
    process.start()
    wait_for_postgresql(folder)
