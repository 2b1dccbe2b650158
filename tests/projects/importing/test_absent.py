"""库内有、表内无: listed within what the file is about, kept unless somebody says 退出 and why."""

import pytest
from django.core.exceptions import ValidationError

from projects import lifecycle
from projects.choices import BatchState
from projects.importing import absent, batches, undoing
from projects.importing.batches import OutdatedError
from projects.models import ImportBatch, Project
from tests.factories import ProjectFactory, park_manager
from tests.projects import snapshots
from tests.projects.importing import workbooks

pytestmark = [pytest.mark.django_db, pytest.mark.db]
START = "/projects/import/"
HEADINGS = ["项目名称", "所在园区", "总投资", "计划开工时间", "年度类型"]


def staged(tmp_path, by, *rows) -> ImportBatch:
    return workbooks.stage(workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows), by=by)


def missing(batch: ImportBatch) -> set[str]:
    return set(batch.rows.filter(verdict="absent").values_list("name", flat=True))


@pytest.fixture
def register() -> dict[str, Project]:
    new = {name: ProjectFactory(name=name, unit="P01", year_type="new") for name in ("甲", "乙", "丙")}
    return {**new, "丁": ProjectFactory(name="丁", unit="P01", year_type="continuing"),
            "戊": ProjectFactory(name="戊", unit="P02"), "己": ProjectFactory(name="己", unit="P01", year=2020),
            "庚": ProjectFactory(name="庚", unit="P01", hold="withdrawn", hold_reason="转出"),
            "辛": ProjectFactory(name="辛", unit="P01", deleted_no=1)}  # fmt: skip


def go(batch: ImportBatch, name: str, reason: str = "不再实施") -> None:
    absent.choose(batch, {batch.rows.get(name=name, verdict="absent").pk: ("take", reason)})


def test_the_file_is_about_its_units_and_its_year_only(register, staff, tmp_path):
    batch = staged(tmp_path, staff, ["甲", "五通桥基地", 1000, None, None])

    assert missing(batch) == {"乙", "丙", "丁"}
    assert batch.summary["absent"] == {"count": 3, "scope": "五通桥基地2021年度项目"}
    assert (batch.counts["absent"], batch.counts["withdraw"]) == (3, 0)


def test_a_file_of_one_year_type_is_about_that_type_only(register, staff, tmp_path):
    batch = staged(tmp_path, staff, ["甲", "五通桥基地", 1000, None, "新开工"])

    assert missing(batch) == {"乙", "丙"}
    assert batch.summary["absent"]["scope"] == "五通桥基地2021年度新开工项目"


def test_a_row_with_an_error_still_names_its_project(register, staff, tmp_path):
    rows = [["甲", "五通桥基地", 1000, None, None], ["乙", "五通桥基地", 1, "2021年2月30日", None]]

    assert missing(staged(tmp_path, staff, *rows)) == {"丙", "丁"}


def test_by_default_all_are_kept(register, staff, tmp_path):
    batch = staged(tmp_path, staff, ["甲", "五通桥基地", 1000, None, None])
    batches.commit(batch, by=staff)

    assert not Project.objects.filter(hold_reason="不再实施").exists()


def test_who_is_to_go_goes_with_the_reason_and_comes_back_by_the_undoing(register, staff, tmp_path):
    before = snapshots.of(register["乙"])
    batch = staged(tmp_path, staff, ["甲", "五通桥基地", 1000, None, None])
    go(batch, "乙")
    counts = batches.commit(batch, by=staff)
    gone = Project.objects.get(name="乙")

    assert (gone.hold, gone.hold_reason, gone.light_why, counts["withdrawn"]) == ("withdrawn", "不再实施", "退出", 1)
    undoing.undo(batch, by=staff, digest=undoing.preview(batch, by=staff).digest)
    after = snapshots.of(register["乙"])
    not_yet = {"light_why": "", "light_parts": []}  # the project of the test had never been judged
    assert {**after, "project": {**after["project"], **not_yet}} == before


def test_nobody_goes_without_a_reason(register, staff, tmp_path):
    batch = staged(tmp_path, staff, ["甲", "五通桥基地", 1000, None, None])
    go(batch, "乙", reason=" ")

    with pytest.raises(ValidationError, match="请写明退出原因"):
        batches.commit(batch, by=staff)
    batch.refresh_from_db()
    assert (batch.state, Project.objects.get(name="甲").total_investment) == (BatchState.PREVIEW, 10000)


def test_who_is_to_go_and_was_changed_since_brings_a_new_preview_with_the_choices(register, staff, lead, tmp_path):
    batch = staged(tmp_path, staff, ["甲", "五通桥基地", 1000, None, None])
    go(batch, "乙")
    lifecycle.edit(project=register["乙"], version=1, by=lead, facts={"address": "某镇"})
    with pytest.raises(OutdatedError):
        batches.commit(batch, by=staff)

    batch.refresh_from_db()
    row = batch.rows.get(name="乙", verdict="absent")
    assert (row.changes[0]["choice"], row.values["reason"]) == ("take", "不再实施")
    batches.commit(batch, by=staff)
    assert Project.objects.get(name="乙").hold == "withdrawn"


def test_an_unchanged_file_may_still_let_projects_go(register, staff, tmp_path):
    row = ["甲", "五通桥基地", 10000, None, None]
    batches.commit(staged(tmp_path, staff, row), by=staff)
    batch = staged(tmp_path, staff, row)
    assert batches.nothing_to_write(batch)

    go(batch, "乙")

    assert not batches.nothing_to_write(batch)


def test_a_park_sees_the_list_but_lets_nobody_go(register, tmp_path):
    by = park_manager("P01")
    batch = staged(tmp_path, by, ["甲", "五通桥基地", 1000, None, None], ["戊", "犍为基地", 1, None, None])
    go(batch, "乙")
    batches.commit(batch, by=by, skip_errors=True)

    assert missing(batch) == {"乙", "丙", "丁"}
    assert Project.objects.get(name="乙").hold == ""


def test_the_page_saves_choices_and_writes_them(register, as_user, staff, tmp_path):
    batch = staged(tmp_path, staff, ["甲", "五通桥基地", 1000, None, None])
    browser, address = as_user(staff), f"{START}{batch.pk}/"
    page = browser.get(address).content.decode()
    one = batch.rows.get(name="丙", verdict="absent")
    saved = browser.post(f"{address}absent/", {"all": "take", "reason": "市局核定"}, follow=True).content.decode()
    browser.post(f"{address}commit/", {f"absent-{one.pk}": "keep", f"why-{one.pk}": ""})

    assert '表内无<a href="?verdict=absent">3个</a>（五通桥基地2021年度项目），默认保留。' in " ".join(page.split())
    assert 'value="市局核定"' in saved
    assert set(Project.objects.filter(hold_reason="市局核定").values_list("name", flat=True)) == {"乙", "丁"}


def test_a_choice_that_arrives_after_the_batch_was_written_changes_nothing(register, staff, tmp_path):
    late = staged(tmp_path, staff, ["甲", "五通桥基地", 1000, None, None])
    batches.commit(ImportBatch.objects.get(pk=late.pk), by=staff)
    written = ImportBatch.objects.get(pk=late.pk).counts

    go(late, "乙")

    kept = ImportBatch.objects.get(pk=late.pk)
    assert (kept.counts, kept.counts["withdrawn"]) == (written, 0)
    assert not absent.is_going(kept.rows.get(name="乙"))
