"""Text as people see it: what nobody sees never reaches a record, and never makes one name two."""

import io

from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from portal import text
from portal.models import User
from projects.models import ProgressNote
from tests.factories import PASSWORD, ProjectFactory

CHAT = "\u202e林地\u200b手续\ufeff未批\u2066"  # as pasted from a chat, with a mark that turns the direction of writing


def test_hidden_characters_go_and_visible_ones_stay():
    assert text.visible(CHAT) == "林地手续未批"
    assert text.visible("第一行\r\n第二行\t👩‍🏭𠮷") == "第一行\r\n第二行\t👩‍🏭𠮷"
    assert text.visible("Cafe\u0301") == "Café"
    assert text.squash("通威\u200d 永祥\u200b") == text.squash("通威永祥")


@given(st.text())
def test_what_is_visible_is_left_alone(given_text):
    once = text.visible(given_text)

    assert text.visible(once) == once
    assert not text.HIDDEN.search(once)


def test_a_form_keeps_what_was_seen(client, staff):
    project = ProjectFactory()
    client.force_login(staff)

    sent = client.post(f"/projects/{project.pk}/note/", {"problem": CHAT, "reason": "land", "noted_on": "2021-09-27"})

    assert sent.status_code == 302
    assert ProgressNote.objects.get(project=project).problem == "林地手续未批"


def test_a_line_that_broke_is_refused_and_no_fault_of_the_site(client, staff):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError("connection reset")

    client.force_login(staff)
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        environment = {"wsgi.input": Broken(), "CONTENT_LENGTH": "10", "CONTENT_TYPE": kind, "REQUEST_METHOD": "POST"}
        checking = Client(enforce_csrf_checks=True)
        checking.cookies = client.cookies
        assert checking.generic("POST", "/projects/", **environment).status_code in (400, 403)


def test_a_search_finds_what_was_pasted(client, staff):
    project = ProjectFactory(name="永祥二期")
    client.force_login(staff)

    assert project.name in client.get("/projects/", {"q": "永祥\u200b二期\u202c"}).content.decode()


def test_a_password_is_left_as_it_is(client, db, staff):
    changed = {"oldpassword": PASSWORD, "password1": "山水\u200b之间2021年", "password2": "山水\u200b之间2021年"}
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")

    client.post("/accounts/password/change/", changed)

    assert User.objects.get(pk=staff.pk).check_password("山水\u200b之间2021年")
