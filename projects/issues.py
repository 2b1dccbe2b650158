"""What people do with 要素保障问题: put forward, hand over, work on, apply for 销号, close (domain.md §3.6, §9.7).

待交办 → 办理中 → 待销号 → 已销号 and no other way; back to 办理中 when the bureau returns the application or opens a
closed issue again. Every act but a step is made on the version that was read.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F

from portal import audit as site_audit
from portal import calendar, clock
from portal.calendar import WorkCalendar
from portal.choices import AuditAction, Role
from portal.models import User
from projects import audit
from projects.choices import IssueLevel, IssueSource, IssueState
from projects.milestones import MOST_FILES, Proof
from projects.models import Issue, IssueFile, IssueStep, Project
from projects.permissions import may_change

DUE_DAYS = 10  # working days from the day it is handed over
DUE_WITHIN = timedelta(days=366)  # a day further off is a slip of the year
LEVELS = [IssueLevel.PARK, IssueLevel.COUNTY, IssueLevel.CITY]
PARK_SOURCES = (IssueSource.ENTERPRISE, IssueSource.PARK)
PARK_LEVELS = (IssueLevel.PARK, IssueLevel.COUNTY)
NO_RIGHT = "您没有办理此项目要素保障问题的权限。"
NOT_BUREAU = "交办、销号、退回、提级和重新打开由市局投资科办理。"
NEED_PROOF = "申请销号须上传佐证（现场照片或PDF）。"


def default_due(on: date, days: WorkCalendar | None = None) -> date:
    """办结时限 unless another is given: ten working days from the day."""
    return (days or calendar.current()).add(on, DUE_DAYS)


# --- who, on which version, in which state -----------------------------------------------------------------------


def hold(issue: Issue, *, version: int, by: User, states: Iterable[str], bureau: bool = False) -> Issue:
    """Take the issue for one act, its version grown by one. Raises PermissionDenied or ValidationError."""
    refuse(issue.project, by, bureau=bureau)
    mine = Issue.objects.filter(pk=issue.pk, version=version).update(version=F("version") + 1)
    found = Issue.objects.select_related("project").get(pk=issue.pk)
    if not mine:
        raise stale(found)
    if found.state not in states:
        raise ValidationError(f"这个问题现在是“{found.get_state_display()}”，不能这样办理。")
    return found


def refuse(project: Project, by: User, *, bureau: bool = False) -> None:
    """Only the bureau and who acts for the project's unit; some acts are the bureau's alone."""
    if not may_change(by, project) or Project.objects.get(pk=project.pk).deleted_no:
        raise PermissionDenied(NO_RIGHT)
    if bureau and by.role != Role.STAFF:
        raise PermissionDenied(NOT_BUREAU)


def stale(found: Issue) -> ValidationError:
    last = found.history.select_related("history_user").first()
    who = last.history_user if last and last.history_user else "另一位用户"
    when = last.history_date.astimezone(clock.SHANGHAI) if last else clock.now()
    return ValidationError(f"{who}已于{when:%-H:%M}办理了这个问题，您的办理没有生效，请核对后再办理。", code="stale")


def settle(issue: Issue, action: AuditAction, *, by: User, reason: str, **detail: Any) -> Issue:
    """Save with history and the record of who did what."""
    audit.save(issue, by=by, reason=reason)
    site_audit.log(action, by=by, obj=issue, project=issue.project.name, **detail)
    return issue


def said(text: str, field: str, sentence: str) -> str:
    """The words of the person, refused with the sentence when there are none."""
    if not text.strip():
        raise ValidationError({field: sentence})
    return text.strip()


# --- putting forward and handing over ----------------------------------------------------------------------------


@transaction.atomic
def put_forward(
    *, project: Project, category: str, source: str, words: str, by: User, level: str = IssueLevel.PARK
) -> Issue:
    """提出问题: a unit for its own projects, the bureau for all. A unit asks for no more than the county's help, and
    names no meeting or leader as the source."""
    refuse(project, by)
    if by.role != Role.STAFF and source not in PARK_SOURCES:
        raise ValidationError({"source": "会议议定、批示登记由市局填写。"})
    if by.role != Role.STAFF and level not in PARK_LEVELS:
        raise ValidationError({"level": "需要市级协调的，由市局研究后提级。"})
    words = said(words, "words", "请写明是什么问题。")
    issue = Issue(
        project=project, category=category, source=source, level=level, words=words, by=by, is_demo=project.is_demo
    )
    issue.raised_on = clock.today()
    return settle(issue, AuditAction.ISSUE_RAISE, by=by, reason="提出问题", category=category)


@transaction.atomic
def hand_over(
    *,
    issue: Issue,
    version: int,
    by: User,
    lead_unit: str,
    assist_units: str = "",
    level: str = "",
    due_on: date | None = None,
    reason: str = "",
) -> Issue:
    """交办 to a unit with a day, ten working days from today unless said. What is handed over already may be handed
    to another unit or until another day, with a reason."""
    issue = hold(issue, version=version, by=by, states=(IssueState.NEW, IssueState.WORKING), bureau=True)
    lead_unit = said(lead_unit, "lead_unit", "请写明牵头单位。")
    again = issue.state == IssueState.WORKING
    if again:
        reason = said(reason, "reason", "已交办的问题改派、改期须写明原因。")
    issue.lead_unit, issue.assist_units = lead_unit, assist_units.strip()
    issue.level = level or issue.level
    issue.due_on = right_due(due_on, before=issue.due_on)
    issue.handed_on = issue.handed_on or clock.today()
    issue.state = IssueState.WORKING
    told = f"调整交办：{reason}" if again else f"交办{lead_unit}"
    return settle(issue, AuditAction.ISSUE_HAND, by=by, reason=told, unit=lead_unit, due=str(issue.due_on))


def right_due(due_on: date | None, *, before: date | None) -> date:
    """The day, a working day within a year from today; one that stands already may stay."""
    days, today = calendar.current(), clock.today()
    if due_on is None:
        return default_due(today, days)
    if due_on == before:
        return due_on
    if due_on < today:
        raise ValidationError({"due_on": "办结时限不能早于今天。"})
    if due_on > today + DUE_WITHIN:
        raise ValidationError({"due_on": "办结时限在一年以后，请核对年份。"})
    if not days.is_workday(due_on):
        next_day = days.roll_forward(due_on)
        raise ValidationError({"due_on": f"这一天不是工作日，可改为{next_day.month}月{next_day.day}日。"})
    return due_on


@transaction.atomic
def escalate(*, issue: Issue, version: int, by: User, level: str, reason: str) -> Issue:
    """提级: to the county or the city, with a reason. It never goes down by this."""
    open_states = (IssueState.NEW, IssueState.WORKING)
    issue = hold(issue, version=version, by=by, states=open_states, bureau=True)
    reason = said(reason, "reason", "提级须写明原因。")
    if level not in LEVELS or LEVELS.index(IssueLevel(level)) <= LEVELS.index(IssueLevel(issue.level)):
        raise ValidationError({"level": f"现在是{issue.get_level_display()}协调，请选择更高的层级。"})
    issue.level = level
    told = f"提级到{issue.get_level_display()}：{reason}"
    return settle(issue, AuditAction.ISSUE_ESCALATE, by=by, reason=told, level=level)


# --- working on it -----------------------------------------------------------------------------------------------


@transaction.atomic
def add_step(*, issue: Issue, by: User, words: str, on: date | None = None) -> IssueStep:
    """Say what was done on a day. Two people at once both keep their words."""
    refuse(issue.project, by)
    found = Issue.objects.select_for_update().get(pk=issue.pk)
    if found.state == IssueState.CLOSED:
        raise ValidationError("这个问题已销号，不能再补办理情况。")
    if on and on > clock.today():
        raise ValidationError({"on": "日期不能晚于今天。"})
    step = IssueStep(issue=found, on=on or clock.today(), words=said(words, "words", "请写明办理情况。"), by=by)
    step.full_clean()
    step.save()
    return step


@transaction.atomic
def attach(*, issue: Issue, proof: Proof, by: User) -> IssueFile:
    """Put a file to the issue that proves it is solved; the same file is there once."""
    refuse(issue.project, by)
    found = Issue.objects.select_for_update().get(pk=issue.pk)
    if found.state not in (IssueState.WORKING, IssueState.SOLVED):
        raise ValidationError({"file": f"这个问题现在是“{found.get_state_display()}”，不能上传佐证。"})
    known = list(found.files.all())
    if same := next((one for one in known if one.file_id == proof.file.pk), None):
        return same
    if len(known) >= MOST_FILES:
        raise ValidationError({"file": f"每个问题最多上传{MOST_FILES}个文件。"})
    made = IssueFile(issue=found, file=proof.file, name=proof.name, by=by)
    made.full_clean()
    made.save()
    return made


@transaction.atomic
def apply_to_close(*, issue: Issue, version: int, by: User, result: str, proof: Proof | None = None) -> Issue:
    """申请销号 with the result; without a file that proves it nobody may apply."""
    issue = hold(issue, version=version, by=by, states=(IssueState.WORKING,))
    result = said(result, "result", "请写明办理结果。")
    if proof:
        attach(issue=issue, proof=proof, by=by)
    if not issue.files.exists():
        raise ValidationError({"file": NEED_PROOF})
    issue.state, issue.result = IssueState.SOLVED, result
    return settle(issue, AuditAction.ISSUE_APPLY, by=by, reason=f"申请销号：{result}")


# --- closing -----------------------------------------------------------------------------------------------------


@transaction.atomic
def close(*, issue: Issue, version: int, by: User) -> Issue:
    """销号."""
    issue = hold(issue, version=version, by=by, states=(IssueState.SOLVED,), bureau=True)
    issue.state, issue.closed_on = IssueState.CLOSED, clock.today()
    return settle(issue, AuditAction.ISSUE_CLOSE, by=by, reason="销号")


@transaction.atomic
def give_back(*, issue: Issue, version: int, by: User, reason: str) -> Issue:
    """退回 the application: 办理中 again, with the reason the unit reads. What was applied with stays."""
    issue = hold(issue, version=version, by=by, states=(IssueState.SOLVED,), bureau=True)
    reason = said(reason, "reason", "退回须写明原因。")
    issue.state = IssueState.WORKING
    return settle(issue, AuditAction.ISSUE_RETURN, by=by, reason=f"退回：{reason}")


@transaction.atomic
def reopen(*, issue: Issue, version: int, by: User, reason: str) -> Issue:
    """Open an issue again that was closed: 办理中, with the day it had."""
    issue = hold(issue, version=version, by=by, states=(IssueState.CLOSED,), bureau=True)
    reason = said(reason, "reason", "重新打开须写明原因。")
    issue.state, issue.closed_on = IssueState.WORKING, None
    return settle(issue, AuditAction.ISSUE_REOPEN, by=by, reason=f"重新打开：{reason}")
