"""What people do with nodes (节点): plan, forecast, complete, prove, mark as not applicable, take the template.

开工 and 竣工投产 are the project's own planned and actual dates, so they are changed through `lifecycle` and the node
follows; every other node keeps its dates itself. 原计划 is never overwritten.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import clock
from portal.choices import FileKind, Role
from portal.models import StoredFile, User
from portal.spans import Span
from projects import audit, derived, lifecycle, lights, nodes, proofs
from projects.choices import FINISH_NODE, START_NODE, MilestoneState, Stage
from projects.models import Evidence, Milestone, Project, TemplateNode, TemplateVersion
from projects.permissions import Right, may_change, right_to_plan

STAGE_AFTER = {
    START_NODE: Stage.BUILDING,
    "SC": Stage.TRIAL,
    "YS2": Stage.COMPLETED,
    FINISH_NODE: Stage.COMPLETED,
    "DC": Stage.CAPACITY,
}
MOST_FILES = 20
NO_DAY = "照片里没有拍摄日期，请填写。"
FIRST_PLAN = "首次填报计划时间"
NO_RIGHT = "您没有修改此项目节点的权限。"


@dataclass(frozen=True)
class Proof:
    """A file taken in as evidence: what is kept, the name it came with, the day a photograph was taken."""

    file: StoredFile
    name: str
    taken_on: date | None = None


def hold(node: Milestone, by: User) -> Milestone:
    """Read the node anew with its project, both locked until the act is over. Raises PermissionDenied."""
    project = Project.objects.select_for_update().get(pk=node.project_id)
    if not may_change(by, project) or project.deleted_no:
        raise PermissionDenied(NO_RIGHT)
    found = Milestone.objects.select_for_update().get(pk=node.pk)
    found.project = project
    return found


def settle(node: Milestone, *, by: User, reason: str) -> Milestone:
    """Save a node with history. A person has looked at the project: 进展待核实 ends, 最近更新 and light follow."""
    audit.save(node, by=by, reason=reason)
    project = node.project
    if project.unverified:
        project.unverified = False
        audit.save_version(project, version=project.version, by=by, reason=f"{reason}，不再是进展待核实")
    derived.refresh(project, touched_on=clock.today())
    lights.refresh([project], on=clock.today())
    return node


def change_fact(node: Milestone, which: int, value: Span | None, *, by: User, reason: str) -> Milestone:
    """Change the planned (2) or actual (3) date of the project that the node stands for."""
    project, name = node.project, nodes.KEY_NODES[node.code][which]
    lifecycle.edit(project=project, version=project.version, by=by, facts={str(name): value}, reason=reason)
    node.refresh_from_db()
    return node


# --- dates -----------------------------------------------------------------------------------------------------


@transaction.atomic
def set_plan(*, node: Milestone, span: Span | None, by: User, reason: str = "") -> Milestone:
    """Give or move the plan of a node. A park may give the first date until the annual plan is locked, then it asks;
    the bureau moves plans with a reason."""
    node = hold(node, by)
    refuse_not_applicable(node)
    if right_to_plan(by, node) is not Right.DIRECT:
        raise PermissionDenied("计划时间须经市局同意才能调整，请用“申请调整节点”。")
    if node.current is not None and not reason.strip():
        raise ValidationError({"reason": "调整节点计划须写明原因。"})
    reason = reason.strip() or FIRST_PLAN
    if nodes.is_fact(node):
        return change_fact(node, 2, span, by=by, reason=reason)
    nodes.take_plan(node, span)
    return settle(node, by=by, reason=reason)


@transaction.atomic
def set_forecast(*, node: Milestone, span: Span | None, by: User) -> Milestone:
    """Say when the node is expected to be done (预计完成). It changes no plan and no light."""
    node = hold(node, by)
    if node.state != MilestoneState.OPEN:
        raise ValidationError("节点已完成或不适用，不需要预计完成时间。")
    nodes.put(node, "forecast", span)
    return settle(node, by=by, reason="更新预计完成时间")


# --- done, not applicable, open again ----------------------------------------------------------------------------


def offered_stage(node: Milestone) -> str:
    """The stage that completing the node may move the project to, "" when there is none or it is reached."""
    to = STAGE_AFTER.get(node.code, "")
    return "" if node.phase or not to or nodes.reached(node.project.stage, to) else to


@transaction.atomic
def complete(
    *,
    node: Milestone,
    actual: Span | None,
    by: User,
    move_stage: bool = False,
    reason: str = "",
    proof: Proof | None = None,
) -> Milestone:
    """Mark the node done; without a date it is 完成，日期待补. `move_stage` moves the stage that belongs to it: then it
    is the same act as 登记开工 or 登记竣工投产."""
    node = hold(node, by)
    refuse_not_applicable(node)
    if actual and actual.end > clock.today():
        raise ValidationError({"actual": "实际日期不能晚于今天。"})
    if node.actual and actual is None:
        raise ValidationError({"actual": "已登记过完成日期，只能改为别的日期；登记有误的请由市局重新打开。"})
    if proof:
        attach(node=node, proof=proof, by=by)
    proofs.demand_of_node(node)
    said = reason.strip() or f"登记{node.title}"
    if not (nodes.is_fact(node) and actual):
        node.state, node.by_stage = MilestoneState.DONE, False
        nodes.put(node, "actual", actual)
        settle(node, by=by, reason=said)
    facts: dict[str, Any] = {}
    if nodes.is_fact(node) and actual:
        facts[nodes.KEY_NODES[node.code][3]] = actual
    if move_stage and (to := offered_stage(node)):
        facts["stage"] = to
    if facts:
        lifecycle.edit(project=node.project, version=node.project.version, by=by, facts=facts, reason=said)
        node.refresh_from_db()
    return node


@transaction.atomic
def mark_not_applicable(*, node: Milestone, by: User, reason: str) -> Milestone:
    """Say that the project has no such node; it is in no list of due nodes then."""
    node = hold(node, by)
    if nodes.is_fact(node):
        raise ValidationError("开工、竣工投产不能标记为不适用；项目不再实施的，请登记停缓建或退出。")
    if not reason.strip():
        raise ValidationError({"reason": "标记不适用须写明原因。"})
    node.state, node.na_reason, node.by_stage = MilestoneState.NOT_APPLICABLE, reason.strip(), False
    return settle(node, by=by, reason=f"{node.title}不适用：{reason.strip()}")


@transaction.atomic
def reopen(*, node: Milestone, by: User, reason: str) -> Milestone:
    """Open a node again that was done or not applicable: the bureau, with a reason. What the stage says is done
    opens only when the stage goes back."""
    node = hold(node, by)
    if by.role != Role.STAFF:
        raise PermissionDenied("重新打开节点由市局投资科办理。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明重新打开的原因。"})
    if node.state == MilestoneState.OPEN:
        raise ValidationError("这个节点没有完成，不需要重新打开。")
    needed = nodes.DONE_AT.get(node.code) if not node.phase else None
    if node.state == MilestoneState.DONE and needed and nodes.reached(node.project.stage, needed):
        raise ValidationError(f"项目阶段已是“{node.project.get_stage_display()}”，请先登记阶段退回，节点随之打开。")
    if nodes.is_fact(node) and node.actual:
        change_fact(node, 3, None, by=by, reason=reason)
    node.state, node.by_stage, node.na_reason = MilestoneState.OPEN, False, ""
    nodes.put(node, "actual", None)
    if not node.phase:
        nodes.take_stage(node, node.project.stage)
    return settle(node, by=by, reason=reason.strip())


def refuse_not_applicable(node: Milestone) -> None:
    if node.state == MilestoneState.NOT_APPLICABLE:
        raise ValidationError("这个节点已标记为不适用，请先重新打开。")


# --- evidence --------------------------------------------------------------------------------------------------


@transaction.atomic
def attach(*, node: Milestone, proof: Proof, by: User) -> Evidence:
    """Put a file to a node as evidence. A photograph has the day it was taken; the same file is there once."""
    node = hold(node, by)
    if proof.file.kind == FileKind.PICTURE and proof.taken_on is None:
        raise ValidationError({"taken_on": NO_DAY})
    if proof.taken_on and proof.taken_on > clock.today():
        raise ValidationError({"taken_on": "拍摄日期不能晚于今天。"})
    known = list(node.evidence.all())
    if found := next((one for one in known if one.file_id == proof.file.pk), None):
        return found
    if len(known) >= MOST_FILES:
        raise ValidationError({"file": f"每个节点最多上传{MOST_FILES}个文件。"})
    made = Evidence(milestone=node, by=by, **vars(proof))
    made.full_clean()
    made.save()
    derived.refresh(node.project, touched_on=clock.today())
    return made


@transaction.atomic
def register(
    *,
    project: Project,
    to: str,
    version: int,
    by: User,
    reason: str = "",
    actual: Span | None = None,
    proof: Proof | None = None,
) -> Project:
    """登记开工, 登记竣工投产 or another stage, with the evidence in the same act."""
    if proof and may_change(by, project):
        code = proofs.newly_reached(project, {"stage": to}) or nodes.STAGE_NODES[Stage(to)]
        node = nodes.of_code(project, code)
        attach(node=node if node.pk else audit.save(node, by=by, reason="上传佐证"), proof=proof, by=by)
    return lifecycle.move_stage(project=project, to=to, version=version, by=by, reason=reason, actual=actual)


# --- more nodes ------------------------------------------------------------------------------------------------


@transaction.atomic
def apply_template(*, project: Project, by: User, full: bool) -> int:
    """Add the nodes of the newest template that the project lacks, without dates: six, or all. Returns how many.
    Nobody has said anything about the project by that: 进展待核实 and 最近更新 stay."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    if not may_change(by, project) or project.deleted_no:
        raise PermissionDenied(NO_RIGHT)
    version = TemplateVersion.objects.filter(effective_from__lte=clock.today()).latest("number")
    known = set(project.milestones.filter(phase="").values_list("code", flat=True))
    wanted = version.nodes.exclude(code__in=known)
    added = [node_from(entry, project) for entry in (wanted if full else wanted.filter(in_short=True))]
    reason = f"套用节点模板{version}"
    for node in added:
        nodes.take_stage(node, project.stage)
        audit.save(node, by=by, reason=reason)
    if project.template_id != version.pk:
        project.template = version
        audit.save_version(project, version=project.version, by=by, reason=reason)
    lights.refresh([project], on=clock.today())
    return len(added)


def node_from(entry: TemplateNode, project: Project) -> Milestone:
    return Milestone(project=project, code=entry.code, name=entry.name, order=entry.order, is_key=entry.is_key)


@transaction.atomic
def add_phase(*, node: Milestone, phase: str, by: User, span: Span | None = None) -> Milestone:
    """Add the node once more for another phase (二期), with a plan of its own or none."""
    node = hold(node, by)
    if not phase.strip():
        raise ValidationError({"phase": "请填写期次，如“二期”。"})
    new = Milestone(
        project=node.project, code=node.code, phase=phase.strip(), name=node.name, order=node.order, is_key=node.is_key
    )
    if span and right_to_plan(by, new) is not Right.DIRECT:
        raise PermissionDenied("年度计划已锁定，新增期次的计划时间请用“申请调整节点”。")
    nodes.take_plan(new, span)
    return settle(new, by=by, reason=f"增加{new.title}")
