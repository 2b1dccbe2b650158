"""Signing in: each test is a trap that a stock set-up of allauth and axes falls into."""

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from portal import clock
from portal.models import AuditEntry
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
REAL_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]


@pytest.fixture(autouse=True)
def bob():
    cache.clear()
    return UserFactory(username="bob", name="鲍某", role="auditor")


def sign_in(client, name="bob", password=PASSWORD, address="10.0.0.1", **extra):
    data = {"login": name, "password": password, "next": "/audit/"}
    return client.post(LOGIN, data, REMOTE_ADDR=address, **extra)


def lock(client, name="bob", **extra):
    return [sign_in(client, name, password="wrong-password", **extra) for _ in range(5)][-1]


def test_the_right_password_enters(client):
    response = sign_in(client)

    assert (response.status_code, response["Location"]) == (302, "/audit/")


def test_the_fifth_wrong_password_locks_and_says_for_how_long(client):
    response = lock(client)

    assert response.status_code == 429
    assert "约<strong>15</strong>分钟后可再次登录" in response.content.decode()
    assert "联系系统管理员解锁" in response.content.decode()


def test_the_right_password_is_refused_while_locked(client):
    lock(client)

    assert sign_in(client).status_code == 429


def test_another_spelling_of_the_name_meets_the_same_lock(client):
    lock(client, name="bob")

    assert sign_in(client, name=" BOB ").status_code == 429


def test_another_spelling_of_the_name_is_the_same_account(client):
    assert sign_in(client, name=" BOB ").status_code == 302


def test_somebody_else_on_the_same_address_is_not_locked(client):
    UserFactory(username="alice", role="auditor")
    lock(client)

    assert sign_in(client, name="alice").status_code == 302


def test_fifty_mistakes_of_forty_nine_people_lock_nobody_else(client):
    UserFactory(username="alice", role="auditor")
    for number in range(49):
        sign_in(client, name=f"someone{number}", password="wrong-password")

    assert sign_in(client, name="alice").status_code == 302


def test_the_lock_ends_by_itself_and_trying_does_not_prolong_it(client):
    lock(client)
    with time_machine.travel(clock.machine_now().timestamp() + 10 * 60):
        assert sign_in(client).status_code == 429
    with time_machine.travel(clock.machine_now().timestamp() + 16 * 60):
        assert sign_in(client).status_code == 302


def test_a_forged_forwarding_header_does_not_open_the_lock(client):
    lock(client)

    assert sign_in(client, HTTP_X_FORWARDED_FOR="10.9.9.9").status_code == 429


@override_settings(PROXY_COUNT=1)
def test_behind_a_proxy_only_its_own_entry_counts(client):
    for number in range(5):
        sign_in(client, password="wrong-password", HTTP_X_FORWARDED_FOR=f"6.6.6.{number}, 10.1.1.1")

    assert list(AccessAttempt.objects.values_list("ip_address", flat=True)) == ["10.1.1.1"]
    assert sign_in(client, HTTP_X_FORWARDED_FOR="7.7.7.7, 10.1.1.1").status_code == 429


@override_settings(PROXY_COUNT=1)
def test_axes_audit_and_log_lines_see_the_same_address(client, caplog):
    with caplog.at_level("INFO"):
        sign_in(client, password="wrong-password", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.1.1.1")

    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    assert {line["ip"] for line in lines if "ip" in line} == {"10.1.1.1"}
    assert AccessAttempt.objects.get().ip_address == AuditEntry.objects.get().address == "10.1.1.1"


def test_unknown_name_wrong_password_and_disabled_account_get_the_same_answer(client):
    UserFactory(username="gone", is_active=False)
    answers = [sign_in(client, "nobody"), sign_in(client, "bob", "wrong-password"), sign_in(client, "gone")]

    texts = {error for answer in answers for error in answer.context["form"].non_field_errors()}
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(texts) == 1


def test_many_addresses_are_stopped_by_the_limit_of_the_name(client):
    for number in range(30):
        sign_in(client, password="wrong-password", address=f"10.0.1.{number}")

    assert sign_in(client, address="10.0.2.1").status_code == 200
    assert AuditEntry.objects.filter(action="sign.in", result="limited").count() == 1


def test_unlocking_opens_axes_and_the_limit_of_the_name(client, rf):
    from portal.accounts import unlock

    for number in range(30):
        sign_in(client, password="wrong-password", address=f"10.0.1.{number}")
    lock(client, address="10.0.0.1")
    unlock(name="bob", request=rf.get("/"))

    assert sign_in(client).status_code == 302


def test_a_login_writes_no_history_and_one_audit_row(client):
    from django.apps import apps

    sign_in(client)

    history = [model for model in apps.get_models() if model.__name__.startswith("Historical")]
    assert sum(model.objects.count() for model in history) == 0
    assert [entry.action for entry in AuditEntry.objects.all()] == ["sign.in"]


def test_a_login_gets_a_new_session_key(client):
    client.get(LOGIN)
    client.session["anything"] = 1
    before = client.session.session_key
    sign_in(client)

    assert client.session.session_key != before


def test_a_session_cannot_be_replayed_after_log_out(client):
    sign_in(client)
    cookie = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = cookie

    assert client.get("/audit/").status_code == 302


OUTSIDE = [
    "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "https:evil.test", "https://evil.test/audit/",
    "http:///evil.test", "javascript:alert(1)", "data:text/html,x", "//evil.test@127.0.0.1", "/\t/evil.test",
    "https://testserver@evil.test", "https://testserver.evil.test", "/%5cevil.test/..//evil.test".replace("%5c", "\\"),
    "\x00//evil.test", " //evil.test", "ftp://testserver/", "http://127.0.0.1:8000/", "//localhost/",
]  # fmt: skip


@pytest.mark.parametrize("target", OUTSIDE)
def test_next_leads_to_no_other_site(client, target):
    response = client.post(LOGIN, {"login": "bob", "password": PASSWORD, "next": target})

    assert response["Location"] == "/audit/"


@pytest.mark.parametrize("page", ["signup/", "email/", "confirm-email/", "confirm-email/x/", "password/set/",
                                  "password/reset/key/1-2/", "login/code/confirm/", "inactive/"])  # fmt: skip
def test_what_is_not_offered_is_closed(client, page):
    assert client.get(f"/accounts/{page}").status_code == 404
    assert client.post(f"/accounts/{page}", {"username": "new", "password1": PASSWORD}).status_code == 404


def test_a_forgotten_password_is_given_by_the_administrator(client):
    page = client.get(reverse("account_reset_password"))

    assert page.status_code == 200
    assert "请联系系统管理员重置密码" in page.content.decode()
    assert client.post(reverse("account_reset_password"), {"email": "a@b.cn"}).status_code == 405


@override_settings(PASSWORD_HASHERS=REAL_HASHERS)
def test_an_old_hash_becomes_argon2_at_log_in(client, bob):
    bob.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    bob.save()
    sign_in(client)

    bob.refresh_from_db()
    assert bob.password.startswith("argon2$argon2id$")


def test_argon2_is_the_hash_of_the_site():
    from pathlib import Path

    import portal.settings

    source = Path(portal.settings.__file__).read_text()
    assert source.index("Argon2PasswordHasher") < source.index("PBKDF2PasswordHasher")


def test_an_address_that_no_proxy_wrote_is_the_peers():
    from portal.middleware import real_address

    cases = [
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1"}, 0, "10.0.0.1"),
        ({"REMOTE_ADDR": "10.0.0.1"}, 1, "10.0.0.1"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "rubbish"}, 1, "10.0.0.1"),
        ({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 2.2.2.2"}, 1, "2.2.2.2"),
        ({"REMOTE_ADDR": "p", "HTTP_X_FORWARDED_FOR": "9.9.9.9, 1.1.1.1, 2.2.2.2"}, 2, "1.1.1.1"),
        ({"REMOTE_ADDR": "p", "HTTP_X_FORWARDED_FOR": "1.1.1.1"}, 2, "1.1.1.1"),
        ({"REMOTE_ADDR": "p", "HTTP_X_FORWARDED_FOR": "::ffff:1.2.3.4"}, 1, "1.2.3.4"),
    ]

    assert [real_address(meta, proxies=count) for meta, count, _ in cases] == [expected for *_, expected in cases]
