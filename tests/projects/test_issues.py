"""要素保障问题: 待交办 → 办理中 → 待销号 → 已销号, who may do what, and what is kept of it."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal import files
from portal.models import AuditEntry
from projects import issues
from projects.choices import IssueState
from projects.milestones import Proof
from projects.models import Issue, IssueFile
from tests.factories import ProjectFactory, park_manager
from tests.factories import staff as staff_person
from tests.projects.test_conflicts import at_once
from tests.projects.test_milestones import refused

pytestmark = pytest.mark.django_db
DUE = date(2021, 10, 15)  # ten working days after 2021-09-27: the holiday is off, 10-09 is worked


@pytest.fixture
def own():
    return park_manager("P01", name="王某")


@pytest.fixture
def project():
    return ProjectFactory(unit="P01")


def paper(text=b"a"):
    received = files.receive([b"%PDF-1.4\n" + text + b"\n%%EOF"], name="供地批复.pdf")
    return Proof(received.file, received.name)


def put(project, by, **more):
    facts = {"category": "land", "source": "park", "words": "42亩征拆未完成"}
    return issues.put_forward(project=project, by=by, **{**facts, **more})


def handed(issue, by, **more):
    return issues.hand_over(issue=issue, version=issue.version, by=by, lead_unit="自然资源局", **more)


def solved(issue, by):
    return issues.apply_to_close(issue=issue, version=issue.version, by=by, result="已交地", proof=paper())


@pytest.mark.db
def test_the_whole_way(project, own, staff):
    issue = put(project, own)
    assert (issue.state, issue.number, issue.raised_on) == ("new", f"YS2021-{issue.pk:04d}", date(2021, 9, 27))

    issue = handed(issue, staff, assist_units="征收中心", level="city")
    assert (issue.state, issue.due_on, issue.level) == ("working", DUE, "city")

    issues.add_step(issue=issue, by=own, words="已签38户")
    issue = issues.close(issue=(done := solved(issue, own)), version=done.version, by=staff)

    assert (issue.state, issue.result, issue.closed_on) == ("closed", "已交地", date(2021, 9, 27))
    assert [row.history_change_reason for row in issue.history.order_by("history_id")] == [
        "提出问题", "交办自然资源局", "申请销号：已交地", "销号",
    ]  # fmt: skip
    acts = AuditEntry.objects.filter(action__startswith="issue.").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["issue.raise", "issue.hand", "issue.apply", "issue.close"]


def test_no_state_is_skipped(project, own, staff):
    issue = put(project, own)

    told = "这个问题现在是“待交办”，不能这样办理。"
    assert refused(issues.apply_to_close, issue=issue, version=1, by=own, result="好", proof=paper()) == told
    assert refused(issues.close, issue=issue, version=1, by=staff) == told
    assert refused(issues.give_back, issue=issue, version=1, by=staff, reason="x") == told
    assert refused(issues.reopen, issue=issue, version=1, by=staff, reason="x") == told
    issue.refresh_from_db()
    assert (issue.state, issue.version) == ("new", 1)


def test_nobody_applies_without_result_and_proof(project, own, staff):
    issue = handed(put(project, own), staff)
    act = {"issue": issue, "version": issue.version, "by": own}

    assert refused(issues.apply_to_close, **act, result=" ", proof=paper()) == "请写明办理结果。"
    assert refused(issues.apply_to_close, **act, result="已交地") == issues.NEED_PROOF
    issues.attach(issue=issue, proof=paper(), by=own)
    assert issues.apply_to_close(**act, result="已交地").state == IssueState.SOLVED


def test_what_is_returned_or_opened_again_goes_on_with_a_reason(project, own, staff):
    issue = solved(handed(put(project, own), staff), own)
    assert refused(issues.give_back, issue=issue, version=issue.version, by=staff, reason="") == "退回须写明原因。"

    issue = issues.give_back(issue=issue, version=issue.version, by=staff, reason="缺交地单")
    assert (issue.state, issue.history.first().history_change_reason) == ("working", "退回：缺交地单")

    issue = issues.close(issue=(done := solved(issue, own)), version=done.version, by=staff)
    issue = issues.reopen(issue=issue, version=issue.version, by=staff, reason="又停工")
    assert (issue.state, issue.closed_on, issue.due_on) == ("working", None, DUE)


def test_the_due_day_is_a_working_day_from_today_on(project, own, staff):
    issue = put(project, own)

    assert refused(handed, issue, staff, due_on=date(2021, 9, 24)) == "办结时限不能早于今天。"
    assert refused(handed, issue, staff, due_on=date(2031, 9, 30)) == "办结时限在一年以后，请核对年份。"
    assert refused(handed, issue, staff, due_on=date(2021, 10, 3)) == "这一天不是工作日，可改为10月8日。"
    assert handed(issue, staff, due_on=date(2021, 10, 9)).due_on == date(2021, 10, 9)


def test_what_is_handed_over_moves_only_with_a_reason(project, own, staff):
    issue = handed(put(project, own), staff)

    assert refused(handed, issue, staff) == "已交办的问题改派、改期须写明原因。"
    assert handed(issue, staff, due_on=date(2021, 10, 29), reason="报批延后").due_on == date(2021, 10, 29)


def test_the_level_only_rises_and_says_why(project, own, staff):
    issue = put(project, own, level="county")
    act = {"issue": issue, "version": issue.version, "by": staff}

    assert refused(issues.escalate, **act, level="park", reason="x") == "现在是县（市、区）协调，请选择更高的层级。"
    assert refused(issues.escalate, **act, level="city", reason="") == "提级须写明原因。"
    issue = issues.escalate(**act, level="city", reason="需调指标")
    assert (issue.level, issue.history.first().history_change_reason) == ("city", "提级到市级：需调指标")


def test_a_park_names_no_leader_and_calls_no_city(project, own):
    assert refused(put, project, own, source="leader") == "会议议定、批示登记由市局填写。"
    assert refused(put, project, own, level="city") == "需要市级协调的，由市局研究后提级。"


def test_the_bureaus_acts_are_the_bureaus_alone(project, own, staff):
    issue = put(project, own)
    with pytest.raises(PermissionDenied):
        handed(issue, own)
    with pytest.raises(PermissionDenied):
        issues.escalate(issue=issue, version=1, by=own, level="city", reason="x")
    done = solved(handed(issue, staff), own)
    for act in (issues.close, issues.give_back, issues.reopen):
        more = {} if act is issues.close else {"reason": "x"}
        with pytest.raises(PermissionDenied):
            act(issue=done, version=done.version, by=own, **more)


def test_another_park_neither_acts_nor_sees(project, own, staff, leader):
    issue = handed(put(project, own), staff)
    file = issues.attach(issue=issue, proof=paper(), by=own)
    other = park_manager("P02")

    for person in (other, leader):
        for act in (
            lambda by: put(project, by),
            lambda by: issues.add_step(issue=issue, by=by, words="x"),
            lambda by: issues.attach(issue=issue, proof=paper(b"b"), by=by),
            lambda by: solved(issue, by),
        ):
            with pytest.raises(PermissionDenied):
                act(person)
    assert not Issue.objects.visible_to(other).exists()
    assert not IssueFile.objects.visible_to(other).exists()
    assert list(IssueFile.objects.visible_to(own)) == [file]


def test_who_comes_second_is_told_who_was_first(project, own, staff):
    issue = put(project, own)
    handed(issue, staff)

    with pytest.raises(ValidationError, match=f"{staff}已于.*办理了这个问题，您的办理没有生效"):
        issues.escalate(issue=issue, version=issue.version, by=staff, level="city", reason="x")


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_two_who_hand_over_at_once_are_one():
    own, project, bureau = park_manager("P01"), ProjectFactory(unit="P01"), staff_person()
    issue = put(project, own)

    outcomes = at_once(*[lambda unit=unit: handed_to(issue, bureau, unit) for unit in ("甲局", "乙局")])

    assert sum(isinstance(one, ValidationError) for one in outcomes) == 1
    assert Issue.objects.get(pk=issue.pk).history.count() == 2


def handed_to(issue, by, unit):
    return issues.hand_over(issue=issue, version=issue.version, by=by, lead_unit=unit)


def test_a_file_is_there_once_and_a_closed_issue_takes_none(project, own, staff):
    issue = handed(put(project, own), staff)
    first = issues.attach(issue=issue, proof=paper(), by=own)
    assert issues.attach(issue=issue, proof=paper(), by=own) == first

    done = issues.apply_to_close(issue=issue, version=issue.version, by=own, result="好")
    issues.close(issue=done, version=done.version, by=staff)
    assert refused(issues.attach, issue=issue, proof=paper(b"b"), by=own) == "这个问题现在是“已销号”，不能上传佐证。"
    assert refused(issues.add_step, issue=issue, by=own, words="x") == "这个问题已销号，不能再补办理情况。"
