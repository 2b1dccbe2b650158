"""消息 in the top bar: how many messages the person has not opened."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.choices import MailState
from portal.models import OutgoingMail
from tests.factories import UserFactory, staff

pytestmark = pytest.mark.django_db


def message(person, key, **fields):
    now = clock.now()
    return OutgoingMail.objects.create(
        **{"key": key, "kind": "test", "user": person, "due_at": now, "give_up_at": now, "rendered_at": now} | fields
    )


def badge(page: str) -> str:
    """The number beside 消息, or nothing."""
    found = re.search(r'class="badge-count">(\d+)', page)
    return found[1] if found else ""


def test_only_own_written_and_unopened_messages_count(as_user):
    person, other = staff(), staff()
    for number in range(2):
        message(person, f"own:{number}")
    message(person, "not-written", rendered_at=None)
    message(person, "opened", read_at=clock.now())
    message(person, "taken-back", state=MailState.CANCELLED)
    message(other, "foreign")

    assert badge(as_user(person).get("/audit/").content.decode()) == "2"


def test_opening_a_message_takes_it_from_the_count(as_user):
    person = staff()
    browser, mail = as_user(person), message(person, "own")

    browser.get(reverse("mail_detail", args=[mail.pk]))

    assert badge(browser.get(reverse("mail_list")).content.decode()) == ""


def test_a_message_that_was_taken_back_cannot_be_opened(as_user):
    person = staff()
    mail = message(person, "own", state=MailState.CANCELLED, body="他单位的内容")

    assert as_user(person).get(reverse("mail_detail", args=[mail.pk])).status_code == 404


def test_the_count_is_one_look_into_its_index(as_user):
    person = staff()
    browser = as_user(person)

    with CaptureQueriesContext(
        connection,
    ) as log:
        browser.get(reverse("mail_list"))

    assert sum("COUNT(*)" in one["sql"] and '"read_at" IS NULL' in one["sql"] for one in log) == 1


def test_nobody_signed_in_means_no_look_at_all(client: Client):
    with CaptureQueriesContext(connection) as log:
        page = client.get(reverse("account_login")).content.decode()

    assert "消息" not in page
    assert not any("portal_outgoingmail" in one["sql"] for one in log)


@pytest.mark.parametrize("role", ["staff", "park", "leader", "sysadmin", "auditor"])
def test_everybody_finds_the_own_messages(as_user, role):
    page = as_user(UserFactory(role=role)).get(reverse("mail_list"))

    assert page.status_code == 200
    assert f'href="{reverse("mail_list")}"' in page.content.decode()
