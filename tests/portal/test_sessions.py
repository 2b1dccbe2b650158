"""Sessions end in time; a form outlives its session, for its owner alone."""

import json
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from portal import clock, sessions
from portal.models import AuditEntry, User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
PAGE = "/people/new/"
HERE = {"HTTP_REFERER": f"http://testserver{PAGE}"}
TYPED = {"username": "wang", "name": "王某某", "phone": "0833-2440000", "units-0-park": ""}


@pytest.fixture(autouse=True)
def _empty_cache(db):
    cache.clear()


@pytest.fixture
def admin(sysadmin):
    client = Client()
    sign_in(client, "sysadmin")
    return client


def sign_in(client, name, page=PAGE):
    return client.post(LOGIN, {"login": name, "password": PASSWORD, "next": page})


def later(**span):
    seconds = span.get("seconds", 0) + 60 * span.get("minutes", 0) + 3600 * span.get("hours", 0)
    return time_machine.travel(clock.machine_now().timestamp() + seconds, tick=False)


def pending(response):
    found = re.search(r'<script id="pending-form" type="application/json">(.*?)</script>', response.content.decode())
    return json.loads(found[1]) if found else None


def test_half_an_hour_without_a_request_ends_the_session(admin):
    with later(minutes=31):
        response = admin.get("/people/")

    assert response["Location"] == "/accounts/login/?next=/people/"
    assert "您已超过30分钟没有操作，请重新登录。" in admin.get(response["Location"]).content.decode()
    assert AuditEntry.objects.filter(action="session.expired").count() == 1


def test_working_on_keeps_the_session_until_twelve_hours_after_log_in(admin):
    for minutes in range(20, 720, 20):
        with later(minutes=minutes):
            assert admin.get("/people/").status_code == 200
    with later(hours=12, seconds=5):
        response = admin.get("/people/")

    assert response.status_code == 302
    assert "本次登录已满12小时，请重新登录。" in admin.get(response["Location"]).content.decode()


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(admin):
    for minutes in (10, 20, 29):
        with later(minutes=minutes):
            admin.get("/people/", headers={"X-Background": "1"})
    with later(minutes=31):
        assert admin.get("/people/").status_code == 302


def test_last_seen_is_written_at_most_once_a_minute(admin, django_assert_num_queries):
    def writes(**span):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with later(**span), CaptureQueriesContext(connection) as queries:
            admin.get("/people/")
        return sum("UPDATE" in query["sql"] for query in queries)

    assert [writes(seconds=30), writes(seconds=61), writes(seconds=90)] == [0, 1, 0]


def test_the_limits_run_in_machine_time(admin, set_today):
    from datetime import date

    set_today(date(2031, 1, 1))

    assert admin.get("/people/").status_code == 200


def test_a_disabled_person_is_out_at_the_next_request_and_stays_out_when_enabled_again(admin, sysadmin):
    from parks.accounts import disable_person, enable_person

    disable_person(person=sysadmin, by=None)
    first = admin.get("/people/").status_code
    enable_person(person=sysadmin, by=None)

    assert [first, admin.get("/people/").status_code] == [302, 302]


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(admin, sysadmin):
    other = Client()
    sign_in(other, "sysadmin")
    new = "Qing-Yi-Jiang-8899"
    admin.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert admin.get("/people/").status_code == 200
    assert other.get("/people/").status_code == 302


def test_ending_all_sessions_of_a_person_leaves_those_of_others(admin, sysadmin, auditor):
    other = Client()
    sign_in(other, "auditor", page="/audit/")

    assert sessions.end_all(user_id=sysadmin.pk) == 1
    assert [admin.get("/people/").status_code, other.get("/audit/").status_code] == [302, 200]


def test_an_htmx_request_after_the_end_sends_the_whole_page_to_log_in(admin):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?role=park"}
    with later(minutes=31):
        response = admin.get("/people/?page=2", headers=headers)

    assert response["HX-Redirect"] == "/accounts/login/?next=/people/%3Frole%3Dpark"


def test_what_was_typed_returns_after_log_in(admin):
    with later(minutes=31):
        late = admin.post(PAGE, {**TYPED, "csrfmiddlewaretoken": "x", "password1": "secret"}, **HERE)
        notice = admin.get(late["Location"]).content.decode()
        page = admin.get(sign_in(admin, "sysadmin")["Location"])

    assert late["Location"] == f"/accounts/login/?next={PAGE}"
    assert "您刚才填写的内容已保留，登录后会自动恢复。" in notice
    assert pending(page)["fields"] == {name: [value] for name, value in TYPED.items()}
    assert pending(page)["message"] == "登录已过期，您填写的内容已恢复，请核对后提交。"
    assert not User.objects.filter(username="wang").exists()


def test_what_was_typed_returns_once_and_on_its_own_page_only(admin):
    with later(minutes=31):
        admin.post(PAGE, TYPED, **HERE)
        sign_in(admin, "sysadmin")

        shown = [pending(admin.get(page)) is not None for page in ("/people/", PAGE, PAGE)]

    assert shown == [False, True, False]


def test_what_was_typed_returns_when_the_session_has_vanished(admin, sysadmin):
    sessions.end_all(user_id=sysadmin.pk)
    admin.post(PAGE, TYPED, **HERE)

    assert pending(admin.get(sign_in(admin, "sysadmin")["Location"]))["fields"]["name"] == ["王某某"]


def test_another_person_at_the_same_browser_never_sees_it(admin):
    UserFactory(username="second", role="sysadmin")
    with later(minutes=31):
        admin.post(PAGE, TYPED, **HERE)
        sign_in(admin, "second")
        seen = pending(admin.get(PAGE))
        admin.post("/accounts/logout/")
        sign_in(admin, "sysadmin")

        assert [seen, pending(admin.get(PAGE))] == [None, None]


def test_after_log_out_nothing_is_kept_for_anyone(admin):
    admin.post("/accounts/logout/")
    admin.post(PAGE, TYPED, **HERE)
    sign_in(admin, "sysadmin")

    assert pending(admin.get(PAGE)) is None


def test_a_forged_owner_is_not_believed(sysadmin):
    client = Client()
    client.cookies["form-owner"] = f"{sysadmin.pk}:abc:forged"
    client.post(PAGE, TYPED, **HERE)
    sign_in(client, "sysadmin")

    assert pending(client.get(PAGE)) is None


@pytest.mark.parametrize(("size", "kept"), [(64 * 1024 - 100, True), (64 * 1024 + 1, False)])
def test_at_most_64_kilobytes_are_kept(admin, size, kept):
    with later(minutes=31):
        admin.post(PAGE, {"name": "x" * size}, **HERE)
        sign_in(admin, "sysadmin")

        assert (pending(admin.get(PAGE)) is not None) is kept


def test_files_are_not_kept(admin):
    from django.core.files.uploadedfile import SimpleUploadedFile

    with later(minutes=31):
        admin.post(PAGE, {"name": "王某某", "file": SimpleUploadedFile("a.txt", b"text")}, **HERE)
        sign_in(admin, "sysadmin")

        assert pending(admin.get(PAGE))["fields"] == {"name": ["王某某"]}


def test_a_form_with_an_old_token_is_refused_and_comes_back(sysadmin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(sysadmin, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(PAGE, {**TYPED, "csrfmiddlewaretoken": "a" * 64}, **HERE)
    page = client.get(response["Location"])

    assert not User.objects.filter(username="wang").exists()
    assert pending(page)["fields"]["name"] == ["王某某"]
    assert "刚才没有保存" in pending(page)["message"]


def test_a_form_from_another_site_is_refused_and_not_kept(sysadmin):
    client = Client(enforce_csrf_checks=True)
    client.force_login(sysadmin, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(PAGE, TYPED, HTTP_REFERER="http://evil.test/people/new/")

    assert response.status_code == 403
    assert pending(client.get(PAGE)) is None
