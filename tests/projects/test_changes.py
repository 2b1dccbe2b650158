"""调整申请: a park asks, the bureau decides once; nothing moves before that, by whatever way."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal.choices import Role
from portal.spans import parse
from projects import changes, lifecycle, locking, milestones, nodes
from projects.choices import Hold, RequestState
from projects.importing import batches
from projects.models import ChangeRequest, Milestone, Project
from tests.factories import ProjectFactory, park_manager
from tests.projects.importing import workbooks
from tests.projects.test_conflicts import at_once
from tests.projects.test_milestones import refused

pytestmark = pytest.mark.django_db
DATES = {"planned_start_from": date(2021, 7, 21), "planned_start_to": date(2021, 7, 21)}


@pytest.fixture
def own():
    return park_manager("P01", name="王某")


@pytest.fixture
def project():
    made = ProjectFactory(unit="P01", **DATES)
    nodes.follow([made], by=None)
    return made


def ask(project, own, field="planned_start", value=None, **more):
    value = parse("2021年12月") if value is None else value
    return changes.ask(project=project, field=field, value=value, reason="land", said="42亩征拆未完成", by=own, **more)


# --- asking ----------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_asking_changes_nothing_but_keeps_old_new_and_why(project, own):
    request = ask(project, own)

    project.refresh_from_db()
    assert (request.old, request.new, request.reason, request.words) == (
        "2021-07-21", "2021年12月", "land", "42亩征拆未完成",
    )  # fmt: skip
    assert (str(project.planned_start), project.version) == ("2021-07-21", 1)


@pytest.mark.db
def test_one_open_request_for_one_thing(project, own):
    ask(project, own)

    assert refused(ask, project, own, value=parse("2022年")) == "这项内容已有待办理的申请，请等市局答复。"
    ask(project, own, field="total_investment", value=Decimal("12000.00"))
    assert ChangeRequest.objects.count() == 2


def test_what_makes_no_sense_is_not_asked(project, own):
    assert refused(ask, project, own, value=parse("2021-07-21")) == "申请值与现值相同。"
    act = {"project": project, "field": "planned_start", "reason": "land", "by": own}
    assert refused(changes.ask, **act, value=None, said="因") == "请填写申请调整为什么。"
    assert refused(changes.ask, **act, value=parse("2022年"), said=" ") == "请说明为什么要调整。"


@pytest.mark.parametrize("field", ["year_type", "unit", "stage", "name", "current", "locked_on"])
def test_only_what_may_be_asked_for_is_asked_for(project, own, field):
    with pytest.raises(PermissionDenied):
        changes.ask(project=project, field=field, value="x", reason="land", said="因", by=own)


def test_only_the_own_park_asks(project, staff, leader):
    for person in (staff, leader, park_manager("P02")):
        with pytest.raises(PermissionDenied):
            ask(project, person)


def test_a_first_date_is_given_not_asked_for_until_the_lock(own, staff):
    bare = ProjectFactory(unit="P01")
    with pytest.raises(PermissionDenied):
        ask(bare, own)
    locking.lock(year=2021, by=staff)

    assert ask(bare, own).old == ""


# --- deciding --------------------------------------------------------------------------------------------------


@pytest.mark.db
def test_agreeing_moves_the_plan_and_the_original_stands(project, own, staff):
    request = changes.agree(request=ask(project, own), by=staff, answer="请抓紧")

    project.refresh_from_db()
    node = project.milestones.get(code="KG")
    assert (request.state, request.decided_by, request.answer) == (RequestState.AGREED, staff, "请抓紧")
    assert str(project.planned_start) == "2021年12月"
    assert (str(node.original), str(node.current), node.adjusted_times) == ("2021-07-21", "2021年12月", 1)
    newest = project.history.first()
    assert (newest.history_user, newest.history_change_reason) == (staff, "同意王某的申请（用地）：42亩征拆未完成")


@pytest.mark.db
def test_agreeing_carries_out_every_kind_of_request(project, own, staff):
    milestones.apply_template(project=project, by=staff, full=False)
    permit = milestones.set_plan(node=project.milestones.get(code="HP"), span=parse("2021年8月"), by=own)
    asked = [
        ask(project, own, field="total_investment", value=Decimal("12000.00")),
        ask(project, own, field="current", node=permit, value=parse("2021年11月")),
        ask(project, own, field="hold", value=Hold.SUSPENDED),
    ]
    for request in asked:
        changes.agree(request=request, by=staff)

    project.refresh_from_db()
    permit.refresh_from_db()
    assert (project.total_investment, project.hold) == (Decimal("12000.00"), Hold.SUSPENDED)
    assert (str(permit.current), permit.adjusted_times) == ("2021年11月", 1)
    changes.agree(request=ask(project, own, field="hold", value=Hold.NONE), by=staff)
    assert Project.objects.get(pk=project.pk).hold == Hold.NONE


def test_returning_needs_a_reason_the_park_reads(project, own, staff):
    request = ask(project, own)
    assert refused(changes.give_back, request=request, by=staff, answer="") == "退回须写明原因。"

    returned = changes.give_back(request=request, by=staff, answer="请附征拆证明")

    assert (returned.state, returned.answer) == (RequestState.RETURNED, "请附征拆证明")
    assert str(Project.objects.get(pk=project.pk).planned_start) == "2021-07-21"
    assert ask(project, own).state == RequestState.ASKED


def test_only_the_bureau_decides_and_nobody_the_own_request(project, own, leader):
    request = ask(project, own)
    assert "市局投资科" in refused(changes.agree, request=request, by=own)
    assert "市局投资科" in refused(changes.agree, request=request, by=leader)
    own.role = Role.STAFF
    own.save()

    for act, said in ((changes.agree, {}), (changes.give_back, {"answer": "因"})):
        assert refused(act, request=request, by=own, **said) == "不能办理自己提出的申请。"
    assert ChangeRequest.objects.get().state == RequestState.ASKED


@pytest.mark.db
def test_what_moved_since_it_was_asked_for_is_not_overwritten(project, own, staff, lead):
    request = ask(project, own)
    lifecycle.edit(project=project, version=1, by=lead, facts={"planned_start": parse("2021年10月")}, reason="核实")

    assert "已被修改" in refused(changes.agree, request=request, by=staff)

    assert ChangeRequest.objects.get().state == RequestState.ASKED
    assert str(Project.objects.get(pk=project.pk).planned_start) == "2021年10月"


@pytest.mark.db
def test_the_second_decision_is_told_of_the_first(project, own, staff, lead):
    request = ask(project, own)
    changes.give_back(request=request, by=lead, answer="请附材料")

    said = refused(changes.agree, request=request, by=staff)

    assert re.fullmatch(r"业务负责人已于9月27日\d+:\d\d办理此申请（已退回），您的办理没有生效。", said)
    assert str(Project.objects.get(pk=project.pk).planned_start) == "2021-07-21"


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_wins(project, own, staff, lead):
    request = ask(project, own)
    refusals = []

    def decide(act, by, **said):
        try:
            act(request=ChangeRequest.objects.get(pk=request.pk), by=by, **said)
        except ValidationError as refusal:
            refusals.append(refusal.messages[0])

    failures = at_once(lambda: decide(changes.agree, staff), lambda: decide(changes.give_back, lead, answer="请附材料"))

    request.refresh_from_db()
    moved = str(Project.objects.get(pk=project.pk).planned_start) == "2021年12月"
    assert (failures, len(refusals)) == ([], 1)
    assert moved == (request.state == RequestState.AGREED)
    assert request.decided_by.name in refusals[0]


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_of_two_requests_at_once_one_is_kept(project, own):
    refusals = []

    def wish(value):
        try:
            ask(project, own, value=parse(value))
        except ValidationError as refusal:
            refusals.append(refusal.messages[0])

    failures = at_once(lambda: wish("2021年12月"), lambda: wish("2022年"))

    assert (failures, len(refusals), ChangeRequest.objects.count()) == ([], 1, 1)


# --- every way a park might move a date ------------------------------------------------------------------------


def test_an_import_by_a_park_asks_and_moves_nothing(project, own, tmp_path):
    headings = ["项目名称", "所在园区", "总投资", "计划开工时间", "建设地点", "存在问题"]
    row = [project.name, "五通桥基地", 12000, "2021年12月", "竹根镇", "征拆未完成"]
    table = workbooks.table(tmp_path / "表.xlsx", headings, row)

    counts, again = workbooks.load(table, by=own), workbooks.load(table, by=own)

    project.refresh_from_db()
    asked = {one.field: (one.old, one.new) for one in ChangeRequest.objects.all()}
    assert (str(project.planned_start), project.total_investment, project.address) == ("2021-07-21", 10000, "竹根镇")
    assert asked == {"planned_start": ("2021-07-21", "2021年12月"), "total_investment": ("10000.00", "12000.00")}
    assert (counts["requests"], again["requests"]) == (2, 0)
    assert ChangeRequest.objects.first().words == "征拆未完成（表格导入：表.xlsx，“Sheet”第4行）"


def test_a_row_that_only_asks_is_not_lost(project, own, tmp_path):
    table = workbooks.table(tmp_path / "表.xlsx", ["项目名称", "计划开工时间"], [project.name, "2021年12月"])
    batch = workbooks.stage(table, by=own)
    assert not batches.nothing_to_write(batch)

    batches.commit(batch, by=own)

    assert ChangeRequest.objects.get().new == "2021年12月"
    assert Project.objects.get(pk=project.pk).version == 1


def test_an_import_by_a_park_gives_first_dates_until_the_lock(own, staff, tmp_path):
    free, locked = ProjectFactory(name="甲项目", unit="P01"), ProjectFactory(name="乙项目", unit="P01")
    locked.plans.update(locked_on=date(2021, 9, 1))
    rows = [["甲项目", "2021年12月"], ["乙项目", "2021年12月"]]

    workbooks.load(workbooks.table(tmp_path / "表.xlsx", ["项目名称", "计划开工时间"], *rows), by=own)

    free.refresh_from_db()
    locked.refresh_from_db()
    assert (str(free.planned_start), locked.planned_start) == ("2021年12月", None)
    assert ChangeRequest.objects.get().project == locked


@pytest.mark.parametrize("data", [{"span": "2022年"}, {"span": "2022年", "reason": "拖"}])
def test_a_forged_post_moves_no_plan(as_user, project, own, data):
    node = project.milestones.get(code="KG")

    response = as_user(own).post(f"/nodes/{node.pk}/plan/", data)

    assert response.status_code in (403, 422)
    assert str(Milestone.objects.get(pk=node.pk).current) == "2021-07-21"


def test_a_second_tab_moves_no_plan(as_user, project, own, staff):
    milestones.apply_template(project=project, by=staff, full=False)
    node, client = project.milestones.get(code="HP"), as_user(own)
    address = f"/nodes/{node.pk}/plan/"

    answers = [client.post(address, {"span": span, "reason": "拖"}).status_code for span in ("2021年10月", "2022年")]

    assert answers == [302, 403]
    assert str(Milestone.objects.get(pk=node.pk).current) == "2021年10月"


# --- pages -----------------------------------------------------------------------------------------------------


def test_from_asking_to_the_answer(as_user, project, own, staff):
    park, bureau = as_user(own), as_user(staff)
    asked = park.post(
        f"{project.get_absolute_url()}ask/?field=planned_start",
        {"value": "2021年12月底", "reason": "land", "said": "42亩征拆未完成"},
    )
    request = ChangeRequest.objects.get()
    assert (asked.status_code, request.new) == (302, "2021-12-31前")
    assert "待办理" in park.get(project.get_absolute_url()).content.decode()
    assert f"/changes/{request.pk}/" in bureau.get("/changes/").content.decode()
    assert park.get(f"/changes/{request.pk}/").status_code == 403

    empty = bureau.post(f"/changes/{request.pk}/", {"return": "1", "answer": ""})
    done = bureau.post(f"/changes/{request.pk}/", {"agree": "1", "answer": "请抓紧"})
    late = bureau.post(f"/changes/{request.pk}/", {"return": "1", "answer": "不行"})

    assert (empty.status_code, done.status_code, late.status_code) == (422, 302, 422)
    assert "您的办理没有生效" in late.content.decode()
    assert "请抓紧" in park.get("/changes/?state=done").content.decode()
    detail = park.get(project.get_absolute_url()).content.decode()
    assert "已调整1次" in detail
    assert "已同意" in detail


def test_a_park_reads_only_the_requests_on_its_projects(as_user, project, own):
    ask(project, own)

    assert project.name in as_user(own).get("/changes/").content.decode()
    assert project.name not in as_user(park_manager("P02")).get("/changes/").content.decode()


def test_the_edit_form_leads_to_the_request(as_user, project, own):
    html = as_user(own).get(f"{project.get_absolute_url()}edit/").content.decode()

    assert f"{project.get_absolute_url()}ask/?field=planned_start" in html
    assert f"{project.get_absolute_url()}ask/?field=total_investment" in html


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_one_and_many(as_user, staff, own, number, django_assert_num_queries):
    for _ in range(number):
        made = ProjectFactory(unit="P01", **DATES)
        ask(made, own)
    client = as_user(staff)
    client.get("/changes/")

    with django_assert_num_queries(8):
        client.get("/changes/")


def test_locking_by_its_page(as_user, project, staff, lead):
    bureau = as_user(staff)
    bureau.post("/settings/lock/", {"lock": "P01"})
    assert project.plans.get().locked_on == date(2021, 9, 27)
    refusal = bureau.post("/settings/lock/", {"unlock": "P01", "reason": "误"})
    assert refusal.status_code == 403

    as_user(lead).post("/settings/lock/", {"unlock": "", "reason": "补报"})

    assert project.plans.get().locked_on is None
