"""撤销本次导入: what nobody touched since is as it was before, what somebody touched stays and is named."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from parks.models import Enterprise
from portal import clock
from portal.models import AuditEntry
from portal.spans import Span
from projects import groups, issues, lifecycle, lights, milestones, notes, timeline
from projects.choices import BatchState
from projects.importing import batches, jobs, undoing
from projects.importing.undoing import UndoError
from projects.models import GroupEntry, ImportBatch, Milestone, ProgressNote, Project, ProjectGroup, YearPlan
from tests.factories import ProjectFactory, park_manager
from tests.projects import snapshots
from tests.projects.importing import workbooks

pytestmark = [pytest.mark.django_db, pytest.mark.db]
HEADINGS = ["项目名称", "所在园区", "总投资", "计划开工时间", "项目阶段", "年度类型", "目前进展", "备注"]
OLD = ["甲项目", "五通桥基地", 1000, "2021年3月", "前期", "新开工", "正在办理用地手续", ""]
NEW = ["甲项目", "五通桥基地", 2500, "2021年6月", "在建", "续建", "已经开工", "演示数据"]


def table(tmp_path, *rows, headings=HEADINGS, **words):
    return workbooks.table(tmp_path / "表.xlsx", headings, *rows, **words)


def written(tmp_path, by, *rows, **words) -> ImportBatch:
    batch = workbooks.stage(table(tmp_path, *rows, **words), by=by)
    batches.choose_all(batch, "take")
    batches.commit(batch, by=by)
    return batch


def undo(batch, by):
    return undoing.undo(batch, by=by, digest=undoing.preview(batch, by=by).digest)


@pytest.fixture
def known(staff, tmp_path) -> Project:
    """甲项目 as an earlier import left it."""
    written(tmp_path, staff, OLD)
    return Project.objects.get()


def test_what_the_batch_changed_is_as_it_was(known, staff, tmp_path):
    before = snapshots.of(known)
    batch = written(tmp_path, staff, NEW)
    assert snapshots.of(known) != before

    outlook = undo(batch, staff)

    assert (outlook.restored, outlook.recycled, outlook.kept_count) == (1, 0, 0)
    assert snapshots.of(known) == before


def test_what_the_batch_made_goes_to_the_recycle_bin(staff, tmp_path):
    batch = written(tmp_path, staff, OLD, ["乙项目", "犍为基地", 1, None, None, None, None, None])

    outlook = undo(batch, staff)

    assert (outlook.restored, outlook.recycled) == (0, 2)
    assert not Project.objects.live().exists()
    assert {project.deleted_by for project in Project.objects.recyclable_by(staff)} == {staff}
    lifecycle.restore(project=Project.objects.get(name="甲项目"), by=staff)
    assert ProgressNote.objects.get(project__name="甲项目").progress == "正在办理用地手续"


def test_the_plan_the_list_and_the_note_of_the_batch_vanish(known, staff, tmp_path):
    before = snapshots.of(known)
    batch = written(tmp_path, staff, NEW, title="2022年工业投资项目推进表")
    assert YearPlan.objects.filter(year=2022).exists()

    undo(batch, staff)

    assert snapshots.of(known) == before
    assert GroupEntry.objects.filter(group__year=2022).count() == 0


def test_what_somebody_edited_since_is_kept_and_named(known, staff, lead, tmp_path):
    batch = written(tmp_path, staff, NEW)
    known.refresh_from_db()
    lifecycle.edit(project=known, version=known.version, by=lead, facts={"total_investment": 3000}, reason="调整")

    outlook = undo(batch, staff)

    known.refresh_from_db()
    assert (outlook.restored, outlook.kept_count) == (0, 1)
    assert (known.total_investment, known.stage, known.planned_start_to) == (3000, "preparing", date(2021, 3, 31))
    row = batch.rows.get()
    assert [(one["label"], one["who"]) for one in row.kept_lines] == [("总投资", "业务负责人")]
    assert row.kept_lines[0]["at"].astimezone(clock.SHANGHAI).date() == date(2021, 9, 27)


def test_what_somebody_edited_beside_the_batch_stays_without_a_word(known, staff, lead, tmp_path):
    batch = written(tmp_path, staff, NEW)
    known.refresh_from_db()
    lifecycle.edit(project=known, version=known.version, by=lead, facts={"address": "某镇"})
    notes.add_progress(project=known, by=lead, progress="已封顶")

    outlook = undo(batch, staff)

    known.refresh_from_db()
    assert (outlook.restored, outlook.kept_count) == (1, 0)
    assert (known.address, known.total_investment) == ("某镇", 1000)
    assert known.newest_note.progress == "已封顶"
    assert set(known.notes.values_list("progress", flat=True)) == {"正在办理用地手续", "已封顶"}


def test_a_value_somebody_set_back_by_hand_counts_as_edited(known, staff, lead, tmp_path):
    batch = written(tmp_path, staff, NEW)
    for amount in (9, 2500):
        known.refresh_from_db()
        lifecycle.edit(project=known, version=known.version, by=lead, facts={"total_investment": amount}, reason="调")

    undo(batch, staff)

    known.refresh_from_db()
    assert known.total_investment == 2500


@pytest.mark.parametrize("act", ["edit", "note", "node", "issue", "entry"])
def test_a_new_project_somebody_has_worked_on_stays(act, staff, lead, tmp_path):
    batch = written(tmp_path, staff, OLD)
    project = Project.objects.get()
    if act == "edit":
        lifecycle.edit(project=project, version=project.version, by=lead, facts={"address": "某镇"})
    elif act == "note":
        notes.add_progress(project=project, by=lead, progress="已封顶")
    elif act == "node":
        milestones.apply_template(project=project, by=lead, full=False)
    elif act == "issue":
        issues.put_forward(project=project, category="land", source="park", words="征拆", by=lead)
    else:
        groups.leave(
            project=project, group=ProjectGroup.objects.get(slug="industrial", year=2021), by=lead, reason="调"
        )

    outlook = undo(batch, staff)

    assert (outlook.recycled, outlook.kept_count) == (0, 1)
    assert Project.objects.live().exists()
    assert "业务负责人" in {line["who"] for line in batch.rows.get().kept_lines}


def test_a_later_import_counts_as_an_edit(known, staff, tmp_path):
    batch = written(tmp_path, staff, NEW)
    written(tmp_path, staff, [*NEW[:2], 4000, *NEW[3:]])

    undo(batch, staff)

    known.refresh_from_db()
    assert (known.total_investment, known.stage) == (4000, "preparing")


def test_imports_undone_from_the_newest_lead_back_to_the_first(known, staff, tmp_path):
    first = snapshots.of(known)
    one = written(tmp_path, staff, NEW)
    second = snapshots.of(known)
    two = written(tmp_path, staff, [*NEW[:2], 4000, "2021年9月", *NEW[4:6], "竣工在即", "改"])

    undo(two, staff)
    assert snapshots.of(known) == second
    undo(one, staff)
    assert snapshots.of(known) == first


def test_undoing_happens_once_and_the_second_is_told_by_whom(known, staff, lead, tmp_path):
    batch = written(tmp_path, staff, NEW)
    digest = undoing.preview(batch, by=lead).digest
    undoing.undo(batch, by=lead, digest=digest)

    with pytest.raises(UndoError, match=r"已由业务负责人于2021-09-27 .*撤销，不能再撤销一次"):
        undoing.undo(ImportBatch.objects.get(pk=batch.pk), by=staff, digest=digest)
    stale = ImportBatch.objects.get(pk=batch.pk)
    stale.state = BatchState.WRITTEN  # as it was read before the other clicked
    with pytest.raises(UndoError, match="不能再撤销一次"):
        undoing.undo(stale, by=staff, digest=digest)


def test_the_own_batch_or_any_by_the_lead(known, staff, lead, leader, tmp_path):
    batch = written(tmp_path, lead, NEW)

    for person in (staff, leader):
        with pytest.raises(PermissionDenied):
            undoing.undo(batch, by=person, digest="")
    assert undoing.refusal(batch, lead) == ""


def test_after_30_days_it_is_too_late(known, staff, tmp_path, set_today):
    batch = written(tmp_path, staff, NEW)
    set_today(date(2021, 9, 27) + timedelta(days=30))
    assert undoing.refusal(batch, staff) == ""
    set_today(date(2021, 9, 27) + timedelta(days=31))

    with pytest.raises(UndoError, match="已超过30天"):
        undoing.undo(batch, by=staff, digest="")


def test_what_is_not_written_cannot_be_undone(staff, tmp_path):
    batch = workbooks.stage(table(tmp_path, OLD), by=staff)

    with pytest.raises(UndoError, match="没有写入"):
        undoing.preview(batch, by=staff)


def test_what_is_done_is_what_was_shown(known, staff, lead, tmp_path):
    batch = written(tmp_path, staff, NEW)
    digest = undoing.preview(batch, by=staff).digest
    known.refresh_from_db()
    lifecycle.edit(project=known, version=known.version, by=lead, facts={"total_investment": 3000}, reason="调整")

    with pytest.raises(UndoError, match="没有撤销"):
        undoing.undo(batch, by=staff, digest=digest)

    batch.refresh_from_db()
    known.refresh_from_db()
    assert (batch.state, known.stage, known.total_investment) == (BatchState.WRITTEN, "building", 3000)


def test_a_project_deleted_since_stays_deleted(known, staff, lead, tmp_path):
    batch = written(tmp_path, staff, NEW)
    known.refresh_from_db()
    lifecycle.recycle(project=known, version=known.version, by=lead, reason="重复")

    outlook = undo(batch, staff)

    assert outlook.kept_count == 1
    assert [line["label"] for line in batch.rows.get().kept_lines] == ["项目已移入回收站"]


def test_a_new_name_goes_back_with_the_former_names(known, staff, tmp_path):
    headings = [*HEADINGS, "系统编号"]
    batch = written(tmp_path, staff, ["甲项目一期", *NEW[1:], known.number], headings=headings)
    assert Project.objects.get().former_names == "甲项目"

    undo(batch, staff)

    project = Project.objects.get()
    assert (project.name, project.former_names, "一期" in project.search_text) == ("甲项目", "", False)


def test_a_code_another_project_took_since_does_not_come_back(staff, lead, tmp_path):
    project = ProjectFactory(name="甲项目", unit="P01", project_code="2101-511112-04-01-123456")
    headings = ["项目名称", "系统编号", "统一项目代码"]
    batch = written(tmp_path, staff, ["甲项目", project.number, "2101-511112-04-01-123457"], headings=headings)
    other = ProjectFactory()
    lifecycle.edit(project=other, version=1, by=lead, facts={"project_code": "2101-511112-04-01-123456"})

    undo(batch, staff)

    project.refresh_from_db()
    assert project.project_code == "2101-511112-04-01-123457"
    assert "另一个项目" in batch.rows.get().kept_lines[0]["label"]


def test_a_code_given_to_a_known_enterprise_is_taken_back(staff, tmp_path):
    enterprise = Enterprise.objects.create(name="演示公司")
    headings = ["项目名称", "项目单位", "统一社会信用代码"]
    batch = written(tmp_path, staff, ["甲项目", "演示公司", "91511100DEM000014T"], headings=headings)

    undo(batch, staff)

    enterprise.refresh_from_db()
    assert enterprise.uscc is None


def test_a_node_somebody_worked_on_stays(staff, lead, tmp_path):
    project = ProjectFactory(name="甲项目", unit="P01")
    batch = written(tmp_path, staff, ["甲项目", None, None, "2021年6月", None, None, None, None])
    node = Milestone.objects.get(project=project)
    milestones.set_forecast(node=node, span=Span(None, date(2021, 12, 31)), by=lead)

    undo(batch, staff)

    project.refresh_from_db()
    node.refresh_from_db()
    assert (project.planned_start, node.current, node.forecast.end) == (None, None, date(2021, 12, 31))
    assert [line["label"] for line in batch.rows.get().kept_lines] == ["节点“开工”"]


def test_a_node_that_only_followed_the_stage_goes_with_its_plan(staff, lead, tmp_path):
    project = ProjectFactory(name="甲项目", unit="P01", stage="building")
    batch = written(tmp_path, staff, ["甲项目", None, None, "2021年6月", None, None, None, None])
    project.refresh_from_db()
    lifecycle.move_stage(project=project, to="preparing", version=project.version, by=lead, reason="登记有误")

    outlook = undo(batch, staff)

    project.refresh_from_db()
    assert (outlook.restored, project.planned_start, project.stage) == (1, None, "preparing")
    assert not Milestone.objects.exists()


def test_a_park_person_undoes_the_own_import_and_its_requests(tmp_path, lead):
    by = park_manager("P01", name="填报员")
    project = ProjectFactory(name="甲项目", unit="P01", stage="preparing", total_investment=1000)
    lights.refresh([project], on=date(2021, 9, 27))
    before = snapshots.of(project)
    batch = written(tmp_path, by, ["甲项目", "五通桥基地", 2500, None, "在建", None, "已经开工", None])
    asked = project.requests.get()

    undo(batch, by)

    asked.refresh_from_db()
    assert snapshots.of(project) == before
    assert (asked.state, asked.answer) == ("returned", "申请人已撤销这批导入。")


def test_a_project_that_left_the_own_unit_is_kept_without_details(tmp_path, lead):
    by = park_manager("P01")
    project = ProjectFactory(name="甲项目", unit="P01")
    batch = written(tmp_path, by, ["甲项目", "五通桥基地", None, None, "在建", None, None, None])
    project.refresh_from_db()
    unit = Project.objects.get(pk=ProjectFactory(unit="P02").pk).unit
    lifecycle.edit(project=project, version=project.version, by=lead, facts={"unit": unit}, reason="划转")

    undo(batch, by)

    project.refresh_from_db()
    assert project.stage == "building"
    assert [(line["label"], line["who"]) for line in batch.rows.get().kept_lines] == [("不在您的权限范围", "")]


def test_the_corrected_workbook_is_not_taken_for_a_double(staff, tmp_path):
    undo(written(tmp_path, staff, OLD), staff)

    again = workbooks.stage(table(tmp_path, OLD), by=staff)

    assert (again.counts["new"], again.counts["review"]) == (1, 0)
    assert batches.earlier(again, to=staff) is None


def test_the_audit_names_file_and_counts(known, staff, tmp_path):
    batch = written(tmp_path, staff, NEW)
    undo(batch, staff)
    entry = AuditEntry.objects.get(action="import.undo")

    assert (entry.username, entry.object_id) == ("staff", str(batch.pk))
    assert entry.detail["counts"] == {"restored": 1, "recycled": 0, "kept": 0}


def test_a_long_batch_is_undone_by_a_job(known, staff, tmp_path, as_user, monkeypatch):
    batch = written(tmp_path, staff, NEW)
    monkeypatch.setattr(jobs, "LONG_BATCH", 0)
    browser, address = as_user(staff), f"/projects/import/{batch.pk}/"
    digest = undoing.preview(batch, by=staff).digest

    waiting = browser.post(f"{address}undo/", {"digest": digest}, follow=True).content.decode()
    again = browser.get(f"{address}undo/", follow=True).content.decode()
    done = jobs.run_pending()

    batch.refresh_from_db()
    assert ("等待撤销" in waiting, "等待撤销" in again, done) == (True, True, 1)
    assert (batch.state, batch.phase, batch.undo["restored"]) == (BatchState.UNDONE, "", 1)


def test_a_long_batch_that_changed_since_is_not_undone_and_says_so(known, staff, lead, tmp_path, as_user, monkeypatch):
    batch = written(tmp_path, staff, NEW)
    monkeypatch.setattr(jobs, "LONG_BATCH", 0)
    browser, address = as_user(staff), f"/projects/import/{batch.pk}/"
    browser.post(f"{address}undo/", {"digest": "as it was before"})
    jobs.run_pending()

    assert "没有撤销" in browser.get(address).content.decode()
    batch.refresh_from_db()
    assert (batch.state, batch.phase) == (BatchState.WRITTEN, "")


def test_the_history_of_the_project_tells_of_the_undoing(known, staff, tmp_path):
    batch = written(tmp_path, staff, NEW, title="2022年工业投资项目推进表")
    undo(batch, staff)

    step = timeline.steps(known, phones=True)[0]
    told = {change.label: (change.old, change.new) for change in step.changes}

    assert (step.who, step.reason) == ("局工作人员", "撤销导入：表.xlsx")
    assert told["总投资（万元）"] == ("2,500.00", "1,000.00")
    assert told["2022年年度类型"] == ("续建", "（空）")
