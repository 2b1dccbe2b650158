"""The generator makes a register as the rules would have made it, only faster."""

import pytest

from portal import clock
from projects import derived, generator, groups, lifecycle, lights, nodes
from projects.models import ProgressNote, Project, YearPlan
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.db]
COUNT = 50


def make(seed: int = 1) -> None:
    generator.generate(count=COUNT, year=2021, seed=seed, by=factories.lead())


def test_generator_makes_as_many_projects_as_asked_all_marked_as_invented():
    make()

    assert Project.objects.in_year(2021).live().count() == COUNT
    assert not Project.objects.filter(is_demo=False).exists()
    assert not ProgressNote.objects.filter(is_demo=False).exists()


def test_generator_gives_valid_facts():
    make()

    for row in [*Project.objects.all(), *YearPlan.objects.all(), *ProgressNote.objects.all()]:
        row.full_clean()


def test_generator_fills_derived_columns_as_refresh_does():
    make()
    columns = ("search_text", "due_on", "newest_note_id", "last_update_on", *lights.STORED)
    plan_columns = ("plans__paper_unit", "plans__paper_type", "plans__paper_total")
    written = list(Project.objects.order_by("pk").values_list(*columns, *plan_columns))

    for project in Project.objects.all():
        derived.refresh(project)
    nodes.follow(Project.objects.all(), by=None)
    lights.refresh(Project.objects.all(), on=clock.today())

    assert list(Project.objects.order_by("pk").values_list(*columns, *plan_columns)) == written


def test_generator_gives_each_project_one_history_row_and_the_published_entry():
    make()

    assert Project.history.count() == YearPlan.history.count() == COUNT
    assert Project.objects.in_group(groups.INDUSTRIAL, 2021).count() == COUNT


def test_generator_makes_the_same_register_from_the_same_seed():
    make(seed=7)
    first = list(Project.objects.order_by("pk").values_list("stage", "total_investment", "unit"))

    make(seed=7)

    again = Project.objects.order_by("pk").values_list("stage", "total_investment", "unit")
    assert list(again)[COUNT:] == first


def test_projects_and_notes_can_be_added_after_the_generator():
    make()

    project = lifecycle.create(facts={"name": "演示项目新"}, year=2021, by=factories.staff())
    note = ProgressNote.objects.create(project=project, progress="已备案", noted_on=clock.today())

    assert project.number == f"LS2021-{COUNT + 1:04d}"
    assert project.pk == max(Project.objects.values_list("pk", flat=True))
    assert note.pk == max(ProgressNote.objects.values_list("pk", flat=True))
