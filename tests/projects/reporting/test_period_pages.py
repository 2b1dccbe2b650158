"""填报期 on the page: listed, opened, closed, opened again."""

import pytest
from django.urls import reverse

from projects.models import ReportingPeriod
from tests.projects.reporting.months import month

pytestmark = pytest.mark.django_db
PAGE = "/settings/periods/?year=2021"


def test_from_nothing_to_a_closed_month(as_user, staff):
    browser = as_user(staff)
    empty = browser.get(PAGE).content.decode()
    browser.post(reverse("periods_prepare"), {"year": 2021})
    august = ReportingPeriod.objects.get(month=8)
    act = reverse("period_act", args=[august.pk])

    opened = browser.post(act, {"act": "open"}, follow=True).content.decode()
    closed = browser.post(act, {"act": "close"}, follow=True).content.decode()

    assert "这一年还没有填报期" in empty
    assert "8月已开放填报。" in opened
    assert "8月已关闭。" in closed


def test_the_deadline_is_chosen_with_the_year(as_user, staff):
    browser = as_user(staff)
    refused = browser.post(reverse("periods_prepare"), {"year": 2021, "deadline": "never"}, follow=True)
    assert "请从页面上选择截止时间。" in refused.content.decode()
    assert not ReportingPeriod.objects.exists()

    browser.post(reverse("periods_prepare"), {"year": 2021, "deadline": "next"})

    assert "2021-10-08 17:00" in browser.get(PAGE).content.decode()


def test_a_refusal_says_what_to_do(as_user, staff):
    month(8, by=staff)
    september = month(9, by=staff, opened=False)

    page = as_user(staff).post(reverse("period_act", args=[september.pk]), {"act": "open"}, follow=True)

    assert "8月还没有关闭，请先关闭再开放9月。" in page.content.decode()


def test_opening_again_asks_for_the_reason(as_user, staff):
    august = month(8, by=staff)
    browser = as_user(staff)
    browser.post(reverse("period_act", args=[august.pk]), {"act": "close"})

    refused = browser.post(reverse("period_reopen", args=[august.pk]), {"reason": ""})
    browser.post(reverse("period_reopen", args=[august.pk]), {"reason": "五通桥补报"})

    august.refresh_from_db()
    assert (refused.status_code, august.closed_at) == (422, None)


def test_the_deadline_can_be_moved(as_user, staff):
    august = month(8, by=staff)

    as_user(staff).post(reverse("period_edit", args=[august.pk]), {"due_at": "2021-09-03T17:00", "as_of": "2021-08-31"})

    august.refresh_from_db()
    assert august.due_at.isoformat() == "2021-09-03T09:00:00+00:00"
