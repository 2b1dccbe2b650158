"""批量修改: choose, judge, write all or what can be, and take it back as one batch."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from portal.models import AuditEntry
from portal.spans import Span
from projects import groups, lifecycle
from projects.bulk import batches, selection
from projects.bulk.batches import BulkError
from projects.bulk.selection import Selection
from projects.bulk.wishes import Wish
from projects.choices import BatchState, RowVerdict
from projects.importing import undoing
from projects.models import GroupEntry, Milestone, Project, ProjectGroup
from tests.factories import ProjectFactory, park
from tests.projects import snapshots

pytestmark = [pytest.mark.django_db, pytest.mark.db]
DAY = date(2021, 9, 1)


def owner(person):
    return Wish("bureau_owner", str(person.pk), "分工调整")


def stage(to, actual=""):
    return Wish("stage", to, "季度核对", actual=actual)


def into(slug="city-key", status="listed"):
    return Wish("group", slug, "市政府公布", status)


def previewed(by, wish, *projects):
    chosen = Selection(QueryDict("year=2021"), tuple(one.pk for one in projects))
    return batches.stage(selection.find(chosen, user=by), wish, year=2021, by=by)


def commit(batch, by, only_possible=False):
    return batches.commit(batch, by=by, digest=batch.digest, only_possible=only_possible)


def written(by, wish, *projects):
    batch = previewed(by, wish, *projects)
    commit(batch, by)
    batch.refresh_from_db()
    return batch


def undo(batch, by):
    return undoing.undo(batch, by=by, digest=undoing.preview(batch, by=by).digest)


def said(batch, verdict=RowVerdict.ERROR):
    """What the preview says of the rows with this verdict, by the name of the project."""
    rows = batch.rows.filter(verdict=verdict)
    return {row.name: row.issues[0]["text"] if row.issues else row.values["said"] for row in rows}


# --- the five things ---------------------------------------------------------------------------------------------


def test_an_owner_is_set_and_those_who_have_it_stay(staff, lead, three):
    Project.objects.filter(name="丙").update(bureau_owner=lead)

    batch = previewed(staff, owner(lead), *three)
    assert batch.rows.get(name="甲").changes == [{"label": "市局责任人", "old": "（空）", "new": "业务负责人"}]
    assert said(batch, RowVerdict.SAME) == {"丙": "市局责任人本来就是业务负责人"}
    commit(batch, staff)

    assert set(Project.objects.values_list("bureau_owner", flat=True)) == {lead.pk}
    one = Project.objects.get(name="甲")
    assert one.version == 2
    assert one.history.first().history_change_reason == "批量修改：分工调整"
    assert one.last_update_on is None  # nothing was said about its progress


def test_nobody_is_an_owner_too(staff, three):
    Project.objects.update(bureau_owner=staff)

    written(staff, Wish("bureau_owner", "none", "离岗"), *three)

    assert not Project.objects.exclude(bureau_owner=None).exists()


def test_a_stage_goes_forward_and_never_back(staff, three):
    Project.objects.filter(name="乙").update(stage="building")
    Project.objects.filter(name="丙").update(hold="suspended")

    batch = previewed(staff, stage("preparing"), *three)

    assert (batch.counts["changed"], batch.counts["same"], batch.counts["error"]) == (0, 2, 1)
    assert said(batch)["乙"] == "现为“在建”，批量修改不能退回“前期”；确需退回请在项目页办理。"
    moved = previewed(staff, stage("building", "2021-09-01"), *three)
    assert said(moved) == {"丙": "项目“停缓建”，请先在项目页恢复正常。"}


def test_a_started_stage_needs_its_day(staff, three):
    Project.objects.filter(name="乙").update(actual_start_from=DAY, actual_start_to=DAY)

    batch = previewed(staff, stage("building"), *three)

    assert set(said(batch)) == {"甲", "丙"}
    assert said(batch)["甲"].startswith("没有实际时间")


def test_a_stage_with_its_day_moves_node_light_and_last_update(staff, three):
    written(staff, stage("building", "2021-09-01"), *three)

    one = Project.objects.get(name="甲")
    assert (one.stage, one.actual_start, one.unverified) == ("building", Span(DAY, DAY), False)
    assert one.last_update_on == date(2021, 9, 27)
    assert Milestone.objects.filter(code="KG", actual_to=DAY).count() == 3
    assert one.plans.get().paper_stage == "building"


def test_the_day_of_trial_production_goes_to_its_node(staff, three):
    Project.objects.update(stage="building")

    batch = written(staff, stage("trial", "2021-09-01"), *three)

    assert Milestone.objects.filter(code="SC", actual_to=DAY, state="done").count() == 3
    undo(batch, staff)
    assert not Milestone.objects.filter(code="SC").exists()


def test_key_projects_need_evidence_before_they_start(staff, three):
    group = ProjectGroup.objects.get(slug="province-key", year=2021)
    groups.enter(project=three[0], group=group, by=staff, status="applied")

    batch = previewed(staff, stage("building", "2021-09-01"), *three)

    assert set(said(batch)) == {"甲"}
    assert "须有佐证" in said(batch)["甲"]


def test_projects_enter_and_leave_a_list(lead, three):
    ProjectGroup.objects.get_or_create(slug="city-key", year=2021, defaults={"name": "市重点", "short_name": "市重点"})

    written(lead, into(), *three)
    assert GroupEntry.objects.filter(group__slug="city-key", status="listed", reason="市政府公布").count() == 3
    batch = previewed(lead, into(status="left"), *three[:2])
    assert batch.rows.first().changes == [{"label": "专题“市重点”", "old": "已列入", "new": "退出"}]
    commit(batch, lead)

    assert GroupEntry.objects.filter(group__slug="city-key", status="left", to_date=date(2021, 9, 27)).count() == 2
    undo(batch, lead)
    assert GroupEntry.objects.filter(group__slug="city-key", status="listed", to_date=None).count() == 3


def test_leaving_a_list_one_is_not_in_changes_nothing(lead, three):
    batch = previewed(lead, into("major-pv", "left"), *three)

    assert said(batch, RowVerdict.SAME)["甲"] == "本来就不在“六大光伏”中"


def test_the_year_type_is_that_of_the_year(staff, three):
    written(staff, Wish("year_type", "continuing", "年初核定"), *three)

    one = Project.objects.get(name="甲")
    assert (one.plans.get().year_type, one.plans.get().paper_type, one.version) == ("continuing", 0, 2)
    assert one.plans.get().history.first().history_user == staff


def test_the_county_follows_the_unit_where_it_did_before(staff, three):
    five, other = park("P01"), park("P02")
    Project.objects.filter(name__in="甲乙").update(county=five.county)
    Project.objects.filter(name="丙").update(county=park("P03").county)

    written(staff, Wish("unit", "P02", "园区调整"), *three)

    counties = dict(Project.objects.values_list("name", "county"))
    assert counties == {"甲": other.county_id, "乙": other.county_id, "丙": park("P03").county_id}
    assert set(Project.objects.values_list("unit", flat=True)) == {other.pk}
    assert Project.objects.get(name="甲").plans.get().paper_unit == other.order


# --- all or nothing, and two people at once ----------------------------------------------------------------------


def test_one_refusal_stops_all_unless_the_person_wants_the_rest(staff, three):
    Project.objects.filter(name="乙").update(hold="suspended")
    batch = previewed(staff, stage("building", "2021-09-01"), *three)

    with pytest.raises(BulkError, match="有1个项目不能修改，所以没有修改任何项目"):
        commit(batch, staff)
    assert not Project.objects.filter(stage="building").exists()
    commit(batch, staff, only_possible=True)

    assert sorted(Project.objects.filter(stage="building").values_list("name", flat=True)) == sorted("甲丙")


def test_what_somebody_changed_meanwhile_is_listed_and_stays(staff, lead, three):
    batch = previewed(staff, owner(staff), *three)
    lifecycle.edit(project=three[1], version=1, by=lead, facts={"bureau_owner": lead})

    with pytest.raises(BulkError, match="其中1个在您核对期间有人修改过"):
        commit(batch, staff)
    assert said(batch)["乙"].startswith("业务负责人已于")
    assert Project.objects.get(name="甲").bureau_owner is None
    batch.refresh_from_db()
    commit(batch, staff, only_possible=True)

    assert dict(Project.objects.values_list("name", "bureau_owner")) == {"甲": staff.pk, "乙": lead.pk, "丙": staff.pk}


def test_looking_again_takes_the_new_version(staff, lead, three):
    batch = previewed(staff, owner(staff), *three)
    lifecycle.edit(project=three[1], version=1, by=lead, facts={"bureau_owner": lead})
    with pytest.raises(BulkError):
        commit(batch, staff)

    batches.stage_again(batch, by=staff)
    assert batch.rows.get(name="乙").changes == [{"label": "市局责任人", "old": "业务负责人", "new": "局工作人员"}]
    commit(batch, staff)

    assert Project.objects.filter(bureau_owner=staff).count() == 3


def test_a_change_of_the_list_meanwhile_is_noticed_though_it_makes_no_version(lead, three):
    batch = previewed(lead, into("major-pv"), *three)
    group = ProjectGroup.objects.get(slug="major-pv", year=2021)
    groups.enter(project=three[0], group=group, by=lead, status="applied", reason="另一人")

    with pytest.raises(BulkError):
        commit(batch, lead)

    assert GroupEntry.objects.get(project=three[0]).status == "applied"


def test_a_recycled_project_is_left_where_it_is(staff, three):
    batch = previewed(staff, owner(staff), *three)
    lifecycle.recycle(project=three[0], version=1, by=staff, reason="重复")

    commit(batch, staff, only_possible=True)

    assert said(batch) == {"甲": "项目已移入回收站。"}
    assert Project.objects.get(name="甲").bureau_owner is None


def test_nothing_is_written_twice_or_from_an_old_page(staff, three):
    batch = previewed(staff, owner(staff), *three)
    with pytest.raises(BulkError, match="核对结果已有变化"):
        batches.commit(batch, by=staff, digest="old", only_possible=False)
    commit(batch, staff)

    with pytest.raises(BulkError, match="没有重复写入"):
        commit(batch, staff)
    assert set(Project.objects.values_list("version", flat=True)) == {2}


def test_who_may(staff, lead, park_user, leader, three):
    for person in (park_user, leader):
        with pytest.raises(PermissionDenied):
            batches.stage(Project.objects.in_year(2021), owner(lead), year=2021, by=person)
    with pytest.raises(PermissionDenied, match="业务负责人"):
        previewed(staff, into("major-pv"), *three)


# --- undo --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wish",
    [
        Wish("bureau_owner", "none", "离岗"),
        stage("building", "2021-09-01"),
        into("major-pv"),
        Wish("year_type", "continuing", "年初核定"),
        Wish("unit", "P02", "园区调整"),
    ],
    ids=lambda wish: wish.act,
)
def test_undoing_gives_everything_back(lead, three, wish):
    for one in three:
        lifecycle.edit(project=one, version=1, by=lead, facts={"bureau_owner": lead}, confirms=False)
    before = [snapshots.of(one) for one in three]
    batch = written(lead, wish, *three)
    assert batch.counts["changed"] == 3

    outlook = undo(batch, lead)

    assert (outlook.restored, outlook.kept_count) == (3, 0)
    assert [snapshots.of(Project.objects.get(pk=one.pk)) for one in three] == before
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    assert AuditEntry.objects.filter(action="bulk.undo").exists()


def test_undoing_leaves_what_was_changed_since(staff, lead, three):
    batch = written(staff, owner(staff), *three)
    lifecycle.edit(project=three[0], version=2, by=lead, facts={"bureau_owner": lead})

    outlook = undo(batch, staff)

    assert (outlook.restored, outlook.kept_count) == (2, 1)
    assert Project.objects.get(name="甲").bureau_owner == lead


# --- what it costs -----------------------------------------------------------------------------------------------

WISHES = [("bureau_owner", "none"), ("stage", "building"), ("group", "major-pv"), ("year_type", "continuing"),
          ("unit", "P02")]  # fmt: skip


@pytest.mark.parametrize(("act", "value"), WISHES)
def test_every_act_costs_the_same_queries_for_one_project_and_three(lead, three, act, value):
    written(lead, owner(lead), *three)  # makes the series of numbers
    Project.objects.update(bureau_owner=lead)
    four = [*three, ProjectFactory(unit="P01", name="丁", bureau_owner=lead)]
    costs = []
    for projects in (four[:1], four[1:]):
        with CaptureQueriesContext(connection) as found:
            actual = "2021-09-01" if act == "stage" else ""
            status = "listed" if act == "group" else ""
            written(lead, Wish(act, value, "核对", status, actual), *projects)
        costs.append(len(found))

    assert costs[0] == costs[1] <= 70
