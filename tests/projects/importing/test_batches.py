"""From preview to register: once, all or nothing, and only what was previewed."""

import stat

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.excel.refusal import Refused
from portal.models import AuditEntry
from projects import lifecycle
from projects.choices import BatchState
from projects.importing import batches, uploads
from projects.importing.batches import OutdatedError, TakenError
from projects.models import ImportBatch, Project, ProjectGroup
from tests.factories import ProjectFactory, park_manager
from tests.projects.importing import workbooks

pytestmark = [pytest.mark.django_db, pytest.mark.db]
HEADINGS = ["项目名称", "所在园区", "总投资", "计划开工时间", "项目阶段"]


@pytest.fixture
def batch(staff, tmp_path):
    rows = [["甲项目", "五通桥基地", 1000, "2021年3月", "前期"], ["乙项目", "犍为基地", 2000, None, None]]
    return workbooks.stage(workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows), by=staff)


def test_a_preview_writes_nothing_and_keeps_the_file_by_its_hash(batch):
    kept = uploads.stored(batch.sha256)

    assert (batch.counts["new"], Project.objects.count()) == (2, 0)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_of_two_who_write_one_wins_and_the_other_is_told(batch, staff, lead):
    batches.commit(batch, by=staff)
    with pytest.raises(TakenError) as told:
        batches.commit(ImportBatch.objects.get(pk=batch.pk), by=lead)

    assert "已由局工作人员于" in told.value.messages[0]
    assert Project.objects.count() == 2


def test_what_changed_since_the_preview_brings_a_new_preview(batch, staff):
    ProjectFactory(name="甲项目", unit="P01")
    with pytest.raises(OutdatedError, match="预览后库内有变化，请重新核对"):
        batches.commit(batch, by=staff)
    batch.refresh_from_db()
    counts = (batch.state, batch.counts["new"], batch.counts["changed"])

    assert (counts, Project.objects.count()) == ((BatchState.PREVIEW, 1, 1), 1)
    assert batches.commit(batch, by=staff)["written_new"] == 1


def test_a_change_elsewhere_does_not_disturb(batch, staff):
    other = ProjectFactory(name="丙项目")
    lifecycle.edit(project=other, version=other.version, by=staff, facts={"address": "某镇"})

    assert batches.commit(batch, by=staff)["written_new"] == 2


def test_what_is_given_up_is_not_written(batch, staff):
    batches.discard(batch, by=staff)
    with pytest.raises(TakenError, match="已放弃"):
        batches.commit(batch, by=staff)

    assert not Project.objects.exists()


def test_rows_with_errors_stop_everything_unless_skipped(staff, tmp_path):
    rows = [["甲项目", None, 1000, "2021年2月30日", None], ["乙项目", None, 2000, None, None]]
    batch = workbooks.stage(workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows), by=staff)
    with pytest.raises(ValidationError, match="有1行错误，没有写入"):
        batches.commit(batch, by=staff)
    assert not Project.objects.exists()

    batches.commit(batch, by=staff, skip_errors=True)
    assert list(Project.objects.values_list("name", flat=True)) == ["乙项目"]


def test_choices_are_remembered_for_this_batch_only(staff, tmp_path):
    ProjectFactory(name="甲项目", unit="P01", stage="building")
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", "五通桥基地", None, None, "前期"])
    batch, other = workbooks.stage(table, by=staff), workbooks.stage(table, by=staff)
    row = batch.rows.get()

    batches.choose(other, {row.pk: {"stage": "take"}})
    assert batch.rows.get().changes[0]["choice"] == "keep"
    assert not batches.choose(batch, {row.pk: {"stage": "take", "name": "take"}})
    batches.choose(batch, {row.pk: {"stage": "nonsense"}})
    batches.commit(batch, by=staff)
    assert Project.objects.get().stage == "preparing"


def test_what_stood_before_is_kept_for_each_row(batch, staff, tmp_path):
    batches.commit(batch, by=staff)
    table = workbooks.table(tmp_path / "二.xlsx", HEADINGS, ["甲项目", None, 1500, None, None])
    second = workbooks.stage(table, by=staff)
    batches.commit(second, by=staff)

    assert [row.before for row in batch.rows.all()] == [{"created": True}] * 2
    assert second.rows.get().before == {
        "version": 1,
        "values": {"total_investment": "1000.00"},
        "touched_on": "2021-09-27",
    }


def test_a_renamed_project_is_found_under_its_old_name(batch, staff, tmp_path):
    batches.commit(batch, by=staff)
    number = Project.objects.get(name="甲项目").number
    table = workbooks.table(tmp_path / "二.xlsx", [*HEADINGS, "系统编号"], ["甲二期", None, None, None, None, number])
    workbooks.load(table, by=staff)
    again = workbooks.stage(
        workbooks.table(tmp_path / "三.xlsx", HEADINGS, ["甲项目", "五通桥基地", 1000, None, None]), by=staff
    )

    assert Project.objects.get(number=number).former_names == "甲项目"
    assert again.counts["same"] == 1


def test_an_enterprise_is_one_whatever_its_width_and_gets_a_missing_code(staff, tmp_path):
    headings = ["项目名称", "项目单位", "统一社会信用代码"]
    rows = [["甲项目", "演示（甲）公司", None], ["乙项目", "演示(甲) 公司", "91511100DEM000014T"]]
    workbooks.load(workbooks.table(tmp_path / "表.xlsx", headings, *rows), by=staff)
    first, second = Project.objects.order_by("pk")

    assert first.enterprise == second.enterprise
    assert (first.enterprise.name, first.enterprise.uscc) == ("演示（甲）公司", "91511100DEM000014T")


def test_the_county_under_other_parks_becomes_the_unit(staff, tmp_path):
    rows = [["甲", "其他特色园区(N)", "沐川县"], ["乙", "其他特色园区(N)", None], ["丙", None, "井研县"]]
    table = workbooks.table(tmp_path / "表.xlsx", ["项目名称", "所在园区", "所在县(市、区)"], *rows)
    workbooks.load(table, by=staff)
    units = Project.objects.order_by("pk").values_list("unit__code", flat=True)

    assert list(units) == ["P99-511129", "P99", None]


def test_a_park_persons_import_stays_in_the_own_unit(tmp_path):
    by = park_manager("P01")
    foreign = ProjectFactory(name="外地项目", unit="P02", address="")
    rows = [["自己的项目", None, 1000, "2021年3月", "前期"]]
    batch = workbooks.stage(workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows), by=by)
    batches.commit(batch, by=by)
    mine = Project.objects.get(name="自己的项目")

    assert (mine.unit.code, mine.county.name, mine.entries.count()) == ("P01", "五通桥区", 0)
    assert batch.summary["after"] is None
    rows = [["外地项目", "犍为基地", 1, None, None]]
    batch = workbooks.stage(workbooks.table(tmp_path / "二.xlsx", HEADINGS, *rows), by=by)
    with pytest.raises(ValidationError):
        batches.commit(batch, by=by)
    assert batch.rows.get().project is None
    foreign.refresh_from_db()
    assert foreign.version == 1


def test_the_table_of_another_year_adds_plans_and_lists_of_that_year(batch, staff, tmp_path):
    batches.commit(batch, by=staff)
    rows = [["甲项目", "五通桥基地", 1000, None, None], ["丙项目", "五通桥基地", 1, None, None]]
    table = workbooks.table(tmp_path / "二.xlsx", HEADINGS, *rows, title="2022年工业投资项目推进表")
    counts = workbooks.load(table, by=staff)
    again = workbooks.load(table, by=staff)

    assert (counts["written_new"], counts["written_changed"], again["same"]) == (1, 1, 2)
    assert Project.objects.get(name="丙项目").number == "LS2022-0001"
    assert list(Project.objects.get(name="甲项目").plans.values_list("year", flat=True).order_by("year")) == [
        2021,
        2022,
    ]
    assert ProjectGroup.objects.get(slug="industrial", year=2022).name == "2022年工业投资项目"


def test_only_bureau_and_parks_import(leader, tmp_path):
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", None, 1, None, None])

    with pytest.raises(PermissionDenied):
        workbooks.stage(table, by=leader)


def test_nothing_of_a_refused_file_is_kept(tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    with pytest.raises(Refused):
        uploads.receive(iter([b"no workbook"]), filename="坏.xlsx")

    assert list(uploads.folder().iterdir()) == []


def test_the_audit_knows_the_file_but_no_telephone_number(staff, tmp_path):
    workbooks.load(
        workbooks.table(tmp_path / "联系13800000001.xlsx", HEADINGS, ["甲项目", None, 1, None, None]), by=staff
    )
    entry = AuditEntry.objects.get(action="import.commit")

    assert entry.detail["filename"] == "联系138****0001.xlsx"
    assert entry.detail["counts"]["written_new"] == 1


def test_the_number_of_queries_does_not_grow_with_the_rows(staff, tmp_path):
    needed = []
    for count in (2, 1, 8):
        rows = [[f"项目{count}之{n}", "五通桥基地", n + 1, "2021年3月", "前期"] for n in range(count)]
        batch = workbooks.stage(workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows), by=staff)
        with CaptureQueriesContext(connection) as queries:
            batches.commit(batch, by=staff)
        needed.append(len(queries))

    assert needed[1] == needed[2] < 60  # the first of all gives out the first number of the year
