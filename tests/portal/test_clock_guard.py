"""A clock that jumped makes nobody's reminders until a person says that it is right."""

import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from portal import clock, clock_guard
from portal.models import AuditEntry, ClockReading
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def clocks(monkeypatch):
    """Let the wall clock, the uptime and the start of the machine be set: `step(wall=…, up=…)`."""
    state = {"wall": clock.machine_now(), "up": 1000.0, "boot": "a"}
    monkeypatch.setattr(clock, "machine_now", lambda: state["wall"])
    monkeypatch.setattr(time, "clock_gettime", lambda kind: state["up"])
    monkeypatch.setattr(clock_guard, "boot", lambda: state["boot"])

    def step(*, wall=timedelta(0), up=None, boot=None):
        state["wall"] += wall
        state["up"] = (0 if boot else state["up"]) + (wall if up is None else up).total_seconds()
        state["boot"] = boot or state["boot"]
        return clock_guard.is_sane()

    step()
    return step


@pytest.mark.parametrize(
    ("change", "believed"),
    [
        ({"wall": timedelta(days=7)}, True),
        ({"wall": timedelta(hours=1), "up": timedelta(0)}, True),
        ({"wall": timedelta(days=2), "up": timedelta(minutes=1)}, False),
        ({"wall": timedelta(days=365), "up": timedelta(minutes=1)}, False),
        ({"wall": timedelta(days=-1), "up": timedelta(minutes=1)}, True),
        ({"wall": timedelta(days=14), "up": timedelta(minutes=1), "boot": "b"}, True),
        ({"wall": timedelta(days=400), "up": timedelta(minutes=1), "boot": "b"}, False),
    ],
)
def test_a_jump_is_what_the_uptime_does_not_explain(clocks, change, believed):
    assert clocks(**change) is believed


def test_a_clock_that_goes_back_by_itself_is_believed_again(clocks):
    ahead = clocks(wall=timedelta(days=365), up=timedelta(minutes=1))

    back = clocks(wall=timedelta(days=-365), up=timedelta(minutes=1))

    assert (ahead, back, ClockReading.objects.get().suspect) == (False, True, False)


def test_a_person_confirms_a_jump_that_was_right(clocks):
    clocks(wall=timedelta(days=365), up=timedelta(minutes=1))
    noted = ClockReading.objects.get().note

    counted = clock_guard.confirm(by=UserFactory(role="sysadmin"))

    assert noted.startswith("本机时间从")
    assert (counted, clocks(wall=timedelta(minutes=5))) == (1, True)


def test_only_the_system_administrator_confirms(clocks):
    clocks(wall=timedelta(days=365), up=timedelta(minutes=1))

    with pytest.raises(PermissionDenied):
        clock_guard.confirm(by=UserFactory(role="staff", is_lead=True))
    assert ClockReading.objects.get().suspect


def test_the_confirmation_is_recorded_once(clocks):
    admin = UserFactory(role="sysadmin")
    clocks(wall=timedelta(days=365), up=timedelta(minutes=1))

    assert [clock_guard.confirm(by=admin), clock_guard.confirm(by=admin)] == [1, 0]
    assert AuditEntry.objects.get(action="clock.confirm").user == admin
