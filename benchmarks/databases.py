"""Databases for one run: a private PostgreSQL in a temporary folder, SQLite files beside it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 20
PASSWORD = "only-for-benchmarks-2021"


def environment(address: str) -> dict[str, str]:
    """The environment of a process that works on the database at `address`."""
    return os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "SECRET_KEY": "only-for-benchmarks-" + "0123456789" * 4,
        "SITE_URL": "http://127.0.0.1:8000",
        "DEBUG": "0",
        "DEMO": "1",
        "DEMO_PASSWORD": PASSWORD,
    }


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder others may enter, with a short path: a socket's must stay below 108 bytes."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgresql(folder: Path) -> Iterator[Path]:
    """Run PostgreSQL on a socket in `folder` and give that socket's folder. As `postgres` when root."""
    data = folder / "postgresql"
    data.mkdir()
    run_as = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    if run_as:
        shutil.chown(data, "postgres", "postgres")
    programs = installed_programs()
    make = [f"{programs}/initdb", "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"]
    subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd="/", **run_as)
    run = [f"{programs}/postgres", "-D", data, "-k", data, "-c", "listen_addresses=", "-c", "shared_buffers=512MB"]
    server = subprocess.Popen(run, stderr=subprocess.DEVNULL, cwd="/", start_new_session=True, **run_as)
    try:
        wait_for([f"{programs}/pg_isready", "-q", "-h", data, "-U", "portal", "-d", "postgres"])
        yield data
    finally:
        server.terminate()
        server.wait(30)


def installed_programs() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def wait_for(question: list[object]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(question).returncode:
        if time.monotonic() > deadline:
            raise RuntimeError("postgres did not start")
        time.sleep(0.05)


def create_postgresql_database(socket: Path, name: str) -> str:
    """Create an empty database and return its address."""
    subprocess.run([installed_programs() / "createdb", "-h", socket, "-U", "portal", name], check=True, cwd="/")
    return f"postgres://portal@/{name}?host={socket}"


def fill(address: str, projects: int) -> str:
    """Create tables and `projects` generated projects in the database and return its address."""
    manage(address, "migrate", "--verbosity", "0")
    manage(address, "createcachetable")
    what = ["--projects", str(projects)] if projects else ["--accounts"]
    manage(address, "load_sample", *what)
    return address


def manage(address: str, *words: str) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    subprocess.run(command, check=True, env=environment(address), cwd=ROOT, stdout=subprocess.DEVNULL)
