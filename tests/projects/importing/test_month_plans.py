"""年度形象进度目标 and 分月计划 in tables: out and in again unchanged, by the rules of the plan, undone as a whole."""

from decimal import Decimal

import pytest

from projects import planning
from projects.importing import batches, headings, undoing
from projects.importing.aliases import MONTHS
from projects.models import ChangeRequest, MonthPlan, Project
from tests.factories import ProjectFactory, park_manager
from tests.projects.exporting.written import below, import_back, not_same, project_form
from tests.projects.exporting.written import table as sheet
from tests.projects.importing import workbooks

pytestmark = [pytest.mark.django_db, pytest.mark.db]
EVEN = [Decimal(100)] * 12
MONTHLY = [f"分月计划{month}月(万元)" for month in range(1, 13)]
AMOUNT, GOAL = "2021年计划投资(万元)", "年度形象进度目标"


@pytest.fixture
def project(staff) -> Project:
    """1,200 万元, a hundred a month."""
    made = ProjectFactory(unit="P01", name="甲项目")
    plan = planning.of_year(made, 2021)
    planning.set_plan(
        project=made, year=2021, read=planning.mark(plan), amount=Decimal(1200), goal="主体封顶", months=EVEN, by=staff,
        reason="下达",
    )  # fmt: skip
    return made


def stage(folder, by, project, **cells):
    path = workbooks.table(
        folder / "月.xlsx", ["系统编号", "项目名称", *cells], [project.number, project.name, *cells.values()]
    )
    return workbooks.stage(path, by=by)


def load(folder, by, project, **cells):
    batch = stage(folder, by, project, **cells)
    batches.commit(batch, by=by)
    batch.refresh_from_db()
    return batch


def undo(batch, by):
    return undoing.undo(batch, by=by, digest=undoing.preview(batch, by=by).digest)


def kept(project) -> tuple:
    plan = planning.of_year(project, 2021)
    return plan.annual_plan, plan.goal, planning.by_month(plan)


def months(*amounts) -> dict:
    return dict(zip(MONTHLY, amounts, strict=True))


@pytest.mark.parametrize(
    "path",
    [["分月计划3月(万元)"], ["分月计划", "3月"], ["2021年月度计划投资（万元）", "3月份"], ["分月计划", "3月计划投资"]],
)
def test_headings_of_months_are_known(path):
    assert headings.match(path, 2021).field == MONTHS[2]


@pytest.mark.parametrize("path", [["3月计划投资"], ["1—3月完成投资"], ["分月计划", "13月"], ["3月形象进度"]])
def test_other_headings_with_a_month_are_not(path):
    found = headings.match(path, 2021)

    assert found is None or found.field not in MONTHS


@pytest.mark.parametrize("kind", ["data", "csv"])
def test_what_is_written_comes_back_unchanged(project, staff, tmp_path, kind):
    assert [
        one for one in not_same(import_back(project_form(staff, kind), by=staff, folder=tmp_path)) if of_plan(one)
    ] == []


def of_plan(row) -> bool:
    return any(change["field"] in ("goal", "months", "annual_plan") for change in row[2]) or bool(row[3])


def test_the_export_names_goal_and_months(project, staff):
    _, rows = below(sheet(project_form(staff)))

    assert [rows[0][one] for one in MONTHLY] == [100] * 12
    assert rows[0][GOAL] == "主体封顶"


def test_a_table_changes_goal_amount_and_months_together(project, staff, tmp_path):
    load(tmp_path, staff, project, **{AMOUNT: 2400, GOAL: "投产", **months(*[200] * 12)})

    assert kept(project) == (2400, "投产", [Decimal(200)] * 12)
    assert MonthPlan.history.filter(history_user=staff, planned=200).count() == 12


def test_a_blank_month_keeps_what_is_known(project, staff, tmp_path):
    load(tmp_path, staff, project, **months(50, 150, *[None] * 10))

    assert kept(project)[2] == [Decimal(50), Decimal(150), *EVEN[2:]]


def test_months_that_do_not_make_the_amount_are_an_error_that_names_the_cell(project, staff, tmp_path):
    row = stage(tmp_path, staff, project, **months(*[101] * 12)).rows.get()

    assert row.verdict == "error"
    assert row.issues[-1]["message"] == "C4：分月计划合计1,212.00万元，比年度计划投资多12.00万元，请核对。"


def test_an_amount_alone_takes_months_away_that_no_longer_make_it(project, staff, tmp_path):
    load(tmp_path, staff, project, **{AMOUNT: 1300})

    assert kept(project)[2] == [None] * 12


def test_a_new_project_comes_with_its_months(staff, tmp_path):
    ProjectFactory(unit="P01")
    path = workbooks.table(
        tmp_path / "新.xlsx",
        ["项目名称", "所在园区", AMOUNT, *MONTHLY],
        ["新来的项目", "五通桥基地", 1200, *[100] * 12],
    )
    workbooks.load(path, by=staff)

    assert kept(Project.objects.get(name="新来的项目"))[2] == EVEN


@pytest.mark.parametrize("cells", [{AMOUNT: 1300}, {AMOUNT: 2400, **months(*[200] * 12)}, months(0, 200, *[100] * 10)])
def test_undoing_gives_the_months_back(project, staff, tmp_path, cells):
    before = kept(project)
    batch = load(tmp_path, staff, project, **cells)

    undo(batch, staff)

    assert kept(project) == before


def test_undoing_keeps_months_somebody_changed_since(project, staff, lead, tmp_path):
    batch = load(tmp_path, staff, project, **months(0, 200, *[100] * 10))
    plan = planning.of_year(project, 2021)
    theirs = [Decimal(300), Decimal(0), Decimal(0), *EVEN[3:]]
    planning.set_plan(
        project=project, year=2021, read=planning.mark(plan), amount=Decimal(1200), goal="", months=theirs, by=lead,
        reason="调整",
    )  # fmt: skip

    outlook = undo(batch, staff)

    assert [one["label"] for row in outlook.kept for one in row.kept] == ["分月计划"]
    assert kept(project)[2] == theirs


def test_a_park_asks_for_the_amount_and_writes_no_month(project, tmp_path):
    load(tmp_path, park_manager("P01"), project, **{AMOUNT: 2400, GOAL: "投产", **months(*[200] * 12)})

    assert kept(project) == (1200, "主体封顶", EVEN)
    assert [(one.field, one.new) for one in ChangeRequest.objects.all()] == [("annual_plan", "2400.00")]
