"""A misconfigured installation says so, in Chinese, with what to set."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from portal import checks
from portal.models import ClockOffset

PRODUCTION = {
    "SECRET_KEY": "k3-Zq8_vN1xT7bJ5wR2mY9cF4hD6gS0pL" * 2,
    "SITE_URL": "https://xmdd.example.gov.cn",
    "ALLOWED_HOSTS": "xmdd.example.gov.cn",
    "PROXY_COUNT": "1",
}


def manage(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with this environment alone."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *words]
    return subprocess.run(command, env={"PATH": os.environ["PATH"], **environment}, capture_output=True, text=True)


def test_production_settings_pass_every_check():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SECRET_KEY": "short"}, "portal.W002"),
        ({"SITE_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "127.0.0.1"}, "portal.W003"),
        ({"SITE_URL": "http://xmdd.example.gov.cn"}, "portal.W004"),
        ({"PROXY_COUNT": "0"}, "portal.W005"),
        ({"DEMO": "1"}, "portal.W006"),
        ({"DEBUG": "1"}, "portal.E001"),
        ({"ALLOWED_HOSTS": "*"}, "portal.E002"),
        ({"SITE_URL": "xmdd.example.gov.cn"}, "portal.E003"),
        ({"ALLOWED_HOSTS": "other.example.gov.cn"}, "portal.E004"),
        ({"PROXY_COUNT": "-1"}, "portal.E005"),
    ],
)
def test_each_mistake_is_named(change, message):
    done = manage("check", "--deploy", "--fail-level", "WARNING", **(PRODUCTION | change))

    assert done.returncode == 1
    assert message in done.stderr


def test_a_missing_secret_stops_the_start_and_is_named():
    done = manage("check")

    assert done.returncode == 1
    assert "缺少环境变量 SECRET_KEY" in done.stderr


def test_missing_assets_are_reported(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATIC_ROOT = tmp_path

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks.finders, "find", lambda name: None)
        found = checks.assets_are_built()

    assert [message.id for message in found] == ["portal.W001"]


def test_a_left_over_demonstration_clock_is_an_error(db):
    ClockOffset.objects.create(pk=1, days=-1000)

    assert [message.id for message in checks.clock_is_real(databases=["default"])] == ["portal.E006"]


def test_a_real_clock_is_no_error(db):
    ClockOffset.objects.create(pk=1, days=0)

    assert checks.clock_is_real(databases=["default"]) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the flags of SQLite")
def test_sqlite_runs_with_the_safe_flags(db):
    assert checks.sqlite_is_safe(databases=["default"]) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the flags of SQLite")
def test_weaker_sqlite_flags_are_an_error(db, settings, monkeypatch):
    monkeypatch.setattr(checks, "pragma", {"journal_mode": "delete", "synchronous": "2", "foreign_keys": "1"}.get)

    (message,) = checks.sqlite_is_safe(databases=["default"])

    assert "journal_mode" in message.msg


@pytest.mark.db
def test_the_cache_has_its_table(db):
    assert checks.cache_has_its_table(databases=["default"]) == []
