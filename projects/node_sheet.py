"""The nodes of one project as its page shows them: dates, state, evidence, open request, and what the person may do."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import prefetch_related_objects

from portal.choices import Role
from portal.models import User
from projects import changes, nodes
from projects.choices import MilestoneState
from projects.models import ChangeRequest, Evidence, Milestone, Project
from projects.node_rows import state_words
from projects.permissions import Right, right_to_plan


@dataclass(frozen=True)
class NodeLine:
    """One node. `acts`: URL names of what may be done, with their words; the first is the one people want most."""

    node: Milestone
    state: str
    look: str
    proofs: list[Evidence]
    waiting: ChangeRequest | None = None
    acts: list[tuple[str, str]] = field(default_factory=list)
    may_ask: bool = False

    @property
    def adjusted(self) -> str:
        """调整后计划, where it is another one than 原计划."""
        return str(self.node.current or "待定") if self.node.adjusted_times else ""


def lines(project: Project, requests: list[ChangeRequest], *, user: User, on: date) -> list[NodeLine]:
    """Every node of the project in order. Two queries, and one for the lock where a park looks."""
    if user.role == Role.PARK:
        prefetch_related_objects([project], "plans")
    found = list(project.milestones.all())
    proofs = defaultdict(list)
    for proof in Evidence.objects.filter(milestone__project=project):
        proofs[proof.milestone_id].append(proof)
    waiting = {(one.field, one.milestone_id): one for one in requests if one.is_waiting}
    made = []
    for node in found:
        node.project = project
        what, on_node = changes.target_of(node)
        state, look = state_words(as_row(node), on)
        writes = user.role in (Role.STAFF, Role.PARK)
        ask = user.role == Role.PARK and node.state == MilestoneState.OPEN and may_ask(user, node)
        request = waiting.get((what, on_node.pk if on_node else None))
        acts = acts_of(node, user) if writes else []
        made.append(NodeLine(node, state, look, proofs[node.pk], request, acts, ask and not request))
    return made


def as_row(node: Milestone) -> dict[str, object]:
    """The node as a row of the list of nodes, so that both say the same."""
    project = node.project
    return {
        **{name: getattr(node, name) for name in ("state", "code", "actual_to", "current_to")},
        **{f"project__{name}": getattr(project, name) for name in ("hold", "unverified", "stage")},
    }


def may_ask(user: User, node: Milestone) -> bool:
    return right_to_plan(user, node) is Right.ASK


def acts_of(node: Milestone, user: User) -> list[tuple[str, str]]:
    """What the person may do with the node now."""
    if node.state == MilestoneState.NOT_APPLICABLE:
        return [("node_reopen", "重新打开")] if user.role == Role.STAFF else []
    acts = []
    if node.state == MilestoneState.OPEN:
        acts.append(("node_done", "登记完成"))
        acts.append(("node_forecast", "预计完成"))
    elif not node.actual:
        acts.append(("node_done", "补完成日期"))
    if right_to_plan(user, node) is Right.DIRECT and node.state == MilestoneState.OPEN:
        acts.append(("node_plan", "调整计划" if node.current else "填计划"))
    acts.append(("node_evidence", "上传佐证"))
    if node.state == MilestoneState.OPEN and not nodes.is_fact(node):
        acts.append(("node_skip", "不适用"))
    if node.state == MilestoneState.DONE and user.role == Role.STAFF:
        acts.append(("node_reopen", "重新打开"))
    acts.append(("node_phase", "增加期次"))
    return acts
