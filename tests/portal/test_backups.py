"""Backup and restore with the real commands on a real database file."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from parks.models import Park
from portal import backups, postgresql_backups

ROOT = Path(__file__).resolve().parents[2]
LONG_AGO = "2026-01-01 00:00:00"


def manage(
    database: Path, *words: str, address: str = "", more: dict[str, str] | None = None, say: str = ""
) -> subprocess.CompletedProcess:
    told = {
        "DATABASE_URL": address or f"sqlite:///{database}", "DEMO": "0",
        "SECRET_KEY": "only-for-tests-" + "0123456789" * 4,
        "DJANGO_SETTINGS_MODULE": "tests.settings", "PORTAL_TEST_FOLDER": str(database.parent), "REDIS_URL": "",
    }  # fmt: skip
    told |= more or {}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=os.environ | told, capture_output=True, text=True, input=say)


def rows(database: Path, words: str) -> list[tuple]:
    with closing(sqlite3.connect(database)) as line:
        return line.execute(words).fetchall()


def write(database: Path, words: str) -> None:
    with closing(sqlite3.connect(database)) as line, line:
        line.execute(words)


@pytest.fixture(scope="module")
def filled(django_db_setup, tmp_path_factory) -> Path:
    """An SQLite database with the product's tables, one person and three messages."""
    if connection.vendor != "sqlite":
        pytest.skip("the files of SQLite")
    place = tmp_path_factory.mktemp("filled") / "portal.sqlite3"
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(place)) as copy:
        source.backup(copy)
    made = manage(place, "shell", "-c", SETUP)
    assert made.returncode == 0, made.stderr
    return place


@pytest.fixture
def database(db, filled, tmp_path) -> Path:
    """A copy of it with one file beside."""
    place = tmp_path / "portal.sqlite3"
    with closing(sqlite3.connect(filled)) as source, closing(sqlite3.connect(place)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "photo.bin").write_bytes(b"photo")
    return place


SETUP = """
from portal import clock
from portal.models import OutgoingMail, User
person = User.objects.create(username="clerk", name="李某", role="staff", email="clerk@example.com")
day = clock.now()
for number in range(3):
    OutgoingMail.objects.create(key=f"k{number}", kind="test", user=person, due_at=day, give_up_at=day,
                                state=["queued", "sending", "sent"][number])
"""


def backed_up(database: Path) -> Path:
    done = manage(database, "backup", str(database.parent / "backups"))
    assert done.returncode == 0, done.stderr
    assert "已核对" in done.stdout
    (folder,) = (database.parent / "backups").iterdir()
    return folder


def test_what_was_deleted_since_comes_back_and_the_former_database_is_kept(database):
    folder = backed_up(database)
    write(database, "UPDATE portal_user SET name = '改过'")
    (database.parent / "files" / "photo.bin").unlink()

    done = manage(database, "restore", str(folder))

    assert done.returncode == 0, done.stderr
    assert rows(database, "SELECT name FROM portal_user WHERE username = 'clerk'") == [("李某",)]
    assert (database.parent / "files" / "photo.bin").read_bytes() == b"photo"
    (former,) = database.parent.glob("portal.sqlite3.before-*")
    assert rows(former, "SELECT name FROM portal_user WHERE username = 'clerk'") == [("改过",)]
    assert manage(database, "check").returncode == 0


def test_after_a_restore_nothing_goes_out_by_itself(database):
    folder = backed_up(database)

    manage(database, "restore", str(folder))

    states = dict(rows(database, "SELECT key, state FROM portal_outgoingmail"))
    assert states == {"k0": "failed", "k1": "failed", "k2": "sent"}
    jobs = rows(database, "SELECT job, state FROM portal_scheduledrun WHERE period LIKE 'restore-%'")
    assert sorted(jobs) == [("digests", "skipped"), ("reminders", "skipped")]
    assert "新生成0条" in manage(database, "tick").stdout


@pytest.mark.parametrize("harm", ["database", "file", "manifest", "missing"])
def test_a_damaged_backup_is_found(database, harm):
    folder = backed_up(database)
    path = {"database": folder / "database.sqlite3", "manifest": folder / "manifest.json"}.get(
        harm, folder / "files" / "photo.bin"
    )
    if harm == "missing":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 255
        path.write_bytes(data)

    with pytest.raises(backups.BrokenError, match=r"损坏|不是完整的备份"):
        backups.check(folder)


def test_a_damaged_backup_is_refused_and_nothing_is_touched(database):
    folder = backed_up(database)
    (folder / "files" / "photo.bin").unlink()
    before = database.read_bytes()

    done = manage(database, "restore", str(folder))

    assert done.returncode == 1
    assert "数据库没有改动" in done.stderr
    assert database.read_bytes() == before


def test_files_that_cannot_be_put_back_stop_it_before_the_swap(database):
    stored = database.parent / "files" / "stored"
    stored.mkdir()
    (stored / "report.bin").write_bytes(b"report")
    folder = backed_up(database)
    shutil.rmtree(stored)
    stored.write_bytes(b"no folder")  # as good as a full disk: the file has no place
    write(database, "UPDATE portal_user SET name = '改过'")

    done = manage(database, "restore", str(folder))

    assert done.returncode == 1
    assert "没有恢复" in done.stderr
    assert "数据库没有改动" in done.stderr
    assert rows(database, "SELECT name FROM portal_user WHERE username = 'clerk'") == [("改过",)]
    assert list(database.parent.glob("portal.sqlite3.before-*")) == []


def test_a_file_half_put_back_on_a_full_disk_is_put_back_whole_the_next_time(tmp_path, settings, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "files"
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "report.bin").write_bytes(b"report")

    def full(source, target):
        target.write_bytes(b"rep")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copy2", full)
        with pytest.raises(OSError, match="No space left"):
            backups.put_files_back(tmp_path / "backup")
    backups.put_files_back(tmp_path / "backup")

    assert {path.name: path.read_bytes() for path in settings.MEDIA_ROOT.iterdir()} == {"report.bin": b"report"}


def test_nobody_is_signed_in_after_a_restore(database):
    signed_in = (
        "INSERT INTO django_session VALUES ('k', 'd', '2099-01-01')",
        "INSERT INTO projects_wallpass (token_hash, user_id, begun_at, expires_at)"
        " SELECT 'h', id, '2021-09-27', '2099-01-01' FROM portal_user WHERE username = 'clerk'",
    )
    for words in signed_in:
        write(database, words)
    folder = backed_up(database)

    manage(database, "restore", str(folder))

    assert rows(database, "SELECT count(*) FROM django_session") == [(0,)]
    assert rows(database, "SELECT count(*) FROM projects_wallpass") == [(0,)]


def test_files_that_can_be_made_anew_or_are_half_written_stay_out(database):
    for name in ("downloads/7-abc", "stored/.new-x", ".incoming-y", "stored/ab/kept.pdf"):
        (database.parent / "files" / name).parent.mkdir(parents=True, exist_ok=True)
        (database.parent / "files" / name).write_bytes(b"x")

    folder = backed_up(database)

    kept = {str(path.relative_to(folder / "files")) for path in (folder / "files").rglob("*") if path.is_file()}
    assert kept == {"photo.bin", "stored/ab/kept.pdf"}


def test_a_file_that_goes_away_meanwhile_does_not_stop_a_backup(tmp_path):
    (tmp_path / "there").write_bytes(b"x")

    backups.copy_what_is_there(str(tmp_path / "gone"), str(tmp_path / "a"))
    backups.copy_what_is_there(str(tmp_path / "there"), str(tmp_path / "b"))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "there"]


def test_a_running_system_is_not_restored_over(database):
    folder = backed_up(database)
    manage(database, "shell", "-c", "from portal import heartbeats; heartbeats.beat(name='mailer')")

    refused = manage(database, "restore", str(folder))

    assert refused.returncode == 1
    assert "请先停止" in refused.stderr
    assert manage(database, "restore", str(folder), "--stopped").returncode == 0


def test_a_trial_ends_with_no_project_one_account_and_the_real_day(database):
    demo = {"DEMO": "1", "DEMO_PASSWORD": "demo-password-2021"}
    assert manage(database, "load_sample", "--projects", "3", more=demo).returncode == 0

    done = manage(database, "go_live", "admin", "--password-stdin", more=demo, say="Kx7-vTq2-mmWp-91\n")

    assert done.returncode == 0, done.stderr
    assert rows(database, "SELECT username, role, is_demo FROM portal_user") == [("admin", "sysadmin", 0)]
    assert rows(database, "SELECT count(*) FROM projects_project") == [(0,)]
    assert rows(database, "SELECT count(*) FROM portal_clockoffset") == [(0,)]
    assert rows(database, "SELECT count(*) FROM parks_park")[0][0] == Park.objects.count()
    (former,) = database.parent.glob("portal.sqlite3.before-*")
    assert rows(former, "SELECT count(*) FROM projects_project") == [(3,)]


def test_what_is_no_trial_is_not_emptied(database):
    done = manage(database, "go_live", "admin", "--password-stdin", say="Kx7-vTq2-mmWp-91\n")

    assert done.returncode == 1
    assert "不是演示库" in done.stderr
    assert rows(database, "SELECT count(*) FROM portal_outgoingmail") == [(3,)]


def test_a_backup_beside_a_failure_leaves_no_half_folder(database):
    target = database.parent / "backups"
    shutil.rmtree(database.parent / "files")
    (database.parent / "files").write_text("no folder")

    done = manage(database, "backup", str(target))

    assert done.returncode == 1
    assert list(target.iterdir()) == []


def test_fifty_backups_under_twenty_writes_a_second_are_each_one_moment(tmp_path):
    """Two tables get one row each in every transaction: a copy with unequal counts saw half of one."""
    source = tmp_path / "busy.sqlite3"
    with closing(sqlite3.connect(source)) as line:
        line.executescript("PRAGMA journal_mode=WAL; CREATE TABLE a (n INTEGER, pad TEXT); CREATE TABLE b (n INTEGER);")
        line.executemany("INSERT INTO a VALUES (?, ?)", [(-1, "x" * 4000)] * 500)
        line.executemany("INSERT INTO b VALUES (?)", [(-1,)] * 500)
        line.commit()
    stop, written = threading.Event(), []

    def work() -> None:
        with closing(sqlite3.connect(source, timeout=20, isolation_level=None)) as line:
            while not stop.is_set():
                line.execute("BEGIN IMMEDIATE")
                line.execute("INSERT INTO a VALUES (?, ?)", (len(written), "x" * 4000))
                line.execute("INSERT INTO b VALUES (?)", (len(written),))
                line.execute("COMMIT")
                written.append(1)
                time.sleep(0.05)

    writer = threading.Thread(target=work)
    writer.start()
    try:
        seen = []
        for number in range(50):
            seen.append(backups.snapshot(source, tmp_path / f"copy{number}.sqlite3"))
            time.sleep(0.02)
    finally:
        stop.set()
        writer.join()

    assert all(one["a"] == one["b"] for one in seen)
    assert seen[0]["a"] < seen[-1]["a"]
    assert len(written) > 10


def test_the_manifest_counts_the_rows_and_names_every_file(database):
    told = json.loads((backed_up(database) / "manifest.json").read_text())

    assert told["rows"]["portal_outgoingmail"] == 3
    assert set(told["sha256"]) == {"database.sqlite3", "files/photo.bin"}


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


@pytest.fixture
def drill(db, tmp_path) -> Iterator[str]:
    """The address of a database of its own on the server of the tests, filled as the other one."""
    if connection.vendor != "postgresql":
        pytest.skip("the tools of PostgreSQL")
    name = f"drill{os.getpid()}"
    with postgresql_backups.connect("postgres", autocommit=True) as line:
        line.execute(f"CREATE DATABASE {name}")
    address = os.environ["DATABASE_URL"].replace("/postgres?", f"/{name}?")
    for words in (("migrate", "--verbosity", "0"), ("shell", "-c", SETUP)):
        made = manage(tmp_path / "none", *words, address=address)
        assert made.returncode == 0, made.stderr
    yield address
    with postgresql_backups.connect("postgres", autocommit=True) as line:
        names = line.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{name}%"]).fetchall()
        for (one,) in names:
            line.execute(f'DROP DATABASE "{one}" WITH (FORCE)')


@pytest.mark.db
def test_postgresql_comes_back_beside_and_is_swapped(drill, tmp_path):
    def run(*words: str) -> str:
        done = manage(tmp_path / "none", *words, address=drill)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "已核对" in run("backup", str(tmp_path / "backups"))
    (folder,) = (tmp_path / "backups").iterdir()
    run("shell", "-c", "from portal.models import User; User.objects.update(name='改过')")

    said = run("restore", str(folder))

    look = (
        "from portal.models import OutgoingMail as M, User; "
        "print(User.objects.get(username='clerk').name, *M.objects.order_by('key').values_list('state', flat=True))"
    )
    assert run("shell", "-c", look).splitlines()[-1] == "李某 failed failed sent"
    former = said.split("保留为")[1].split("。")[0]
    with postgresql_backups.connect(former) as line:
        assert line.execute("SELECT name FROM portal_user WHERE username = 'clerk'").fetchone() == ("改过",)


@pytest.mark.db
def test_a_swap_that_fails_half_way_leaves_postgresql_its_database(drill, tmp_path):
    fail = "from portal import postgresql_backups as p; p.swap('nowhere', '20210927083000')"

    done = manage(tmp_path / "none", "shell", "-c", fail, address=drill)

    assert 'database "nowhere" does not exist' in done.stderr
    assert manage(tmp_path / "none", "check", "--database", "default", address=drill).returncode == 0
    with postgresql_backups.connect("postgres", autocommit=True) as line:
        left = line.execute("SELECT datname FROM pg_database WHERE datname LIKE 'drill%%before%%'").fetchall()
    assert left == []
