"""Requests for change (调整申请): a park asks, the bureau agrees or returns; nobody decides the own request.

A value travels as the text people read: a span in its written form, an amount in 万元, 停缓建 by its code.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import clock, spans
from portal.choices import Role
from portal.models import User
from projects import lifecycle, milestones, nodes, planning, words
from projects.choices import Hold, RequestState
from projects.models import ChangeRequest, Milestone, Project
from projects.permissions import Right, may_change, right, right_to_plan

NODE_PLAN = "current"
ANNUAL = "annual_plan"  # of the year in which the request is made
FIELDS = ("planned_start", "planned_finish", "total_investment", ANNUAL, "hold", NODE_PLAN)
AMOUNTS = ("total_investment", ANNUAL)
SPANS = ("planned_start", "planned_finish", NODE_PLAN)
LABEL = 200  # as long as a reason in history may be


def target_of(node: Milestone) -> tuple[str, Milestone | None]:
    """Field and node that a request about this node's plan speaks of: 开工 and 竣工投产 are fields of the project."""
    return (str(nodes.KEY_NODES[node.code][2]), None) if nodes.is_fact(node) else (NODE_PLAN, node)


def label(field: str, node: Milestone | None) -> str:
    return f"{node.title}计划时间" if node else words.label(field)


def present(project: Project, field: str, node: Milestone | None, *, year: int | None = None) -> Any:
    """The value as it stands; the annual plan is that of `year`, this one unless said."""
    if field == ANNUAL:
        plan = project.plans.filter(year=year or clock.today().year).first()
        return plan.annual_plan if plan else None
    return node.current if node else getattr(project, field)


def as_text(value: Any) -> str:
    return "" if value is None else f"{value:.2f}" if isinstance(value, Decimal) else str(value)


def as_value(field: str, text: str) -> Any:
    """What `as_text` wrote, as the field wants it."""
    if field == "hold":
        return Hold(text)
    if not text:
        return None
    return spans.parse(text) if field in SPANS else Decimal(text)


@dataclass(frozen=True)
class Told:
    """A request in the words of the pages."""

    request: ChangeRequest
    label: str
    old: str
    new: str


def told(request: ChangeRequest) -> Told:
    what = label(request.field, request.milestone)
    return Told(request, what, shown(request.field, request.old), shown(request.field, request.new))


def about(project: Project) -> list[ChangeRequest]:
    """The requests on a project, newest first, with what the pages say of them. One query."""
    return list(project.requests.select_related("by", "decided_by", "milestone"))


def shown(field: str, text: str) -> str:
    """The stored text as people read it: 停缓建 by its word, an amount with separators."""
    value = as_value(field, text)
    return words.shown(field, value) if field in ("hold", *AMOUNTS) else text or "待定"


# --- asking ----------------------------------------------------------------------------------------------------


@transaction.atomic
def ask(
    *, project: Project, field: str, value: Any, reason: str, said: str, by: User, node: Milestone | None = None
) -> ChangeRequest:
    """Ask the bureau for a change, with a reason category and words. One open request for one thing."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    if node:
        node = Milestone.objects.get(pk=node.pk, project=project)
    refuse_asking(project, field, node, by)
    if not said.strip():
        raise ValidationError({"said": "请说明为什么要调整。"})
    if value is None:
        raise ValidationError({"value": "请填写申请调整为什么。"})
    old = present(project, field, node)
    if old == value:
        raise ValidationError({"value": "申请值与现值相同。"})
    request = ChangeRequest(
        project=project,
        milestone=node,
        field=field,
        old=as_text(old),
        new=as_text(value),
        reason=reason,
        words=said.strip(),
        by=by,
    )
    request.full_clean(exclude=["new"] if field == "hold" else None)  # back to normal is an empty code
    request.save()
    return request


def refuse_asking(project: Project, field: str, node: Milestone | None, by: User) -> None:
    """Raise PermissionDenied unless the person may only ask for this."""
    if by.role != Role.PARK or not may_change(by, project) or project.deleted_no:
        raise PermissionDenied("您没有为此项目提出申请的权限。")
    given = right_to_plan(by, node) if node else right(by, field, project=project)
    if field not in FIELDS or (field == NODE_PLAN) != bool(node) or given is not Right.ASK:
        raise PermissionDenied("这项内容不需要申请，或不能申请调整。")


# --- deciding --------------------------------------------------------------------------------------------------


def claim(request: ChangeRequest, *, by: User, state: str, answer: str) -> ChangeRequest:
    """Decide once: the first decision wins, the second is told who was first. Nobody decides the own request."""
    if by.role != Role.STAFF:
        raise PermissionDenied("调整申请由市局投资科办理。")
    if request.by_id == by.pk:
        raise PermissionDenied("不能办理自己提出的申请。")
    mine = ChangeRequest.objects.filter(pk=request.pk, state=RequestState.ASKED).update(
        state=state, decided_by=by, decided_at=clock.now(), answer=answer.strip()
    )
    now = ChangeRequest.objects.select_related("decided_by", "by", "milestone").get(pk=request.pk)
    if not mine:
        at = (now.decided_at or clock.now()).astimezone(clock.SHANGHAI)
        raise ValidationError(
            f"{now.decided_by}已于{at:%-m月%-d日%-H:%M}办理此申请（{now.get_state_display()}），您的办理没有生效。"
        )
    return now


@transaction.atomic
def agree(*, request: ChangeRequest, by: User, answer: str = "") -> ChangeRequest:
    """Agree and make the change in the bureau's name; 原计划 stands. Nothing is written if the value moved since."""
    request = claim(request, by=by, state=RequestState.AGREED, answer=answer)
    project = Project.objects.select_for_update().get(pk=request.project_id)
    if project.deleted_no:
        raise ValidationError("项目已在回收站中，请先恢复。")
    year = request.at.astimezone(clock.SHANGHAI).year
    if as_text(present(project, request.field, request.milestone, year=year)) != request.old:
        raise ValidationError("申请提出后这项内容已被修改，请退回，由园区按现值重新申请。")
    apply(request, project, by=by, year=year)
    return request


def apply(request: ChangeRequest, project: Project, *, by: User, year: int) -> None:
    """Write the agreed value through the rule that owns it; an annual plan is that of `year`."""
    value = as_value(request.field, request.new)
    reason = f"同意{request.by}的申请（{request.get_reason_display()}）：{request.words}"[:LABEL]
    if request.milestone:
        milestones.set_plan(node=request.milestone, span=value, by=by, reason=reason)
    elif request.field == "hold":
        lifecycle.set_hold(project=project, to=value, version=project.version, by=by, reason=reason)
    elif request.field == ANNUAL:
        planning.set_amount(project=project, year=year, to=value, by=by, reason=reason)
    else:
        lifecycle.edit(project=project, version=project.version, by=by, facts={request.field: value}, reason=reason)


@transaction.atomic
def give_back(*, request: ChangeRequest, by: User, answer: str) -> ChangeRequest:
    """Return the request with the reason the park will read."""
    if not answer.strip():
        raise ValidationError({"answer": "退回须写明原因。"})
    return claim(request, by=by, state=RequestState.RETURNED, answer=answer)
