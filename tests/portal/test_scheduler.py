"""One run per job and period, whoever looks, whatever dies."""

import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from portal import clock, clock_guard, owners, scheduler
from portal.choices import RunState
from portal.models import ScheduledRun
from portal.scheduler import Check, Job, Period

pytestmark = [pytest.mark.django_db, pytest.mark.db]
NOON = datetime(2021, 9, 27, 12, tzinfo=clock.SHANGHAI)


@pytest.fixture
def made(monkeypatch):
    """A job that is due every hour; the list holds what each run was given."""
    runs: list[list[str]] = []

    def hours(days, after, until):
        first = after.astimezone(clock.SHANGHAI).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        count = max(0, int((until - first) / timedelta(hours=1)) + 1)
        return [Period(f"{first + timedelta(hours=n):%dT%H}", first + timedelta(hours=n)) for n in range(count)]

    def make(periods, now):
        runs.append([one.key for one in periods])
        return len(periods)

    job = Job(hours, make, lambda run: Check(1), late=None)
    monkeypatch.setattr(scheduler, "jobs", lambda: {"hourly": job})
    scheduler.since("hourly", NOON + scheduler.FIRST_LOOK - timedelta(minutes=1))
    return runs


def states():
    return dict(ScheduledRun.objects.exclude(period=scheduler.START).values_list("period", "state"))


def test_a_period_runs_once_however_often_somebody_looks(made):
    for _ in range(100):
        scheduler.tick(now=NOON)

    assert made == [["27T12"]]


def test_missed_periods_are_joined_to_the_newest_and_each_has_a_row(made):
    scheduler.tick(now=NOON + timedelta(hours=3))

    assert made == [["27T12", "27T13", "27T14", "27T15"]]
    assert states() == {"27T12": RunState.SKIPPED, "27T13": RunState.SKIPPED, "27T14": RunState.SKIPPED,
                        "27T15": RunState.DONE}  # fmt: skip


def test_a_run_that_somebody_else_has_is_left_alone(made):
    ScheduledRun.objects.create(job="hourly", period="27T12", due_at=NOON, owner="other:a:1:1",
                                lease_ms=2**60, fence=1)  # fmt: skip

    scheduler.tick(now=NOON)

    assert made == []


def test_a_run_whose_process_died_is_done_again_at_once(made):
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    owner = owners.name_of(process.pid)
    process.kill()
    process.wait()
    ScheduledRun.objects.create(job="hourly", period="27T12", due_at=NOON, owner=owner, lease_ms=2**40, fence=1)

    scheduler.tick(now=NOON)

    assert made == [["27T12"]]
    assert ScheduledRun.objects.get(period="27T12").fence == 2


def test_the_clock_going_back_makes_nothing_again(made):
    scheduler.tick(now=NOON + timedelta(hours=2))
    scheduler.tick(now=NOON)

    assert len(made) == 1


def test_nothing_is_made_while_the_clock_is_under_suspicion(made, monkeypatch):
    monkeypatch.setattr(clock_guard, "is_sane", lambda: False)

    scheduler.tick(now=NOON)

    assert made == []


@pytest.mark.logs_errors
def test_a_run_that_failed_is_tried_again(made, monkeypatch):
    job = scheduler.jobs()["hourly"]
    broken = Job(job.periods, lambda periods, now: 1 // 0, job.check)
    with monkeypatch.context() as patch:
        patch.setattr(scheduler, "jobs", lambda: {"hourly": broken})
        scheduler.tick(now=NOON)

    scheduler.tick(now=NOON)

    assert made == [["27T12"]]
