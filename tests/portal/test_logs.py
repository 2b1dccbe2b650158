"""What the log says, and what it must never say."""

import json
import logging
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from portal import logs
from portal.accounts import AccountAdapter

PASSWORD = "only-I-know-this-2021"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the product's own handler writes."""
    stream = StringIO()
    (handler,) = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    monkeypatch.setattr(handler, "stream", stream)
    return stream


@pytest.mark.logs_errors
def test_a_crash_while_signing_in_does_not_log_the_password(db, monkeypatch, written):
    def crash(*args: object, **kwargs: object) -> None:
        raise ImproperlyConfigured("broken")

    monkeypatch.setattr(AccountAdapter, "authenticate", crash)
    Client(raise_request_exception=False).post("/accounts/login/", {"login": "staff", "password": PASSWORD})

    assert "broken" in written.getvalue()
    assert PASSWORD not in written.getvalue()


def test_production_writes_one_json_object_a_line(db, written):
    Client().get("/healthz/live")

    events = [json.loads(line)["event"] for line in written.getvalue().splitlines()]
    assert events == ["request_started", "request_finished"]


def test_debug_writes_lines_for_people():
    formatter = logs.logging_config(debug=True)["formatters"]["lines"]

    assert type(formatter["processors"][-1]).__name__ == "ConsoleRenderer"
