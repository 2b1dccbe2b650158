"""Starts what the product needs before Django reads its settings: a private Redis, and PostgreSQL where asked for.

Loaded by `-p tests.early_services` (pyproject.toml). One Redis serves all xdist workers, each with a database of its
own; PORTAL_TEST_DATABASE=postgresql runs the tests on a PostgreSQL in a temporary folder instead of SQLite.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

START_SECONDS = 20
SETTINGS = {
    "SECRET_KEY": "only-for-tests-" + "abcdefghij" * 5,
    "SITE_URL": "http://127.0.0.1:8000",
    "DEBUG": "0",
    "DEMO": "0",
    "DEMO_PASSWORD": "demo-password-2021",
}


def start() -> None:
    """Set the environment of the tests; in the first process also start the services."""
    os.environ |= SETTINGS
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = new_folder()
        os.environ["PORTAL_TEST_FOLDER"] = str(folder)
        os.environ["REDIS_URL"] = start_redis(folder)
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/portal.sqlite3"
        if os.environ.get("PORTAL_TEST_DATABASE") == "postgresql":
            os.environ["DATABASE_URL"] = start_postgresql(folder)
    else:
        number = int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = os.environ["REDIS_URL"].partition("?")[0] + f"?db={number}"


def new_folder() -> Path:
    """Return a folder in memory if there is one, with a short path: a socket's must stay below 108 bytes."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-", dir=memory))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def start_redis(folder: Path) -> str:
    """Start Redis on a socket in `folder` and return its address."""
    socket = folder / "redis.sock"
    command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    atexit.register(end, process)
    wait_until(socket.exists, "redis-server")
    return f"unix://{socket}"


def start_postgresql(folder: Path) -> str:
    """Start PostgreSQL on a socket in `folder`, as user postgres when root (initdb refuses root)."""
    data, run_as = folder / "postgresql", {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    data.mkdir()
    if run_as:
        shutil.chown(data, "postgres", "postgres")
    binaries = postgresql_binaries()
    initdb = [f"{binaries}/initdb", "-D", str(data), "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd="/", **run_as)
    fast = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=60"]
    command = [f"{binaries}/postgres", "-D", str(data), "-k", str(data), "-c", "listen_addresses=", *fast]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True, **run_as)
    atexit.register(end, process)
    ask = [f"{binaries}/pg_isready", "-q", "-h", str(data), "-U", "portal"]
    wait_until(lambda: subprocess.run(ask).returncode == 0, "postgres")
    return f"postgres://portal@/postgres?host={data}"


def postgresql_binaries() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def wait_until(is_up: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_up():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not start within {START_SECONDS} seconds")
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(10)


start()
