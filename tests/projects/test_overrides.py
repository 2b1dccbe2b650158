"""人工定灯: by the lead alone, with a reason and a last day; what was computed stays beside it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.models import AuditEntry
from projects import lights, nodes, overrides, tasks, timeline
from projects.models import LightOverride, Project
from tests.factories import ProjectFactory

pytestmark = [pytest.mark.django_db, pytest.mark.db]
TODAY, LAST = date(2021, 9, 27), date(2021, 10, 31)
GIVEN = {"light": "green", "reason": "已与企业核实，10月开工", "until": "2021-10-31"}


@pytest.fixture
def late():
    day = date(2021, 3, 31)
    project = ProjectFactory(
        unit="P01", planned_start_from=date(2021, 3, 1), planned_start_to=day, last_update_on=TODAY
    )
    nodes.follow([project], by=None)
    lights.refresh([project], on=TODAY)
    return project


def given(project, by, **changes):
    facts = {**GIVEN, "until": LAST, **changes}
    return overrides.put(project=project, by=by, **facts)


def light(project):
    return Project.objects.get(pk=project.pk).light


def test_the_light_is_the_one_set_and_says_what_was_computed(late, lead, as_user):
    as_user(lead).post(f"/projects/{late.pk}/light/", GIVEN)

    page = as_user(lead).get(f"/projects/{late.pk}/").content.decode()
    listed = as_user(lead).get("/projects/?year=2021").content.decode()
    told = "人工定灯：已与企业核实，10月开工，至2021年10月31日；按规则计算为■红灯"
    assert light(late) == "green"
    assert told in page
    assert told in listed
    assert "light-green" in listed
    assert list(AuditEntry.objects.filter(action="light.override").values_list("detail__light", "detail__until")) == [
        ("green", "2021-10-31")
    ]


def test_it_ends_by_itself_on_its_day(late, lead, set_today):
    given(late, lead)
    seen = []
    for day in (LAST, LAST + timedelta(days=1)):
        set_today(day)
        tasks.refresh_lights()
        seen.append(light(late))

    assert seen == ["green", "red"]
    assert given(late, lead, until=LAST + timedelta(days=9)).light == "green"
    assert LightOverride.objects.filter(project=late, ended_at=None).count() == 1


def test_it_can_be_taken_back(late, lead, as_user):
    override = given(late, lead)

    page = as_user(lead).post(f"/lights/{override.pk}/release/", follow=True).content.decode()

    assert light(late) == "red"
    assert f"{lead}已撤销" in page
    assert AuditEntry.objects.filter(action="light.release").count() == 1


def test_nobody_but_the_lead_may(late, staff, park_user, lead):
    override = given(late, lead)
    for person in (staff, park_user):
        with pytest.raises(PermissionDenied):
            given(late, person)
        with pytest.raises(PermissionDenied):
            overrides.take_back(override=override, by=person)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"until": TODAY - timedelta(days=1)}, "until"),
        ({"until": TODAY + timedelta(days=367)}, "until"),
        ({"light": "grey"}, "light"),
    ],
)
def test_reason_day_and_light_must_make_sense(late, lead, changes, field):
    with pytest.raises(ValidationError) as refused:
        given(late, lead, **changes)

    assert field in refused.value.message_dict


def test_there_is_one_at_a_time(late, lead):
    given(late, lead)

    with pytest.raises(ValidationError, match="请先撤销"):
        given(late, lead)


def test_the_chips_and_the_filter_follow_the_light_shown(late, lead, as_user):
    given(late, lead)

    html = as_user(lead).get("/projects/?year=2021&chip=overdue_start").content.decode()

    assert late.name in html  # late it is all the same


def test_a_silent_project_says_so_and_keeps_its_light(late, as_user, staff):
    Project.objects.filter(pk=late.pk).update(last_update_on=TODAY - timedelta(days=45))
    lights.refresh_all(on=TODAY)

    pages = [as_user(staff).get(url).content.decode() for url in (f"/projects/{late.pk}/", "/projects/?year=2021")]

    assert all("状态不可信45天" in page for page in pages)
    assert light(late) == "red"


def test_history_says_who_set_which_light_why_until_when_and_who_ended_it(late, lead):
    made = given(late, lead)
    overrides.take_back(override=made, by=lead)

    steps = timeline.steps(Project.objects.get(pk=late.pk), phones=True)
    told = [(step.title, step.who, step.reason, [(one.old, one.new) for one in step.changes]) for step in steps]

    assert told[:2] == [
        ("撤销人工定灯", lead.name, "", [("●绿灯，有效期至2021-10-31", "按规则计算")]),
        ("人工定灯", lead.name, GIVEN["reason"], [("", "●绿灯，有效期至2021-10-31")]),
    ]


def test_a_light_that_ran_out_was_ended_by_nobody(late, lead):
    made = given(late, lead)
    LightOverride.objects.filter(pk=made.pk).update(ended_at=made.at)

    assert next(step.title for step in timeline.steps(late, phones=True)) == "人工定灯"
