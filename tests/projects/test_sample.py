"""The sample: a plausible picture at the demonstration's day, nothing invented about the six real projects."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest

from portal.models import User
from projects import groups, reference, stats
from projects.choices import NoteKind, Stage
from projects.models import (
    ImportBatch,
    MonthEndLight,
    MonthlyReport,
    MonthPlan,
    ProgressNote,
    Project,
    ProjectGroup,
    ReportingPeriod,
)
from projects.reference import REGISTER
from projects.sample import people
from projects.sample.stories import Teller, key_of
from tests.projects.samples import TODAY, loaded, run

MOVED = 63

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    yield from loaded(django_db_blocker.unblock())


@pytest.fixture
def register(sample: None):
    return Project.objects.live().in_year(2021)


@pytest.fixture
def invented(register):
    return register.filter(is_demo=True)


@pytest.fixture
def figures(register) -> stats.Figures:
    return stats.figures(register, on=TODAY, year=2021)


# --- the picture -----------------------------------------------------------------------------------------------


def test_the_register_agrees_with_what_was_published(sample, figures):
    industrial = ProjectGroup.objects.get(slug=groups.INDUSTRIAL, year=2021)

    assert figures["all"].words == "279个、1380.00亿元"
    assert groups.difference(industrial).words == "与公布数一致"


def test_between_60_and_75_percent_of_the_new_projects_have_started(figures):
    assert 0.60 <= figures["started"].count / figures["planned_new"].count <= 0.75


def test_some_projects_are_completed_some_late_some_quiet(figures):
    counts = {key: figures[key].count for key in ("overdue_start", "overdue_finish", "finished", "trial", "stale")}

    assert counts == {"overdue_start": 16, "overdue_finish": 13, "finished": 20, "trial": 8, "stale": 17}


def test_each_late_project_says_why_in_its_newest_note(register):
    late = [*register.overdue_start(on=TODAY), *register.overdue_finish(on=TODAY)]

    assert [
        one.name for one in late if not (one.newest_note and one.newest_note.reason and one.newest_note.problem)
    ] == []


def test_what_began_or_ended_has_an_actual_day_before_today(invented):
    moved = [row for row in invented if row.history.count() > 1]

    assert len(moved) == MOVED
    for project in moved:
        day = project.actual_start_to if project.stage == Stage.BUILDING else project.actual_finish_to
        assert project.stage == Stage.TRIAL or day < TODAY


def test_notes_lie_in_the_last_two_months_on_working_days(sample):
    days = set(ProgressNote.objects.values_list("noted_on", flat=True))
    worked_weekends = {date(2021, 9, 18), date(2021, 9, 26)}

    assert TODAY - timedelta(days=70) <= min(days)
    assert max(days) <= TODAY
    assert {day for day in days if day.weekday() > 4} <= worked_weekends


def test_some_late_projects_were_asked_and_promised_a_day(sample):
    asked = ProgressNote.objects.filter(kind=NoteKind.CHASE)

    assert asked.count() == 12
    assert not asked.filter(promised_on=None).exists()
    assert not asked.exclude(author__username="staff").exists()


# --- what is real and what is not ------------------------------------------------------------------------------


def test_the_six_real_projects_are_as_the_workbook_has_them(register):
    six = register.filter(unverified=True)

    assert {one.name for one in six} == {fact["name"] for fact in reference.major_pv().values()}
    for project in six:
        assert (project.is_demo, project.version, project.history.count()) == (False, 1, 1)
        assert (project.newest_note, project.actual_start, project.actual_finish) == (None, None, None)
        assert not project.notes.exists()
        assert not project.reports.exists()
        assert not MonthPlan.objects.filter(plan__project=project).exists()


def test_the_amounts_of_the_six_that_were_never_published_are_marked(register):
    marked = {one.name for one in register.filter(unverified=True) if one.demo_fields == ["total_investment"]}

    assert marked == {"永祥二期", "协鑫颗粒硅", "永祥单晶拉棒切方", "晶科三期切片"}


def test_everything_invented_is_marked(sample, register):
    assert register.filter(is_demo=False).count() == 6
    assert not ProgressNote.objects.filter(is_demo=False).exists()
    assert not MonthlyReport.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(username__in=[one.username for one in people.PEOPLE], is_demo=False).exists()


# --- once and for all ------------------------------------------------------------------------------------------


def test_loading_again_adds_nothing(sample):
    models = (Project, ProgressNote, User, ImportBatch, ReportingPeriod, MonthlyReport, MonthPlan, MonthEndLight)
    before = [model.objects.count() for model in models]

    said = run("load_sample")

    assert [model.objects.count() for model in models] == before
    assert "没有重复装入" in said


def test_importing_the_workbook_again_keeps_what_has_moved_forward(sample):
    said = run("import_projects", str(REGISTER), "--as", "staff", "--accept-review", "--format", "json")

    counts = json.loads(said)["counts"]
    assert (counts["new"], counts["changed"], counts["error"]) == (0, 0, 0)
    assert (counts["same"], counts["review"]) == (279 - MOVED, MOVED)
    assert (counts["written_new"], counts["written_changed"]) == (0, 0)
    assert Project.objects.filter(stage=Stage.COMPLETED).count() == 26


def test_history_reads_in_order(invented):
    for project in invented:
        rows = list(project.history.order_by("history_id").values_list("history_date", flat=True))
        assert rows == sorted(rows)
        assert rows[0].date() == date(2021, 3, 1)


def test_the_same_seed_tells_the_same(register):
    projects = sorted(register.filter(is_demo=True), key=key_of)
    tellers = [Teller(on=TODAY, chance=Random(5)) for _ in range(2)]

    stories = [[teller.story(project) for project in projects] for teller in tellers]

    assert stories[0] == stories[1]
