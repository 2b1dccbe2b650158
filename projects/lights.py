"""Lights (灯): computed from the nodes by a versioned rule; grey is never counted as green.

First dimension: nodes. An open node whose current plan ended 1–30 calendar days ago makes a project yellow, more than
30 days red (domain.md §5.3). 停缓建, 退出, 进展待核实, 储备 and projects without any dated node are 未评价.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from projects.choices import FINISH_NODE, Hold, Light, MilestoneState, Stage, YearType
from projects.models import LightRule, LightSnapshot, Milestone, Project, YearPlan

CHUNK = 2000
STORED = ("light", "light_why", "late_since", "late_node")


@dataclass(frozen=True)
class Verdict:
    """A light and why: the plan that decides, or the reason for 未评价."""

    light: str
    light_why: str
    late_since: date | None = None
    late_node: str = ""


def rule_on(day: date) -> LightRule:
    """The rule in force on that day."""
    return LightRule.objects.filter(effective_from__lte=day).order_by("-effective_from", "-version")[0]


def not_evaluated(project: Project, year_type: str, nodes: list[Milestone]) -> str:
    """The reason for 未评价, or an empty text."""
    if project.hold:
        return Hold(project.hold).label
    if project.unverified:
        return "进展待核实"
    if year_type == YearType.RESERVE:
        return "储备项目，未到评价期"
    dated = any(n.current_to or n.state == MilestoneState.DONE for n in nodes)
    return "" if dated else "没有带日期的节点"


def is_late(node: Milestone, project: Project, on: date) -> bool:
    """Open and planned before `on`; 竣工投产 of a project in 试生产 is counted apart."""
    in_trial = node.code == FINISH_NODE and project.stage == Stage.TRIAL
    due = node.current_to
    return node.state == MilestoneState.OPEN and due is not None and due < on and not in_trial


def evaluate(project: Project, nodes: list[Milestone], *, year_type: str, on: date, rule: LightRule) -> Verdict:
    """Compute the light of a project from its nodes; reads nothing."""
    grey = not_evaluated(project, year_type, nodes)
    if grey:
        return Verdict(Light.GREY, grey)
    late = min((n for n in nodes if is_late(n, project, on)), key=lambda n: (n.current_to, n.order), default=None)
    if late is None or late.current_to is None:
        return Verdict(Light.GREEN, "没有逾期节点")
    red = (on - late.current_to).days > rule.red_over_days
    limit = f"逾期超过{rule.red_over_days}天" if red else f"逾期1至{rule.red_over_days}天"
    why = f"规则V{rule.version}：{limit}为{'红' if red else '黄'}灯"
    return Verdict(Light.RED if red else Light.YELLOW, why, late.current_to, late.title)


def refresh(projects: Iterable[Project], *, on: date) -> int:
    """Store the lights of these projects as of `on`, and a snapshot of each new light; returns how many changed.
    Five queries for any number."""
    projects, rule = list(projects), rule_on(on)
    nodes: dict[int, list[Milestone]] = defaultdict(list)
    for node in Milestone.objects.filter(project__in=projects):
        nodes[node.project_id].append(node)
    plans = YearPlan.objects.filter(project__in=projects, year__lte=on.year).order_by("year")
    types = dict(plans.values_list("project_id", "year_type"))
    changed, turned = [], []
    for project in projects:
        verdict = evaluate(project, nodes[project.pk], year_type=types.get(project.pk, ""), on=on, rule=rule)
        if any(getattr(project, name) != getattr(verdict, name) for name in STORED):
            if project.light != verdict.light or not project.light_why:
                turned.append(LightSnapshot(project=project, day=on, light=verdict.light))
            for name in STORED:
                setattr(project, name, getattr(verdict, name))
            changed.append(project)
    Project.objects.bulk_update(changed, STORED, batch_size=500)
    keep(turned)
    return len(changed)


def keep(snapshots: list[LightSnapshot]) -> None:
    """Store what lights have become; a second change on the same day replaces the first."""
    LightSnapshot.objects.bulk_create(
        snapshots, batch_size=500, update_conflicts=True, unique_fields=["project", "day"], update_fields=["light"]
    )


def refresh_all(*, on: date) -> int:
    """Store the lights of all live projects as of `on`, in chunks; returns how many changed."""
    ids, changed = list(Project.objects.live().values_list("pk", flat=True)), 0
    for start in range(0, len(ids), CHUNK):
        changed += refresh(Project.objects.filter(pk__in=ids[start : start + CHUNK]), on=on)
    return changed
