"""200 virtual users at 40 requests a second against gunicorn on two cores: p50, p95, p99, and no answer 5xx.

    python -m benchmarks.load [sqlite|postgresql] [--seconds 300] [--rate 40] [--users 200]

Requests arrive when a plan says so, whether or not earlier ones were answered, and each is timed from its planned
moment: a slow server cannot slow the load down. Only 127.0.0.1 is asked.
"""

import argparse
import http.client
import json
import os
import queue
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.databases import ROOT, create_postgresql_database, environment, fill, postgresql, temporary_folder
from benchmarks.measure import Gates

SEED, TIMEOUT = 2021, 60
SESSIONS = """
import json
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from portal import sessions
from portal.models import User
from projects.models import Project
people = list(User.objects.filter(is_demo=True, role__in=["staff", "park", "leader"]).order_by("pk"))
made = []
for number in range(USERS):
    person = people[number % len(people)]
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(person.pk), "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = person.get_session_auth_hash()
    sessions.begin(store)
    store.save()
    own = list(Project.objects.visible_to(person).values_list("pk", flat=True)[:60])
    made.append([person.role, store.session_key, own])
print("SESSIONS" + json.dumps(made))
"""
SHARES = {  # what people of a role do, in parts of a hundred
    "staff": {"desk": 14, "list": 24, "search": 16, "detail": 22, "month": 8, "weekly": 6, "note": 10},
    "park": {"desk": 20, "list": 18, "search": 8, "detail": 24, "month": 16, "weekly": 4, "note": 10},
    "leader": {"desk": 34, "list": 24, "search": 14, "detail": 20, "month": 0, "weekly": 8, "note": 0},
}
WORDS = ["五通桥 未开工", "高新区", "光伏", "逾期未开工", "演示项目07", "夹江", "停缓建", "多晶硅"]
PATHS = {"desk": "/", "list": "/projects/?year=2021", "month": "/reports/", "weekly": "/weekly/"}


@dataclass
class Visitor:
    """One signed-in browser with a connection kept open."""

    role: str
    session: str
    projects: list[int]
    port: int
    cookie: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)
    line: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """One request on the kept connection, once more on a fresh one when the server had closed it."""
        headers = {"Cookie": f"sessionid={self.session}; {self.cookie}", "Host": f"127.0.0.1:{self.port}"}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        for fresh in (False, True):
            if self.line is None or fresh:
                self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
            try:
                self.line.request(method, path, body.encode() or None, headers)
                answer = self.line.getresponse()
                text = answer.read().decode(errors="replace")
            except (http.client.HTTPException, ConnectionError):
                if fresh:
                    raise
                continue
            self.keep(answer)
            return answer.status, text
        raise AssertionError

    def keep(self, answer: http.client.HTTPResponse) -> None:
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and value.startswith("csrftoken="):
                self.cookie = value.split(";")[0]

    def act(self, what: str, chance: random.Random) -> int:
        if what == "search":
            return self.ask("GET", f"/projects/?{urlencode({'year': 2021, 'q': chance.choice(WORDS)})}")[0]
        if what in PATHS:
            return self.ask("GET", PATHS[what])[0]
        project = chance.choice(self.projects)
        if what == "detail":
            return self.ask("GET", f"/projects/{project}/")[0]
        return self.note(project)

    def note(self, project: int) -> int:
        """Write a progress note: the form, then what it sends."""
        status, page = self.ask("GET", f"/projects/{project}/note/")
        if status != 200:
            return status
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        fields = hidden | {"noted_on": "2021-09-27", "progress": f"负载测试记录{time.monotonic_ns()}"}
        return self.ask("POST", f"/projects/{project}/note/", urlencode(fields))[0]


def main(gates: Gates, words: list[str] | None = None) -> None:
    options = arguments(words or [])
    for database in options.databases or ["sqlite", "postgresql"]:
        with temporary_folder() as folder:
            if database == "sqlite":
                measure(gates, fill(f"sqlite:///{folder}/load.sqlite3", 279), database, options)
            else:
                with postgresql(folder) as server:
                    measure(gates, fill(create_postgresql_database(server, "load"), 279), database, options)


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("databases", nargs="*", help="sqlite, postgresql; none means both")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--rate", type=float, default=40)
    parser.add_argument("--users", type=int, default=200)
    return parser.parse_args(words)


def measure(gates: Gates, address: str, title: str, options: argparse.Namespace) -> None:
    with site(address) as port:
        visitors = [Visitor(*one, port) for one in sign_in(address, options.users)]
        warm_up(visitors)
        seen, errors = run(visitors, rate=options.rate, seconds=options.seconds)
    times = sorted(took for _, _, took in seen)
    codes = Counter(code for _, code, _ in seen)
    cuts = statistics.quantiles(times, n=100)
    print(
        f"     {title}: {len(times)} answers, {options.seconds} s, {dict(sorted(codes.items()))}, {len(errors)} errors"
    )
    print(f"     p50 {cuts[49]:.0f} ms, p95 {cuts[94]:.0f} ms, p99 {cuts[98]:.0f} ms, longest {times[-1]:.0f} ms")
    for what in sorted({one for one, _, _ in seen}):
        own = sorted(took for one, _, took in seen if one == what)
        print(
            f"       {what:<7} {len(own):>6}  p50 {own[len(own) // 2]:.0f} ms, p95 {own[int(len(own) * 0.95)]:.0f} ms"
        )
    for words, count in Counter(errors).most_common(3):
        print(f"       {count} × {words}")
    broken = sum(count for code, count in codes.items() if code >= 500) + len(errors)
    gates.at_most(f"{title}: answers 5xx and lost connections", broken, 0, f"{options.rate:g} requests/s")
    gates.at_most(f"{title}: answers 4xx", sum(n for code, n in codes.items() if 400 <= code < 500), 0, "")


@contextmanager
def site(address: str) -> Iterator[int]:
    """Gunicorn as ./run starts it: two workers of four threads. A worker of Celery is not part of the measure."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["-m", "gunicorn", "-c", "python:portal.web_server", "portal.wsgi", "--workers", "2"]
    told = environment(address) | {"SITE_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, *words, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=ROOT, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def sign_in(address: str, users: int) -> list[list[object]]:
    """Open a session for each virtual user; the demonstration's people share them."""
    code = SESSIONS.replace("USERS", str(users))
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=environment(address), capture_output=True, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("SESSIONS"):
            return json.loads(line.removeprefix("SESSIONS"))
    raise RuntimeError(done.stderr[-2000:])


def warm_up(visitors: list[Visitor]) -> None:
    chance = random.Random(SEED)
    for visitor in visitors[:24]:
        for what in SHARES[visitor.role]:
            if SHARES[visitor.role][what] and what != "note":
                visitor.act(what, chance)


def run(visitors: list[Visitor], *, rate: float, seconds: float) -> tuple[list[tuple[str, int, float]], list[str]]:
    """Send the requests at their planned moments; what was asked, the status, milliseconds from the planned moment."""
    chance, plan, moment = random.Random(SEED), [], 0.0
    while (moment := moment + chance.expovariate(rate)) < seconds:
        visitor = chance.choice(visitors)
        what = chance.choices(list(SHARES[visitor.role]), list(SHARES[visitor.role].values()))[0]
        plan.append((moment, visitor, what, random.Random(chance.random())))
    todo: queue.Queue[tuple[float, Visitor, str, random.Random] | None] = queue.Queue()
    seen: list[tuple[str, int, float]] = []
    errors: list[str] = []
    threads = [threading.Thread(target=serve, args=(todo, seen, errors)) for _ in range(len(visitors))]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    for moment, visitor, what, own in plan:
        time.sleep(max(0.0, began + moment - time.monotonic()))
        todo.put((began + moment, visitor, what, own))
    for _ in threads:
        todo.put(None)
    for thread in threads:
        thread.join()
    return seen, errors


def serve(todo: "queue.Queue[tuple[float, Visitor, str, random.Random] | None]", seen: list, errors: list) -> None:
    while (task := todo.get()) is not None:
        planned, visitor, what, chance = task
        try:
            with visitor.lock:
                code = visitor.act(what, chance)
        except Exception as problem:
            errors.append(f"{what}: {problem!r}")
            continue
        seen.append((what, code, (time.monotonic() - planned) * 1000))


if __name__ == "__main__":
    os.chdir(ROOT)
    found = Gates()
    main(found, sys.argv[1:])
    sys.exit(0 if found.kept else 1)
