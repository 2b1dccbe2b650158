"""Stepping the demonstration: forward only, and only in a demonstration."""

import os
import subprocess
import sys
from datetime import date
from io import StringIO

import pytest
from django.conf import settings as ours
from django.core.management import CommandError, call_command

from portal import clock
from portal.models import ClockOffset

pytestmark = [pytest.mark.django_db, pytest.mark.own_clock]


def step(days):
    out = StringIO()
    call_command("demo_clock", days, stdout=out)
    return out.getvalue()


def test_the_demonstration_steps_forward(settings):
    settings.DEMO = True
    clock.start_demo(day=date(2021, 9, 27))

    assert step("+3") == "演示时钟：2021-09-30\n"
    assert clock.today() == date(2021, 9, 30)


@pytest.mark.parametrize("days", ["-1", "0", "x", "1.5"])
def test_it_steps_by_whole_days_forward_only(settings, days):
    settings.DEMO = True
    with pytest.raises(CommandError, match="只能向前拨"):
        step(days)


def test_a_real_installation_has_no_clock_to_step():
    with pytest.raises(CommandError, match="不是演示环境"):
        step("+1")

    assert ClockOffset.objects.count() == 0


def test_a_demonstration_is_checked_before_its_first_migration(tmp_path):
    """The checks make an account to look at it, and an account bears the business moment."""
    about = {"DEMO": "1", "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3", "SECRET_KEY": "x" * 60}
    command = [sys.executable, str(ours.BASE_DIR / "manage.py"), "check"]

    done = subprocess.run(command, env={**os.environ, **about}, capture_output=True, text=True, cwd=ours.BASE_DIR)

    assert done.returncode == 0, done.stderr
