"""A page that tells the worker never waits for a broker that is away."""

import time

import pytest
import redis
from celery import current_app

from portal import poke


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch):
    monkeypatch.setattr(poke, "_silent_until", 0.0)


@pytest.fixture
def absent(monkeypatch):
    """Nobody listens at the broker's address."""
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")


@pytest.fixture
def sent(monkeypatch):
    """The names of the tasks that were handed to Celery."""
    names = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **named: names.append(name))
    return names


def seconds(times: int) -> float:
    began = time.monotonic()
    for _ in range(times):
        poke._send("portal.tasks.drain")
    return time.monotonic() - began


def test_an_absent_broker_costs_a_page_less_than_a_tenth_of_a_second(absent):
    seconds(1)
    poke._silent_until = 0.0

    assert seconds(1) < 0.1


def test_after_a_failure_nobody_asks_again_for_a_while(absent, monkeypatch):
    seconds(1)
    asked = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **named: asked.append(name))

    seconds(3)

    assert asked == []


def test_without_an_address_nobody_is_asked(settings, sent):
    settings.REDIS_URL = ""

    seconds(1)

    assert sent == []


def test_a_broker_that_is_there_is_told(settings):
    seconds(2)

    assert redis.Redis.from_url(settings.REDIS_URL).llen("celery") == 2
