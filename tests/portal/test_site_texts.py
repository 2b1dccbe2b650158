"""The texts of every page: remembered for a moment, read anew once one was changed."""

import pytest

from portal import site_texts
from portal.models import SiteText
from projects import lists

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def remembered(monkeypatch):
    monkeypatch.setattr(site_texts, "REMEMBER_SECONDS", 60.0)
    site_texts.forget()
    yield
    site_texts.forget()


def test_they_are_asked_for_once_in_a_while(remembered, django_assert_num_queries):
    with django_assert_num_queries(1):
        first, second = site_texts.texts(), site_texts.texts()

    assert first == second == dict(SiteText.objects.values_list("key", "text"))


def test_a_change_is_seen_at_once_where_it_was_made(remembered, people):
    before = site_texts.texts()["notice"]
    lists.set_texts(texts={"notice": "本系统不处理涉密信息。"}, by=people["lead"])

    assert before != site_texts.texts()["notice"] == "本系统不处理涉密信息。"
