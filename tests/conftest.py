"""What every test gets: the business day 2021-09-27, people of each role, and no error that goes unnoticed."""

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, time

import pytest
import redis
from django.conf import settings as house
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from portal import append_only, clock, site_texts
from portal.choices import Role
from portal.models import AuditEntry, User
from tests import factories
from tests.portal import smtp_server

DEMO_DAY = date(2021, 9, 27)
NINE = time(9)
COMMITTING = {"transactional_db", "live_server", "django_db_reset_sequences"}
APPEND_ONLY = [AuditEntry]


# --- tests that commit, and so empty the database afterwards -----------------------------------------------------


def commits(item: pytest.Item) -> bool:
    mark = item.get_closest_marker("django_db")
    return bool(mark and mark.kwargs.get("transaction")) or bool(COMMITTING & set(getattr(item, "fixturenames", [])))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give these tests the rows of the migrations back beforehand."""
    for item in items:
        if commits(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)


@pytest.fixture(autouse=True)
def _append_only_tables_can_be_emptied(request: pytest.FixtureRequest, _django_db_helper: None) -> Iterator[None]:
    """Lift the triggers of SQLite for the emptying after the test; PostgreSQL's TRUNCATE does not fire them."""
    if not commits(request.node) or connection.vendor != "sqlite":
        yield
        return
    for model in APPEND_ONLY:
        append_only.protect(connection, model._meta.db_table)
    yield
    for model in APPEND_ONLY:
        append_only.release(connection, model._meta.db_table)


# --- time ------------------------------------------------------------------------------------------------------


@pytest.fixture
def set_today(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Return a function that makes a day the business day. It is nine o'clock when the test begins, whenever it is run,
    and goes on from there; machine time is what it is."""
    began = clock.machine_now()

    def set_to(day: date) -> None:
        offset = datetime.combine(day, NINE, clock.SHANGHAI) - began
        monkeypatch.setattr(clock, "offset", lambda: offset)

    return set_to


@pytest.fixture(autouse=True)
def _business_day(request: pytest.FixtureRequest, set_today: Callable[[date], None]) -> Iterator[None]:
    """Start each test on the demonstration's day, except one marked `own_clock`."""
    clock.forget()
    if not request.node.get_closest_marker("own_clock"):
        set_today(DEMO_DAY)
    yield
    clock.forget()


@pytest.fixture(autouse=True)
def _texts_are_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many queries a page asks must not depend on how fast it was."""
    monkeypatch.setattr(site_texts, "REMEMBER_SECONDS", -1.0)


# --- the mail server ----------------------------------------------------------------------------------------------


@pytest.fixture
def server(settings: Settings) -> Iterator[smtp_server.Server]:
    """A real mail server on this machine; it keeps what it accepts and refuses what it was told to."""
    server, controller = smtp_server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield server
    controller.stop()


# --- nothing goes unnoticed ------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _no_error_in_the_log(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logged an ERROR, unless it is marked `logs_errors`."""
    yield
    if request.node.get_closest_marker("logs_errors"):
        return
    records = [record for phase in ("setup", "call") for record in caplog.get_records(phase)]
    errors = [record.getMessage() for record in records if record.levelno >= logging.ERROR]
    if errors:
        pytest.fail("logged: " + "; ".join(errors), pytrace=False)


@pytest.fixture(autouse=True)
def _empty_redis() -> Iterator[None]:
    """Leave nothing in Redis for the next test."""
    yield
    redis.Redis.from_url(house.REDIS_URL).flushdb()


# --- people ----------------------------------------------------------------------------------------------------


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """Return a function that gives a browser in which the user has signed in."""

    def signed_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return signed_in


@pytest.fixture
def staff(db: None) -> User:
    return factories.staff(username="staff", name="局工作人员")


@pytest.fixture
def lead(db: None) -> User:
    return factories.lead(username="lead", name="业务负责人")


@pytest.fixture
def leader(db: None) -> User:
    return factories.leader(username="leader", name="分管领导")


@pytest.fixture
def sysadmin(db: None) -> User:
    return factories.UserFactory(username="sysadmin", name="系统管理员", role=Role.SYSADMIN)


@pytest.fixture
def auditor(db: None) -> User:
    return factories.UserFactory(username="auditor", name="审计员", role=Role.AUDITOR)


@pytest.fixture
def park_user(db: None) -> User:
    """The park manager of 五通桥 (P01)."""
    return factories.park_manager("P01", username="park-wutongqiao", name="五通桥填报员")


@pytest.fixture
def people(staff: User, lead: User, leader: User, sysadmin: User, auditor: User, park_user: User) -> dict[str, User]:
    """One person of each kind, by user name."""
    return {person.username: person for person in (staff, lead, leader, sysadmin, auditor, park_user)}
