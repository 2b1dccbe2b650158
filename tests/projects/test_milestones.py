"""What people do with nodes, and what is refused."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.models import StoredFile
from portal.spans import parse
from projects import groups, lifecycle, lights, locking, milestones, nodes
from projects.choices import EntryStatus, Light, MilestoneState, Stage, YearType
from projects.milestones import Proof
from projects.models import Evidence, GroupEntry, Milestone, Project, ProjectGroup
from tests.factories import ProjectFactory, park_manager

pytestmark = [pytest.mark.django_db, pytest.mark.db]
MARCH = {"planned_start_from": date(2021, 3, 1), "planned_start_to": date(2021, 3, 31)}


def dated(**facts):
    project = ProjectFactory(**{"unit": "P01", **MARCH, **facts})
    nodes.follow([project], by=None)
    return project


def node_of(project, code="KG", phase=""):
    return project.milestones.get(code=code, phase=phase)


@pytest.fixture
def project(staff):
    """A project with the template of six."""
    project = dated()
    milestones.apply_template(project=project, by=staff, full=False)
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def own():
    return park_manager("P01", name="王某")


def refused(act, *args, **named):
    with pytest.raises((PermissionDenied, ValidationError)) as refusal:
        act(*args, **named)
    error = refusal.value
    return error.messages[0] if isinstance(error, ValidationError) else str(error)


# --- plans -----------------------------------------------------------------------------------------------------


def test_a_park_gives_the_first_date_of_a_node_directly(project, own):
    node = milestones.set_plan(node=node_of(project, "HP"), span=parse("2021年10月"), by=own)

    assert (str(node.original), str(node.current), node.adjusted_times) == ("2021年10月", "2021年10月", 0)
    assert node.history.first().history_user == own
    assert node.history.first().history_change_reason == "首次填报计划时间"


def test_a_park_does_not_move_a_date_that_stands(project, own):
    for code in ("KG", "HP"):
        node = node_of(project, code)
        if code == "HP":
            node = milestones.set_plan(node=node, span=parse("2021年10月"), by=own)

        assert "须经市局同意" in refused(milestones.set_plan, node=node, span=parse("2022年"), by=own, reason="拖")
        assert Milestone.objects.get(pk=node.pk).adjusted_times == 0


def test_a_page_that_was_open_before_somebody_gave_the_date_moves_nothing(project, own):
    stale = node_of(project, "HP")
    milestones.set_plan(node=node_of(project, "HP"), span=parse("2021年10月"), by=own)

    assert "须经市局同意" in refused(milestones.set_plan, node=stale, span=parse("2022年"), by=own)
    assert str(node_of(project, "HP").current) == "2021年10月"


def test_the_bureau_moves_a_date_with_a_reason_and_the_original_stays(project, staff):
    node = node_of(project)
    assert refused(milestones.set_plan, node=node, span=parse("2021年12月"), by=staff) == "调整节点计划须写明原因。"

    node = milestones.set_plan(node=node, span=parse("2021年12月"), by=staff, reason="交地推迟")

    project.refresh_from_db()
    assert (str(node.original), str(node.current), node.adjusted_times) == ("2021年3月", "2021年12月", 1)
    assert str(project.planned_start) == "2021年12月"
    assert project.history.first().history_change_reason == "交地推迟"


def test_moving_the_plan_turns_the_light(project, staff):
    assert Project.objects.get(pk=project.pk).light == Light.RED

    milestones.set_plan(node=node_of(project), span=parse("2021年12月"), by=staff, reason="交地推迟")

    assert Project.objects.get(pk=project.pk).light == Light.GREEN


def test_after_the_lock_a_park_asks_for_the_first_date_too(project, own, staff):
    locking.lock(year=2021, by=staff)

    assert "须经市局同意" in refused(milestones.set_plan, node=node_of(project, "HP"), span=parse("2021年10月"), by=own)


@pytest.mark.parametrize("code", ["KG", "HP"])
def test_people_of_other_units_and_leaders_change_no_node(project, leader, code):
    for person in (leader, park_manager("P02")):
        for act in (milestones.set_plan, milestones.set_forecast):
            assert refused(act, node=node_of(project, code), span=parse("2021年"), by=person)
        assert refused(milestones.complete, node=node_of(project, code), actual=None, by=person)
        assert refused(milestones.mark_not_applicable, node=node_of(project, code), by=person, reason="无")


def test_a_forecast_changes_neither_plan_nor_light(project, own):
    node = milestones.set_forecast(node=node_of(project), span=parse("2021-10-31"), by=own)

    assert (str(node.forecast), str(node.current), node.adjusted_times) == ("2021-10-31", "2021年3月", 0)
    assert Project.objects.get(pk=project.pk).light == Light.RED


# --- done ------------------------------------------------------------------------------------------------------


def outcome(project):
    project = Project.objects.get(pk=project.pk)
    node = node_of(project)
    return project.stage, project.actual_start, project.light, node.state, node.by_stage, node.actual


def test_registering_the_start_and_completing_its_node_are_one_act(staff):
    by_stage, by_node = dated(), dated()

    lifecycle.move_stage(project=by_stage, to=Stage.BUILDING, version=1, by=staff, actual=parse("2021-09-20"))
    milestones.complete(node=node_of(by_node), actual=parse("2021-09-20"), by=staff, move_stage=True)

    assert outcome(by_stage) == outcome(by_node)
    assert outcome(by_node)[:2] == (Stage.BUILDING, parse("2021-09-20"))


def test_without_the_stage_only_the_date_is_registered(project, own):
    node = milestones.complete(node=node_of(project), actual=parse("2021-09-20"), by=own)

    project.refresh_from_db()
    assert (node.state, project.stage, str(project.actual_start)) == (
        MilestoneState.DONE, Stage.PREPARING, "2021-09-20",
    )  # fmt: skip


def test_done_without_a_date_is_done_and_never_late(project, own):
    node = milestones.complete(node=node_of(project), actual=None, by=own)

    assert (node.state, node.actual) == (MilestoneState.DONE, None)
    assert Project.objects.get(pk=project.pk).light == Light.GREEN


def test_nothing_is_done_in_the_future(project, own):
    assert refused(milestones.complete, node=node_of(project, "HP"), actual=parse("2021-09-28"), by=own) == (
        "实际日期不能晚于今天。"
    )


@pytest.mark.parametrize(
    ("code", "stage"),
    [("SC", Stage.TRIAL), ("YS2", Stage.COMPLETED), ("TC", Stage.COMPLETED), ("DC", Stage.CAPACITY), ("FD", "")],
)
def test_the_nodes_that_mean_a_stage_offer_it(staff, code, stage):
    project = dated(stage=Stage.BUILDING)
    milestones.apply_template(project=project, by=staff, full=True)
    node = node_of(project, code)
    assert milestones.offered_stage(node) == stage

    milestones.complete(node=node, actual=parse("2021-09-20"), by=staff, move_stage=True)

    assert Project.objects.get(pk=project.pk).stage == (stage or Stage.BUILDING)
    assert str(node_of(project, code).actual) == "2021-09-20"


def test_trial_by_the_stage_form_dates_its_own_node_and_leaves_the_start(staff):
    project = dated(stage=Stage.BUILDING, actual_start_from=date(2021, 4, 2), actual_start_to=date(2021, 4, 2))

    lifecycle.move_stage(project=project, to=Stage.TRIAL, version=1, by=staff, actual=parse("2021-09-10"))

    project.refresh_from_db()
    assert (str(project.actual_start), str(node_of(project, "SC").actual)) == ("2021-04-02", "2021-09-10")


def test_completing_a_node_ends_to_be_verified(own):
    project = dated(unverified=True)

    milestones.complete(node=node_of(project), actual=None, by=own)

    assert Project.objects.get(pk=project.pk).unverified is False


# --- evidence --------------------------------------------------------------------------------------------------


def listed(project, slug, status=EntryStatus.APPLIED):
    group = ProjectGroup.objects.get(slug=slug, year=2021)
    GroupEntry.objects.create(group=group, project=project, from_date="2021-01-01", status=status)


def photograph(node, by, taken_on=date(2021, 9, 20)):
    file = StoredFile.objects.create(sha256="a" * 64, kind="jpg", size=1, width=1600, height=1200)
    return milestones.attach(node=node, proof=Proof(file, "现场.jpg", taken_on), by=by)


@pytest.mark.parametrize("slug", [groups.PROVINCE_KEY, groups.MAJOR_PV])
def test_province_key_and_the_six_start_with_evidence_only(project, own, slug):
    listed(project, slug)
    say = "省重点和六大光伏项目登记开工须有佐证，请在“登记开工”或节点的“登记完成”中同时上传现场照片或PDF。"
    acts = [
        lambda: milestones.complete(node=node_of(project), actual=parse("2021-09-20"), by=own, move_stage=True),
        lambda: milestones.complete(node=node_of(project), actual=None, by=own),
        lambda: lifecycle.move_stage(project=project, to=Stage.BUILDING, version=project.version, by=own),
        lambda: lifecycle.edit(
            project=project, version=project.version, by=own, facts={"actual_start": parse("2021-09-20")}
        ),
    ]
    assert [refused(act) for act in acts] == [say] * 4
    project.refresh_from_db()

    photograph(node_of(project), own)
    milestones.complete(node=node_of(project), actual=parse("2021-09-20"), by=own, move_stage=True)

    assert Project.objects.get(pk=project.pk).stage == Stage.BUILDING


@pytest.mark.parametrize("status", [EntryStatus.NOT_LISTED, EntryStatus.LEFT])
def test_elsewhere_evidence_is_only_asked_for(project, own, status):
    listed(project, groups.PROVINCE_KEY, status)
    listed(project, groups.CITY_KEY)

    milestones.complete(node=node_of(project), actual=parse("2021-09-20"), by=own)
    milestones.complete(node=node_of(project, "HP"), actual=parse("2021-09-20"), by=own)

    assert project.milestones.filter(state=MilestoneState.DONE).count() == 2


def test_a_photograph_has_its_day_and_is_there_once(project, own):
    node = node_of(project)
    file = StoredFile.objects.create(sha256="b" * 64, kind="jpg", size=1)

    assert "请填写" in refused(milestones.attach, node=node, proof=Proof(file, "a.jpg"), by=own)
    for _ in range(2):
        milestones.attach(node=node, proof=Proof(file, "a.jpg", date(2021, 9, 1)), by=own)

    assert Evidence.objects.count() == 1


def test_a_paper_needs_no_day(project, own):
    file = StoredFile.objects.create(sha256="c" * 64, kind="pdf", size=1)

    assert milestones.attach(node=node_of(project), proof=Proof(file, "a.pdf"), by=own).taken_on is None


# --- not applicable, open again --------------------------------------------------------------------------------


def test_not_applicable_needs_a_reason_and_is_never_due(project, own):
    node = milestones.set_plan(node=node_of(project, "HP"), span=parse("2021年8月"), by=own)
    assert refused(milestones.mark_not_applicable, node=node, by=own, reason=" ") == "标记不适用须写明原因。"

    milestones.mark_not_applicable(node=node, by=own, reason="登记表备案")

    assert list(Milestone.objects.overdue(on=date(2021, 9, 27)).values_list("code", flat=True)) == ["KG"]
    assert "请先重新打开" in refused(milestones.complete, node=node, actual=None, by=own)


def test_start_and_finish_apply_to_every_project(project, own):
    assert "不能标记为不适用" in refused(milestones.mark_not_applicable, node=node_of(project), by=own, reason="无")


def test_the_bureau_opens_a_node_again_with_a_reason(project, own, staff):
    milestones.complete(node=node_of(project), actual=parse("2021-09-20"), by=own)
    node = node_of(project)
    assert "市局投资科" in refused(milestones.reopen, node=node, by=own, reason="误登")
    assert refused(milestones.reopen, node=node, by=staff, reason="") == "请写明重新打开的原因。"

    node = milestones.reopen(node=node, by=staff, reason="平场不算开工")

    project.refresh_from_db()
    assert (node.state, node.actual, project.actual_start) == (MilestoneState.OPEN, None, None)
    assert Project.objects.get(pk=project.pk).light == Light.RED


def test_what_the_stage_says_is_done_opens_with_the_stage(staff):
    project = dated(stage=Stage.BUILDING)

    assert "请先登记阶段退回" in refused(milestones.reopen, node=node_of(project), by=staff, reason="误")


# --- template, phases ------------------------------------------------------------------------------------------


def test_the_short_template_adds_what_lacks_without_dates(project):
    codes = list(project.milestones.values_list("code", flat=True))

    assert codes == ["BA", "GD", "HP", "SG", "KG", "TC"]
    assert project.milestones.exclude(code="KG").filter(original_to=None, current_to=None).count() == 5


def test_the_full_template_leaves_one_late_node(staff):
    project = dated(planned_start_from=date(2021, 7, 21), planned_start_to=date(2021, 7, 21))

    added = milestones.apply_template(project=project, by=staff, full=True)

    assert (added, project.milestones.count()) == (26, 27)
    assert [node.code for node in Milestone.objects.overdue(on=date(2021, 9, 27))] == ["KG"]
    assert milestones.apply_template(project=project, by=staff, full=True) == 0


def test_the_template_tells_nothing_about_a_project(staff):
    project = ProjectFactory(unit="P01", unverified=True, stage=Stage.BUILDING)

    milestones.apply_template(project=project, by=staff, full=False)

    project.refresh_from_db()
    assert (project.unverified, project.last_update_on) == (True, None)
    assert node_of(project, "SG").by_stage is True
    assert node_of(project, "TC").state == MilestoneState.OPEN


def test_a_second_phase_has_its_own_dates_and_is_no_fact_of_the_project(project, own):
    second = milestones.add_phase(node=node_of(project), phase="二期", by=own, span=parse("2022年6月"))

    project.refresh_from_db()
    assert (second.title, str(second.original), str(project.planned_start)) == ("二期开工", "2022年6月", "2021年3月")
    assert refused(milestones.add_phase, node=node_of(project), phase="二期", by=own) == "该期次已有这个节点。"
    milestones.complete(node=second, actual=parse("2021-09-01"), by=own, move_stage=True)
    assert Project.objects.get(pk=project.pk).stage == Stage.PREPARING


# --- locking ---------------------------------------------------------------------------------------------------


def test_the_lock_takes_every_plan_of_the_year_once_and_the_lead_undoes_it(staff, lead, own):
    here, there = ProjectFactory(unit="P01"), ProjectFactory(unit="P02", year_type=YearType.RESERVE)
    assert "市局" in refused(locking.lock, year=2021, by=own)

    assert locking.lock(year=2021, by=staff, unit=here.unit) == 1
    assert locking.lock(year=2021, by=staff) == 1

    assert refused(locking.lock, year=2021, by=staff) == "没有未锁定的年度计划。"
    assert "业务负责人" in refused(locking.unlock, year=2021, by=staff, reason="误")
    assert refused(locking.unlock, year=2021, by=lead, reason="") == "解除锁定须写明原因。"
    assert locking.unlock(year=2021, by=lead, reason="补报", unit=there.unit) == 1
    plan = there.plans.get()
    assert (plan.locked_on, plan.history.first().history_change_reason) == (None, "解除锁定：补报")
    assert here.plans.get().locked_on == date(2021, 9, 27)


def test_the_states_of_all_units_take_two_queries(staff, django_assert_num_queries):
    for unit in ("P01", "P01", "P02", None):
        ProjectFactory(unit=unit)
    locking.lock(year=2021, by=staff, unit=Project.objects.first().unit)

    with django_assert_num_queries(2):
        found = locking.states(year=2021, by=staff)

    assert [(str(one.unit), one.plans, one.locked) for one in found] == [
        ("五通桥基地", 2, 2), ("犍为基地", 1, 0), ("None", 1, 0),
    ]  # fmt: skip


def test_lights_stay_fresh_through_every_act(project, own, staff):
    milestones.set_plan(node=node_of(project, "HP"), span=parse("2021年8月"), by=own)
    milestones.complete(node=node_of(project), actual=parse("2021-09-20"), by=own)
    assert Project.objects.get(pk=project.pk).light == Light.YELLOW
    milestones.mark_not_applicable(node=node_of(project, "HP"), by=own, reason="登记表")

    assert Project.objects.get(pk=project.pk).light == Light.GREEN
    assert lights.refresh(Project.objects.all(), on=date(2021, 9, 27)) == 0
