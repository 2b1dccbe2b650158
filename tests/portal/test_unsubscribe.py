"""退订 by the address of a letter: GET asks, POST acts; nobody else's name, nobody else's digest."""

import pytest
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse

from portal import unsubscribing
from portal.models import AuditEntry, OutgoingMail, User
from tests.factories import staff

pytestmark = pytest.mark.django_db
ONE_CLICK = {"data": "List-Unsubscribe=One-Click", "content_type": "application/x-www-form-urlencoded"}


@pytest.fixture
def person():
    return staff(username="wang-xiaoming", name="王小明", email="wang@bureau.test", phone="0833-2345678")


@pytest.fixture
def address(person, settings):
    return unsubscribing.address(person).removeprefix(settings.SITE_URL)


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True)


def wants(person: User) -> bool:
    return User.objects.values_list("wants_digest", flat=True).get(pk=person.pk)


def test_looking_asks_and_changes_nothing(stranger, person, address):
    page = stranger.get(address)

    assert page.status_code == 200
    assert "不再收到每周的" in page.content.decode()
    assert "职责提醒" in page.content.decode()
    assert stranger.head(address).status_code == 200
    assert wants(person)


def test_the_button_ends_the_digest_and_is_recorded(stranger, person, address):
    User.objects.filter(pk=person.pk).update(duty_in_digest=True)

    page = stranger.post(address)

    person.refresh_from_db()
    assert "已退订周调度" in page.content.decode()
    assert (person.wants_digest, person.duty_in_digest) == (False, False)
    assert AuditEntry.objects.get(action="preferences.unsubscribe").user == person


def test_one_click_of_a_mail_program_ends_it_without_cookie_or_redirect(stranger, person, address):
    answer = stranger.post(address, **ONE_CLICK)

    assert answer.status_code == 200
    assert not wants(person)


def test_a_hundred_clicks_write_what_one_writes(stranger, person, address):
    for _ in range(100):
        assert stranger.post(address, **ONE_CLICK).status_code == 200

    assert AuditEntry.objects.filter(action="preferences.unsubscribe").count() == 1


def test_the_page_tells_of_the_person_the_surname_only(stranger, person, address):
    page = stranger.get(address).content.decode() + stranger.post(address).content.decode()

    assert "王某" in page
    told = (person.name, person.username, person.email, person.phone, person.get_role_display())
    assert [word for word in told if word in page] == []


MADE_UP = [
    "1",
    "1:abc",
    "../../people",
    "%00",
    "x" * 3000,
    "' OR 1=1 --",
    Signer(salt="other").sign(1),
    Signer(salt=unsubscribing.SALT).sign("999999"),
    Signer(salt=unsubscribing.SALT).sign("9" * 40),
]


@pytest.mark.parametrize("token", MADE_UP, ids=range(len(MADE_UP)))
def test_a_made_up_address_is_told_so_and_ends_nothing(stranger, person, token):
    address = reverse("unsubscribe", args=["TOKEN"]).replace("TOKEN", token)
    answers = [stranger.get(address), stranger.post(address, **ONE_CLICK)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert wants(person)
    assert not AuditEntry.objects.filter(action="preferences.unsubscribe").exists()


def test_the_sentence_says_what_to_do(stranger):
    page = stranger.get(reverse("unsubscribe", args=["1:abc"])).content.decode()

    assert "没有做任何修改" in page


def test_another_persons_number_does_not_fit_the_signature(stranger, person, address):
    other = staff()
    forged = address.replace(f"/{person.pk}:", f"/{other.pk}:")

    assert stranger.post(forged).status_code == 404
    assert wants(other)


def test_an_ended_account_looks_like_a_made_up_address(stranger, person, address):
    unknown = stranger.get(reverse("unsubscribe", args=["1:abc"])).content
    User.objects.filter(pk=person.pk).update(is_active=False)

    answer = stranger.get(address)

    assert answer.status_code == 404
    assert len(answer.content) == len(unknown)


def test_other_verbs_are_refused(stranger, address):
    assert [stranger.put(address).status_code, stranger.delete(address).status_code] == [405, 405]


def test_a_letter_carries_the_address_only_when_one_may_end_it(person, settings):
    mails = [OutgoingMail(kind=kind, user=person) for kind in ("daily", "test")]

    headers = [unsubscribing.headers(mail) for mail in mails]

    assert headers[0]["List-Unsubscribe"] == f"<{unsubscribing.address(person)}>"
    assert headers[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers[0]["List-Id"] == f"<weekly.{settings.MAIL_DOMAIN}>"
    assert headers[1] == {}


def test_the_answer_is_kept_nowhere(stranger, address):
    assert "no-store" in stranger.get(address)["Cache-Control"]
