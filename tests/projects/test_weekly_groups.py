"""周调度专题: only their projects are asked for news each week."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from portal import clock
from portal.models import AuditEntry
from projects import lists, notes
from projects.choices import Hold, NoteKind, Stage, YearType
from projects.models import GroupEntry, MonthlyReport, ProgressNote, Project, ProjectGroup
from projects.models.sets import NAMED
from tests.factories import ProjectFactory, lead, park_manager
from tests.projects.reporting import months

pytestmark = [pytest.mark.django_db, pytest.mark.db]
ON = date(2021, 9, 30)  # a Thursday
MONDAY = date(2021, 9, 27)


@pytest.fixture
def listed(set_today):
    """A running project of 省重点, which the first settings ask each week."""
    set_today(ON)
    return in_group("province-key")


def in_group(slug, **changes):
    fields = {"unit": "P01", "stage": Stage.BUILDING, "year_type": YearType.CONTINUING}
    project = ProjectFactory(**{**fields, **changes})
    GroupEntry.objects.create(group=ProjectGroup.objects.get(slug=slug, year=2021), project=project)
    return project


def silent():
    return list(Project.objects.in_year(2021).filter(NAMED["silent_this_week"].condition(ON)))


def say(project, day, kind=NoteKind.PROGRESS):
    ProgressNote.objects.create(project=project, kind=kind, noted_on=day, progress="主体施工")


def test_only_the_chosen_lists_are_asked(listed):
    in_group("city-key")
    ProjectFactory(unit="P01", stage=Stage.BUILDING)

    assert silent() == [listed]


@pytest.mark.parametrize(("day", "is_silent"), [(MONDAY - timedelta(days=1), True), (MONDAY, False), (ON, False)])
def test_a_note_counts_from_monday(listed, day, is_silent):
    say(listed, day)

    assert silent() == ([listed] if is_silent else [])


def test_a_call_of_the_bureau_is_no_news(listed):
    say(listed, ON, NoteKind.CHASE)

    assert silent() == [listed]


def test_a_report_of_this_week_is_news(listed, staff):
    period = months.month(months.SEPTEMBER, by=staff)
    report = MonthlyReport.objects.create(project=listed, period=period, filled_by=staff)
    assert silent() == [listed]

    MonthlyReport.objects.filter(pk=report.pk).update(submitted_at=datetime(2021, 9, 28, 9, tzinfo=clock.SHANGHAI))

    assert silent() == []


@pytest.mark.parametrize(
    "changes",
    [{"hold": Hold.SUSPENDED}, {"hold": Hold.WITHDRAWN}, {"stage": Stage.COMPLETED}, {"year_type": YearType.RESERVE}],
)
def test_what_need_not_report_need_not_speak(set_today, changes):
    set_today(ON)
    in_group("province-key", **changes)

    assert silent() == []


def test_who_left_the_list_is_not_asked(listed):
    GroupEntry.objects.update(status="left")

    assert silent() == []


def test_the_desk_of_the_unit_leads_to_the_list(listed, as_user):
    browser = as_user(park_manager("P01"))

    page = browser.get("/").content.decode()
    found = browser.get("/projects/?year=2021&chip=silent_this_week").content.decode()

    assert "chip=silent_this_week" in page
    assert listed.name in found
    notes.add_progress(project=listed, by=park_manager("P01"), noted_on=ON, progress="主体施工")
    assert listed.name not in browser.get("/projects/?year=2021&chip=silent_this_week").content.decode()


def test_the_lead_chooses_the_lists_and_the_audit_keeps_it(listed, as_user, staff):
    other = ProjectGroup.objects.get(slug="city-key")
    sent = {"form": "weekly", "groups": [other.pk]}

    assert "保存周调度专题" not in as_user(staff).get("/settings/lists/").content.decode()
    as_user(staff).post("/settings/lists/", sent)
    assert not ProjectGroup.objects.get(pk=other.pk).weekly

    as_user(lead()).post("/settings/lists/", sent)

    assert list(ProjectGroup.objects.filter(weekly=True)) == [other]
    assert AuditEntry.objects.filter(action="lists.weekly").count() == 3
    with pytest.raises(PermissionDenied, match="业务负责人"):
        lists.set_weekly(groups=[], by=staff)
