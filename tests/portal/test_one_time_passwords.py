"""A password given by the administrator opens nothing but the page that changes it; the same for two-step log-in."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import override_settings

from portal.models import AuditEntry
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
CHANGE = "/accounts/password/change/"
ACTIVATE = "/accounts/2fa/totp/activate/"
NEW = "Qing-Yi-Jiang-8899"


@pytest.fixture
def newcomer(client):
    cache.clear()
    person = UserFactory(username="newcomer", role="auditor", must_change_password=True)
    sign_in(client)
    return person


def sign_in(client, password=PASSWORD):
    return client.post("/accounts/login/", {"login": "newcomer", "password": password, "next": "/audit/"})


def change(client, new, old=PASSWORD):
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def enrol(client):
    """Set up two-step log-in as the pages do and return the secret."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get(ACTIVATE)
    secret = client.session["mfa.totp.secret"]
    client.post(ACTIVATE, {"code": code_of(secret)})
    return secret


def code_of(secret, steps=0):
    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + steps))


def test_everything_leads_to_the_password_page(client, newcomer):
    response = client.get("/audit/")

    assert (response.status_code, response["Location"]) == (302, CHANGE)
    assert client.get(CHANGE).status_code == 200


def test_an_htmx_request_leads_there_as_a_whole_page(client, newcomer):
    assert client.get("/audit/", headers={"HX-Request": "true"})["HX-Redirect"] == CHANGE


def test_the_own_password_opens_the_rest(client, newcomer):
    response = change(client, NEW)

    newcomer.refresh_from_db()
    assert (response["Location"], newcomer.must_change_password) == ("/audit/", False)
    assert client.get("/audit/").status_code == 200
    assert AuditEntry.objects.filter(action="password.change", user=newcomer).count() == 1


def test_log_out_is_reachable(client, newcomer):
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        (PASSWORD, "新密码不能与原密码相同。"),
        ("short1A", "密码至少要10个字符。"),
        ("1234567890123", "密码只包含数字"),
        ("newcomer-2021", "密码跟 用户名 太相似了"),
        ("password123", "这个密码太常见了"),
    ],
)
def test_a_weak_password_is_refused_in_chinese(client, newcomer, password, sentence):
    response = change(client, password)

    newcomer.refresh_from_db()
    assert newcomer.must_change_password
    assert sentence in " ".join(response.context["form"].errors["password1"])


@pytest.fixture
def person(client):
    cache.clear()
    person = UserFactory(username="newcomer", role="auditor")
    sign_in(client)
    return person


def test_two_step_log_in_is_set_up_without_an_address_of_mail(client, person):
    enrol(client)

    assert Authenticator.objects.filter(user=person, type="totp").exists()


def test_after_setting_up_the_password_alone_is_not_enough(client, person):
    secret = enrol(client)
    client.post("/accounts/logout/")
    first = sign_in(client)
    half_way = client.get("/audit/").status_code
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert (first["Location"], half_way) == ("/accounts/2fa/authenticate/", 302)
    assert client.get("/audit/").status_code == 200


def test_a_code_is_good_for_one_log_in(client, person):
    secret = enrol(client)
    code = code_of(secret)
    answers = []
    for _ in range(2):
        client.post("/accounts/logout/")
        sign_in(client)
        answers.append(client.post("/accounts/2fa/authenticate/", {"code": code}).status_code)

    assert answers == [302, 200]


def test_guesses_of_codes_are_limited(client, person):
    secret = enrol(client)
    client.post("/accounts/logout/")
    sign_in(client)
    for number in range(31):
        client.post("/accounts/2fa/authenticate/", {"code": f"{number:06d}"})

    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200


@override_settings(MFA_REQUIRED=True)
def test_where_two_steps_are_required_everything_leads_to_setting_them_up(client, person):
    before = client.get("/audit/")
    enrol(client)

    assert (before.status_code, before["Location"]) == (302, ACTIVATE)
    assert client.get("/audit/").status_code == 200
