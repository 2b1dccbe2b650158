"""manage.py import_projects: the contract of the dry run, refusals, and all or nothing."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from projects import reference
from projects.models import ImportBatch, Project
from tests.factories import ProjectFactory, park_manager
from tests.projects.importing import workbooks

pytestmark = pytest.mark.django_db
HEADINGS = ["项目名称", "所在园区", "总投资", "计划开工时间", "项目阶段"]
DATA = Path(__file__).parents[2] / "data"


def run(*arguments) -> str:
    out = StringIO()
    call_command("import_projects", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["register-2021", "messy-1", "messy-2", "messy-3"])
def test_the_dry_run_prints_the_contract_and_nothing_else(name):
    printed = json.loads(run(DATA / f"{name}.xlsx", "--dry-run", "--format", "json"))
    expected = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))

    assert list(printed) == ["sheets", "projects", "skipped", "declared", "reconciled"]
    assert [(p["sheet"], p["row"]) for p in printed["projects"]] == [
        (p["sheet"], p["row"]) for p in expected["projects"]
    ]
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("name", ["messy-1", "messy-2", "messy-3"])
def test_a_messy_workbook_is_imported_once(name, staff):
    path = DATA / f"{name}.xlsx"
    batch = workbooks.stage(path, by=staff)
    from projects.importing import batches

    counts = batches.commit(batch, by=staff, skip_errors=True)
    again = batches.commit(workbooks.stage(path, by=staff), by=staff, skip_errors=True)

    assert counts["written_new"] == Project.objects.count() > 15
    assert (again["new"], again["changed"], again["written_new"], again["written_changed"]) == (0, 0, 0, 0)


def test_the_dry_run_in_words_says_sums_and_counts_and_writes_nothing(staff):
    said = run(reference.REGISTER, "--dry-run").splitlines()

    assert said == [
        "写入后在库279个、1380.00亿元，与公布数一致。",
        "本表279个、1380.00亿元，与表中合计一致。",
        "新增279　修改0　不变0　待确认0　错误0",
        "试导入，没有写入。",
    ]
    assert (Project.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_an_error_row_stops_everything_and_its_cell_is_named(staff, tmp_path):
    rows = [["甲项目", None, 1, "2021年2月30日", None], ["乙项目", None, 2, None, None]]
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows)
    out = StringIO()
    with pytest.raises(CommandError, match="有1行错误，没有写入"):
        call_command("import_projects", str(table), stdout=out)

    assert "第4行　甲项目　D4：“2021年2月30日”不是存在的日期" in out.getvalue()
    assert not Project.objects.exists()


def test_a_review_row_needs_the_flag_and_then_keeps_what_the_register_has(staff, tmp_path):
    ProjectFactory(name="甲项目", unit="P01", stage="building")
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", None, 5, None, "前期"])
    with pytest.raises(CommandError, match="有1行待确认"):
        run(table)
    said = run(table, "--accept-review")

    project = Project.objects.get()
    assert (project.stage, project.total_investment) == ("building", 5)
    assert said.endswith("已写入：新增0个、修改1个、进展0条。\n")


def test_the_same_file_again_says_so(staff):
    run(reference.REGISTER)
    said = run(reference.REGISTER)

    assert "新增0　修改0　不变279　待确认0　错误0" in said
    assert "已导入过" in said
    assert Project.objects.count() == 279


def test_a_park_person_imports_with_the_own_rights(tmp_path):
    park_manager("P01", username="park-a")
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", "犍为基地", 1, None, None])
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("import_projects", str(table), "--as", "park-a", stdout=out)

    assert "不在您的权限范围" in out.getvalue()


def test_a_refusal_in_json_is_the_error_object_alone(tmp_path, capsys):
    (tmp_path / "空.xlsx").touch()
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("import_projects", str(tmp_path / "空.xlsx"), "--dry-run", "--format", "json", stdout=out)

    assert left.value.code == 1
    assert json.loads(out.getvalue())["error"]["code"] == "empty_file"


def test_a_refusal_in_words_is_a_sentence(tmp_path):
    (tmp_path / "坏.xlsx").write_text("no workbook")

    with pytest.raises(CommandError, match="不是Excel工作簿"):
        run(tmp_path / "坏.xlsx", "--dry-run")


def test_standard_output_holds_only_the_json(tmp_path):
    command = [
        sys.executable,
        "manage.py",
        "import_projects",
        str(DATA / "messy-1.xlsx"),
        "--dry-run",
        "--format",
        "json",
    ]
    done = subprocess.run(command, cwd=DATA.parents[1], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["reconciled"] is True
