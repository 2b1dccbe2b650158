"""A real browser before the real site: Debian's Chromium, Chinese, in Leshan's time zone."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from portal.models import User
from tests.factories import PASSWORD

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in the thread of the tests
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return browser_type_launch_args | {"executable_path": shutil.which("chromium"), "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: LiveServer) -> dict[str, Any]:
    """The office's screen by default; a test asks for a phone with `new_context(viewport=…)`."""
    ours = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": {"width": 1366, "height": 768}}
    return browser_context_args | ours | {"base_url": live_server.url}


@pytest.fixture(scope="session", autouse=True)
def _migrated_rows_are_known_to_every_connection(django_db_setup: None) -> None:
    """Playwright's loop changes the context, and so the connection object; the rows to give back hang on the first."""
    first = connections["default"]
    type(first)._test_serialized_contents = first._test_serialized_contents


class Answering:
    """How many requests the site is answering, by Django's own signals."""

    def __init__(self) -> None:
        self._count = 0
        self._changed = threading.Condition()
        request_started.connect(self._started)
        request_finished.connect(self._finished)

    def wait_for_the_last(self, seconds: float = 20) -> None:
        """Return when no request is being answered; raise TimeoutError after `seconds`."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._count <= 0, timeout=seconds):
                raise TimeoutError(f"{self._count} requests still unanswered")

    def end(self) -> None:
        """Stop counting."""
        request_started.disconnect(self._started)
        request_finished.disconnect(self._finished)

    def _started(self, **_: object) -> None:
        self._add(1)

    def _finished(self, **_: object) -> None:
        self._add(-1)

    def _add(self, change: int) -> None:
        with self._changed:
            self._count += change
            self._changed.notify_all()


@pytest.fixture
def live(live_server: LiveServer, transactional_db: None, browser: Browser) -> Iterator[LiveServer]:
    """The site on a port of its own, with the rows of the migrations; addresses may be given as paths.

    At the end the pages are closed and the last request is awaited: one that a test left behind would find the
    database closed, and be counted against the next test.
    """
    answering = Answering()
    yield live_server
    for page in [page for context in browser.contexts for page in context.pages]:
        page.close()
    answering.wait_for_the_last()
    answering.end()


@pytest.fixture(autouse=True)
def _nothing_wrong_in_the_browser(context: BrowserContext) -> Iterator[None]:
    """Fail when a page broke the content policy or a script of it failed."""
    problems: list[str] = []
    context.set_default_timeout(10_000)

    def note(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            problems.append(message.text)

    context.on("console", note)
    context.on("weberror", lambda failure: problems.append(str(failure.error)))
    yield
    if problems:
        pytest.fail("in the browser: " + "; ".join(problems), pytrace=False)


def login(page: Page, username: str, password: str = PASSWORD) -> None:
    """Sign in through the log-in page, as a person does, and wait for the first page."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/accounts/login/" not in address)


@pytest.fixture(name="login")
def login_function() -> Callable[..., None]:
    """`login(page, username)`: all test people have the password of the factories."""
    return login


@pytest.fixture
def sign_in(live: LiveServer, context: BrowserContext) -> Callable[[User], None]:
    """Return a function that gives the browser the session of a person, without the log-in page."""

    def signed_in(person: User) -> None:
        session = Client()
        session.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
        context.clear_cookies()
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live.url}])

    return signed_in
