"""The PostgreSQL half of backups: its own tools, told where to look by the settings."""

import os
import subprocess
from pathlib import Path
from typing import Any

import psycopg
import psycopg.conninfo
import psycopg.sql
from django.db import connection

LONGEST_NAME = 60


def options() -> dict[str, Any]:
    return connection.settings_dict


def environment() -> dict[str, str]:
    """How the tools of PostgreSQL find the server; the password never stands in a command line."""
    told = options()
    wanted = {
        "PGHOST": told["HOST"] or told["OPTIONS"].get("host", ""), "PGPORT": str(told["PORT"] or ""),
        "PGUSER": told["USER"], "PGPASSWORD": told["PASSWORD"], "PGDATABASE": told["NAME"],
    }  # fmt: skip
    return os.environ | {name: value for name, value in wanted.items() if value}


def tool(*words: str, env: dict[str, str]) -> None:
    """Run a program of PostgreSQL. Raises RuntimeError with what it said."""
    done = subprocess.run(words, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{words[0]} 没有完成：{done.stderr.strip()[-500:]}")


def dump(target: Path) -> dict[str, int]:
    """Dump the database as one moment saw it; the rows of each table at that moment."""
    with connect(options()["NAME"]) as line, line.transaction():
        line.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = one(line, "SELECT pg_export_snapshot()")
        rows = count(line)
        tool("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}", env=environment())
    return rows


def count(line: "psycopg.Connection[Any]") -> dict[str, int]:
    names = line.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return {name: one(line, psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(name)))[0]
            for (name,) in names}  # fmt: skip


def one(line: "psycopg.Connection[Any]", words: Any) -> Any:
    return line.execute(words).fetchone()


def connect(name: str, *, autocommit: bool = False) -> "psycopg.Connection[Any]":
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD"}
    told = {key: environment().get(variable) for key, variable in names.items()}
    words = psycopg.conninfo.make_conninfo(dbname=name, **{key: value for key, value in told.items() if value})
    return psycopg.connect(words, autocommit=autocommit)


def load(source: Path | None, stamp: str) -> str:
    """Load a dump into a new database beside the one in use, or leave it empty; its name."""
    name = f"{options()['NAME'][: LONGEST_NAME - 25]}_restored_{stamp}"
    with connect("postgres", autocommit=True) as line:
        line.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    if source is None:
        return name
    tool("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={name}", str(source), env=environment())
    return name


def swap(name: str, stamp: str) -> str:
    """Give the new database the name of the one in use, which goes on under another; that name."""
    place = options()["NAME"]
    former = f"{place[: LONGEST_NAME - 25]}_before_{stamp}"
    rename = psycopg.sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with connect("postgres", autocommit=True) as line:
        line.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [place])
        with line.transaction():  # both or none: without the second the site would have no database
            for old, new in ((place, former), (name, place)):
                line.execute(rename.format(psycopg.sql.Identifier(old), psycopg.sql.Identifier(new)))
    return former
