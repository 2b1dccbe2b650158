"""Whether the site tells the truth about its own life."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from portal import clock, heartbeats
from portal.models import ClockReading, Heartbeat, ScheduledRun


def beat_all() -> None:
    for name in settings.HEARTBEATS:
        heartbeats.beat(name=name)


def answer(name: str) -> tuple[int, dict]:
    response = Client().get(f"/healthz/{name}")
    return response.status_code, response.json()


def test_live_asks_nothing_of_the_database():
    assert answer("live") == (200, {"live": True})


def test_ready_when_the_tables_are_those_of_this_release(db):
    assert answer("ready") == (200, {"ready": True, "problem": ""})


@pytest.mark.logs_errors
def test_not_ready_while_a_migration_is_missing(db):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="projects").delete()

    assert answer("ready") == (503, {"ready": False, "problem": "migrations"})


@pytest.mark.logs_errors
def test_jobs_fail_before_the_worker_was_ever_seen(db):
    status, said = answer("jobs")

    assert (status, said["processes"]["worker"]) == (503, {"age_seconds": None, "fresh": False})


def test_jobs_are_fresh_after_a_beat(db):
    beat_all()

    assert answer("jobs") == (
        200,
        {
            "fresh": True,
            "processes": {name: {"age_seconds": 0, "fresh": True} for name in settings.HEARTBEATS},
            "reminders": {"missing": 0},
            "clock": {"suspect": False},
        },
    )


@pytest.mark.logs_errors
def test_jobs_fail_when_the_worker_has_been_silent(db):
    Heartbeat.objects.create(name="worker", seen_at=clock.machine_now() - timedelta(seconds=121))

    assert answer("jobs")[0] == 503


@pytest.mark.logs_errors
def test_jobs_fail_while_something_owed_was_not_told(db):
    beat_all()
    run = ScheduledRun.objects.create(
        job="reminders", period="2021-09-27", owed=10, missing=2, checked_at=clock.now(), state="done"
    )

    during = answer("jobs")
    ScheduledRun.objects.filter(pk=run.pk).update(missing=0)

    assert (during[0], during[1]["reminders"], during[1]["fresh"]) == (503, {"missing": 2}, True)
    assert answer("jobs")[0] == 200


@pytest.mark.logs_errors
def test_jobs_fail_while_a_clock_is_under_suspicion(db):
    beat_all()
    ClockReading.objects.create(host="a", wall=clock.machine_now(), suspect=True, note="跳")

    status, said = answer("jobs")

    assert (status, said["clock"]) == (503, {"suspect": True})


def test_jobs_do_not_depend_on_the_demonstration_clock(db, set_today):
    from datetime import date

    beat_all()
    set_today(date(2022, 1, 1))

    assert answer("jobs")[0] == 200
