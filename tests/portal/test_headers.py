"""Headers of pages, of log-out, and the page for IE kernels."""

import pytest
from django.test import override_settings

pytestmark = pytest.mark.django_db

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/people/", "/people/new/", "/audit/", "/nowhere/", "/healthz/live"]
)
@pytest.mark.parametrize(("name", "value"), EVERYWHERE.items())
def test_every_answer_carries(as_user, sysadmin, path, name, value):
    assert as_user(sysadmin).get(path)[name] == value


@pytest.mark.parametrize("path", ["/people/", "/people/new/", "/audit/", "/nowhere/", "/accounts/password/change/"])
def test_no_signed_in_page_is_stored(as_user, sysadmin, path):
    assert as_user(sysadmin).get(path)["Cache-Control"] == "no-store"


def test_the_policy_allows_no_inline_script_or_style(client):
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_log_out_clears_what_the_browser_kept(as_user, sysadmin):
    browser = as_user(sysadmin)
    browser.get("/people/")
    response = browser.post("/accounts/logout/")

    assert (response["Location"], response["Clear-Site-Data"]) == ("/accounts/login/", '"cache", "storage"')
    assert response.cookies["form-owner"]["max-age"] == 0


def test_a_link_alone_logs_nobody_out(as_user, sysadmin):
    browser = as_user(sysadmin)
    browser.get("/accounts/logout/")

    assert browser.get("/people/").status_code == 200


@override_settings(SESSION_COOKIE_SECURE=True)
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(as_user, sysadmin, client):
    login = client.get("/accounts/login/").cookies["csrftoken"]
    owner = as_user(sysadmin).get("/people/").cookies["form-owner"]

    for cookie in (login, owner):
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1; Trident/4.0)",
        "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    ],
)
def test_an_ie_kernel_gets_one_plain_page(client, agent):
    page = client.get("/accounts/login/", headers={"User-Agent": agent})

    assert page.status_code == 200
    assert "极速模式" in page.content.decode()
    assert "<form" not in page.content.decode()


def test_a_chromium_of_the_bureau_gets_the_page(client):
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/86.0.4240.198 Safari/537.36 360SE"

    assert "<form" in client.get("/accounts/login/", headers={"User-Agent": agent}).content.decode()
