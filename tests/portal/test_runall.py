"""The whole site as one command runs it: real web server, worker, beat and broker."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the processes are the same on every database"),
]
SECONDS = 20


def eventually(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


class Site:
    """`manage.py runall` on a free port, on the test database."""

    def __init__(self, logs: Path, **environment: str):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.logs = logs
        words = ["runall", "--bind", f"127.0.0.1:{self.port}", "--web-workers", "1", "--log-dir", str(logs)]
        database = {"DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}", "HEARTBEAT_SECONDS": "1"}
        self.process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
            env=os.environ | database | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def status(self, page: str) -> int:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz/{page}", timeout=5) as answer:
                return answer.status
        except HTTPError as problem:
            problem.close()
            return problem.code
        except (URLError, OSError):
            return 0

    def children(self) -> dict[str, int]:
        """The processes it started, by what their command line says."""
        listed = subprocess.run(["pgrep", "-P", str(self.process.pid), "-a"], capture_output=True, text=True).stdout
        words = {"valkey-server": "broker", "gunicorn": "web"}
        words |= {f" {name} ": name for name in ("worker", "beat", "mailer")}
        found = {}
        for line in listed.splitlines():
            name = next((name for word, name in words.items() if word in line), "?")
            found[name] = int(line.split()[0])
        return found

    def end(self) -> tuple[int, str, str]:
        said, complained = self.process.communicate(timeout=60)
        return self.process.returncode, said, complained

    def lines(self, name: str) -> list[dict]:
        text = (self.logs / f"{name}.log").read_text()
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Return a function that starts a site and waits until its worker has been seen."""
    started: list[Site] = []

    def start_site(**environment: str) -> Site:
        site = Site(tmp_path, **environment)
        started.append(site)
        eventually(lambda: site.status("jobs") == 200, f"no heartbeat; logs in {tmp_path}")
        return site

    yield start_site
    for site in started:
        if site.process.poll() is None:
            site.process.terminate()
            site.process.communicate(timeout=60)


def gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_everything_runs_and_stops_in_order(start):
    site = start(REDIS_URL="")
    pids = site.children()

    site.process.send_signal(signal.SIGINT)
    code, said, _ = site.end()

    assert sorted(pids) == ["beat", "broker", "mailer", "web", "worker"]
    assert code == 0
    assert said.split() == ["已停止：web", "已停止：beat", "已停止：mailer", "已停止：worker", "已停止：broker"]
    assert gone(list(pids.values()))


def test_the_site_stops_with_an_error_when_one_process_dies(start):
    site = start(REDIS_URL="")
    pids = site.children()

    os.kill(pids["beat"], signal.SIGKILL)
    code, _, complained = site.end()

    assert code == 1
    assert "进程 beat 自行退出" in complained
    assert gone(list(pids.values()))


def test_no_process_outlives_a_killed_parent(start):
    site = start(REDIS_URL="")
    pids = list(site.children().values())

    site.process.kill()
    site.end()

    eventually(lambda: gone(pids), "a child lives on")


@pytest.mark.urls("tests.portal.enqueueing_urls")
def test_one_request_id_goes_from_the_page_to_the_worker(start, caplog):
    site = start(REDIS_URL=os.environ["REDIS_URL"])

    with caplog.at_level(logging.INFO):
        Client().get("/enqueue/")
    finished = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    ids = {line["request_id"] for line in finished if line["event"] == "request_finished"}

    def in_the_worker() -> set[str]:
        return {line.get("request_id") for line in site.lines("worker") if line["event"] == "task_succeeded"} & ids

    eventually(lambda: in_the_worker() == ids, "the worker did not write the id of the request")
    assert len(ids) == 1
