"""工作日历 in 系统设置: kept by the lead, read by the bureau, each change in the audit."""

import pytest

from portal import calendar
from portal.models import AuditEntry, CalendarDay, CalendarYear

pytestmark = [pytest.mark.django_db, pytest.mark.db]
PAGE = "/settings/calendar/"


def test_the_days_of_this_year_are_shown_with_their_kind(as_user, staff):
    html = as_user(staff).get(PAGE).content.decode()

    assert "工作日历 · 2021年" in html
    assert html.count('<th scope="row">') == CalendarDay.objects.filter(day__year=2021).count()


def test_a_year_without_notice_warns(as_user, staff):
    assert "2027年未确认" in as_user(staff).get(PAGE, {"year": "2027"}).content.decode()


def test_a_day_is_added_changed_and_taken_away(as_user, lead):
    browser, told = as_user(lead), []
    for sent in (
        {"form": "day", "day": "2027-02-08", "kind": "moved", "name": "春节"},
        {"form": "day", "day": "2027-02-08", "kind": "holiday", "name": "春节"},
        {"form": "remove", "remove": "2027-02-08"},
    ):
        assert browser.post(f"{PAGE}?year=2027", sent).status_code == 302
        told.append(list(CalendarDay.objects.filter(day="2027-02-08").values_list("kind", flat=True)))

    assert told == [["moved"], ["holiday"], []]
    assert AuditEntry.objects.filter(action="calendar.day").count() == 3


def test_a_worked_monday_is_no_exception(as_user, lead):
    sent = {"form": "day", "day": "2027-02-08", "kind": "worked"}

    answer = as_user(lead).post(f"{PAGE}?year=2027", sent)

    assert answer.status_code == 422
    assert "补班只用于周六、周日" in answer.content.decode()


def test_a_year_is_confirmed_with_its_notice(as_user, lead):
    as_user(lead).post(f"{PAGE}?year=2027", {"form": "year", "source": "国办发明电〔2026〕×号"})

    assert CalendarYear.objects.get(year=2027).confirmed
    assert AuditEntry.objects.filter(action="calendar.year").count() == 1


def test_staff_read_and_change_nothing(as_user, staff):
    before = calendar.current()

    as_user(staff).post(PAGE, {"form": "remove", "remove": "2021-10-01"})

    assert calendar.current() == before
