"""A promised day pauses the chase: the newest one that was recorded, and only a day that can be meant."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal import calendar
from projects import attention, ladder, notes
from projects.models import ProgressNote, Project
from projects.models.weeks import promised
from tests.factories import UserFactory
from tests.projects.reminders.days import start

pytestmark = [pytest.mark.django_db]
ASKED_ON = date(2021, 9, 27)


@pytest.fixture
def staff():
    return UserFactory(role="staff", username="clerk")


def chase(project, staff, *days):
    for day in days:
        notes.add_chase(project=project, by=staff, channel="phone", answer="国庆后交地", promised_on=day)


def paused(day):
    return list(Project.objects.filter(promised(day)))


def levels(after, until):
    found = ladder.reached(after=after, until=until, calendar=calendar.current())
    return [step.level for step in found]


def test_a_promise_that_was_mistyped_ends_with_the_one_that_corrects_it(staff):
    made = start()
    chase(made, staff, date(2022, 9, 15), date(2021, 10, 15))

    assert paused(date(2021, 10, 15)) == [made]
    assert paused(date(2021, 10, 18)) == []
    assert levels(date(2021, 10, 15), date(2021, 10, 18)) == ["P"]
    assert list(ladder.reminded(date(2021, 10, 18)).values_list("project", flat=True).distinct()) == [made.pk]


def test_a_later_day_that_was_agreed_puts_the_question_off(staff):
    made = start()
    chase(made, staff, date(2021, 10, 15), date(2021, 10, 29))

    assert levels(date(2021, 10, 15), date(2021, 10, 18)) == []
    assert levels(date(2021, 10, 29), date(2021, 11, 1)) == ["P"]


def test_a_chase_without_a_day_leaves_the_promise_standing(staff):
    made = start(planned_start_from=date(2021, 9, 1), planned_start_to=date(2021, 9, 1))
    chase(made, staff, date(2021, 10, 15), None)

    assert paused(ASKED_ON) == [made]
    (item,) = attention.largest(Project.objects.in_year(2021), on=ASKED_ON, count=10)
    assert (item.promised_on, item.chase.promised_on) == (date(2021, 10, 15), None)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2021, 9, 26), "承诺日期不能早于催办当天，请核对。"),
        (date(2022, 9, 29), "承诺日期在一年以后，请核对年份。"),
        (date(9999, 12, 31), "承诺日期在一年以后，请核对年份。"),
    ],
)
def test_a_day_that_cannot_be_meant_is_refused_beside_its_field(client, staff, day, why):
    made = start()
    client.force_login(staff)

    with pytest.raises(ValidationError, match=why):
        chase(made, staff, day)
    answer = client.post(
        reverse("project_chase", args=[made.pk]),
        {"channel": "phone", "answer": "国庆后交地", "promised_on": day.isoformat()},
    )

    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert "国庆后交地" in answer.content.decode()
    assert not ProgressNote.objects.exists()


@pytest.mark.parametrize("day", [ASKED_ON, date(2022, 9, 27)])
def test_today_and_a_year_from_now_can_be_meant(staff, day):
    chase(start(), staff, day)

    assert ProgressNote.objects.get().promised_on == day
