"""The bureau's own workbook: first import, second import, later columns."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Count, Sum

from portal import clock
from portal.money import yi
from projects import groups, reference
from projects.choices import EntryStatus, Hold, NoteSource
from projects.importing import batches
from projects.models import GroupEntry, ProgressNote, Project, ProjectGroup, YearPlan
from tests.projects.importing import workbooks

pytestmark = [pytest.mark.django_db, pytest.mark.db]
TODAY = date(2021, 9, 27)


def test_the_preview_agrees_with_the_published_figure(staff):
    batch = workbooks.stage(reference.REGISTER, by=staff)

    assert batch.summary["after"] == {"count": 279, "total": "13800000.00", "words": "与公布数一致"}
    assert (batch.counts["new"], batch.counts["error"], batch.summary["reconciled"]) == (279, 0, True)
    assert not Project.objects.exists()


def test_the_import_writes_every_project_with_plan_history_and_lists(imported):
    sums = GroupEntry.objects.values_list("group__slug").annotate(Count("pk"), Sum("amount_published")).order_by()

    assert imported["written_new"] == 279
    assert (YearPlan.objects.count(), Project.history.count(), YearPlan.history.count()) == (279, 279, 279)
    assert {slug: (count, int(total)) for slug, count, total in sums} == {
        "industrial": (279, 13_800_000),
        "province-key": (30, 4_160_000),
        "major-pv": (6, 3_000_000),
        "city-key": (56, 2_470_642),
        "county-key": (51, 1_104_431),
    }
    assert groups.difference(ProjectGroup.objects.get(slug="industrial")).agrees


def test_the_figures_of_the_imported_register_are_the_published_ones(imported):
    city = Project.objects.live().in_year(2021)
    park = city.filter(unit__code="P01")
    found = {
        "overdue_start": city.overdue_start(on=TODAY),
        "overdue_finish": city.overdue_finish(on=TODAY),
        "new": park.planned_new(),
        "started": park.started(),
        "not_started": park.not_started(),
        "late": park.overdue_start(on=TODAY),
        "unassigned": city.unassigned(),
    }

    assert {name: said(rows) for name, rows in found.items()} == {
        "overdue_start": (46, "218.03"),
        "overdue_finish": (35, "86.79"),
        "new": (20, "52.62"),
        "started": (6, "18.20"),
        "not_started": (14, "34.42"),
        "late": (10, "27.15"),
        "unassigned": (2, "77.00"),
    }


def said(rows) -> tuple[int, str]:
    return rows.count(), yi(rows.aggregate(total=Sum("total_investment"))["total"])


def test_the_six_real_projects_are_unverified_and_their_unpublished_amounts_marked(imported):
    six = Project.objects.filter(unverified=True)

    assert (six.count(), six.filter(is_demo=False).count(), six.filter(demo_fields=["total_investment"]).count()) == (
        6,
        6,
        4,
    )
    assert Project.objects.filter(is_demo=True).count() == 273


def test_suspended_projects_have_no_stage_but_a_hold(imported):
    held = Project.objects.filter(hold=Hold.SUSPENDED)

    assert (held.count(), set(held.values_list("stage", flat=True))) == (7, {""})


def test_history_says_who_why_and_the_business_day(imported, staff):
    entry = Project.objects.get(number="LS2021-0001").history.get()

    assert (entry.history_user, entry.history_change_reason) == (staff, "表格导入：register-2021.xlsx")
    assert entry.history_date.astimezone(clock.SHANGHAI).date() == TODAY


def test_a_second_import_changes_nothing(imported, staff):
    moments = list(Project.history.values_list("pk", "history_date"))
    batch = workbooks.stage(reference.REGISTER, by=staff)
    counts = batches.commit(batch, by=staff)

    assert (counts["same"], counts["written_new"], counts["written_changed"], counts["notes"]) == (279, 0, 0, 0)
    assert batches.earlier(batch, to=staff)
    assert batches.nothing_to_write(batch)
    assert list(Project.history.values_list("pk", "history_date")) == moments


def test_two_more_columns_bring_two_notes_and_erase_nothing(imported, staff, tmp_path):
    columns = {
        "目前进展情况": {"演示项目070 ": "已完成备案、环评批复"},
        "存在问题": {"演示项目070 ": "385亩中42亩未完成征拆", "演示项目074 ": "林地手续未批"},
    }
    second = workbooks.register_with(tmp_path / "9月.xlsx", columns)
    counts = workbooks.load(second, by=staff)
    again = workbooks.load(second, by=staff)
    first = workbooks.load(reference.REGISTER, by=staff)

    assert (counts["changed"], counts["same"]) == (2, 277)
    assert (again["same"], first["same"]) == (279, 279)
    notes = ProgressNote.objects.order_by("project")
    assert [(n.project.name[:7], n.problem, n.noted_on, n.source) for n in notes] == [
        ("演示项目070", "385亩中42亩未完成征拆", TODAY, NoteSource.IMPORT),
        ("演示项目074", "林地手续未批", TODAY, NoteSource.IMPORT),
    ]
    assert Project.objects.get(name__startswith="演示项目070").newest_note == notes[0]


def test_a_changed_amount_is_told_old_and_new(imported, staff, tmp_path):
    changed = workbooks.register_with(tmp_path / "调整.xlsx", {"总投资(万元)": {"演示项目070 ": 150000}})
    batch = workbooks.stage(changed, by=staff)
    (change,) = batch.rows.get(verdict="changed").changes
    batches.commit(batch, by=staff)
    project = Project.objects.get(name__startswith="演示项目070")

    assert (change["label"], change["old"], change["new"]) == ("总投资", "145,000.00万元", "150,000.00万元")
    assert batch.summary["after"]["words"] == "比公布数多0.50亿元"
    assert (project.total_investment, project.version, project.history.count()) == (Decimal(150000), 2, 2)
    assert project.plans.get().paper_total == Decimal(150000)


def test_a_project_moved_forward_since_is_kept_unless_somebody_takes_the_table(imported, staff):
    project = Project.objects.get(name__startswith="演示项目070")
    Project.objects.filter(pk=project.pk).update(stage="building")
    batch = workbooks.stage(reference.REGISTER, by=staff)
    row = batch.rows.get(verdict="review")
    assert [(c["label"], c["old"], c["new"], c["choice"]) for c in row.changes] == [
        ("项目阶段", "在建", "前期", "keep")
    ]

    batches.commit(batch, by=staff)
    project.refresh_from_db()
    assert project.stage == "building"

    batch = workbooks.stage(reference.REGISTER, by=staff)
    batches.choose_all(batch, "take")
    batches.commit(batch, by=staff)
    project.refresh_from_db()
    assert project.stage == "preparing"


def test_a_key_level_that_rises_is_a_change_and_one_that_falls_is_doubtful(imported, staff, tmp_path):
    listed = workbooks.register_with(
        tmp_path / "a.xlsx", {"重点级别": {"演示项目070 ": "省重点", "演示项目001 ": "市重点"}}
    )
    batch = workbooks.stage(listed, by=staff)
    found = {row.name[:7]: row.verdict for row in batch.rows.exclude(verdict="same")}
    batches.commit(batch, by=staff)
    province = GroupEntry.objects.filter(group__slug="province-key")

    assert found == {"演示项目070": "changed", "演示项目001": "review"}
    assert province.get(project__name__startswith="演示项目070").status == EntryStatus.LISTED
    assert province.get(project__name__startswith="演示项目001").status == EntryStatus.APPLIED


def test_later_additions_to_a_published_list_carry_no_published_amount(imported, staff, tmp_path):
    more = workbooks.table(
        tmp_path / "新增.xlsx", ["项目名称", "总投资", "所在园区"], ["演示新增项目", 1000, "五通桥基地"]
    )
    workbooks.load(more, by=staff)
    entry = GroupEntry.objects.get(project__name="演示新增项目", group__slug="industrial")

    assert entry.amount_published is None
    assert groups.difference(entry.group).words == "比公布数多1个、多0.10亿元"
