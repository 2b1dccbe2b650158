"""What has to be at hand before 开工 and 竣工投产 are registered.

Evidence is demanded of 省重点 and the six only; of permits missing before 开工 a person is warned on projects that use
the template (domain.md §4.4).
"""

from typing import Any

from django.core.exceptions import ValidationError

from projects import groups, nodes
from projects.choices import FINISH_NODE, START_NODE, EntryStatus, Stage
from projects.models import Evidence, GroupEntry, Milestone, Project, TemplateNode

PROVEN = (START_NODE, FINISH_NODE)
STANDING = (EntryStatus.APPLIED, EntryStatus.LISTED)
DEMAND = "省重点和六大光伏项目登记{name}须有佐证，请在“登记{name}”或节点的“登记完成”中同时上传现场照片或PDF。"


def demanded(project: Project) -> bool:
    """True for 省重点 (applied for or listed) and the six."""
    slugs = (groups.PROVINCE_KEY, groups.MAJOR_PV)
    return project.entries.filter(group__slug__in=slugs, status__in=STANDING).exists()


def newly_reached(project: Project, facts: dict[str, Any]) -> str:
    """The code of the node that these facts register, 竣工投产 before 开工; "" when they register neither."""
    stage = facts.get("stage", "")
    for code, needed in ((FINISH_NODE, Stage.COMPLETED), (START_NODE, Stage.BUILDING)):
        actual = nodes.KEY_NODES[code][3]
        by_stage = nodes.reached(stage, needed) and not nodes.reached(project.stage, needed)
        if by_stage or (facts.get(actual) and not getattr(project, actual)):
            return code
    return ""


def demand(project: Project, facts: dict[str, Any]) -> None:
    """Refuse facts that register 开工 or 竣工投产 without the evidence that is demanded."""
    code = newly_reached(project, facts)
    if code and demanded(project) and not is_proven(project, code):
        raise ValidationError(DEMAND.format(name=nodes.KEY_NODES[code][0]))


def lacking(wanted: dict[int, tuple[Project, dict[str, Any]]]) -> dict[int, str]:
    """The projects, by key with the facts wanted, that `demand` would refuse, with its sentence. Two queries."""
    codes = {pk: newly_reached(project, facts) for pk, (project, facts) in wanted.items()}
    slugs, asked = (groups.PROVINCE_KEY, groups.MAJOR_PV), [pk for pk, code in codes.items() if code]
    standing = GroupEntry.objects.filter(project__in=asked, group__slug__in=slugs, status__in=STANDING)
    known = Evidence.objects.filter(milestone__project__in=asked, milestone__code__in=PROVEN, milestone__phase="")
    proven = set(known.values_list("milestone__project", "milestone__code"))
    return {
        pk: DEMAND.format(name=nodes.KEY_NODES[codes[pk]][0])
        for pk in set(standing.values_list("project", flat=True))
        if (pk, codes[pk]) not in proven
    }


def is_proven(project: Project, code: str, phase: str = "") -> bool:
    return Evidence.objects.filter(milestone__project=project, milestone__code=code, milestone__phase=phase).exists()


def demand_of_node(node: Milestone) -> None:
    """The same for a node that is completed by itself, such as 开工 of the second phase."""
    if node.code in PROVEN and demanded(node.project) and not is_proven(node.project, node.code, node.phase):
        raise ValidationError(DEMAND.format(name=node.title))


def open_gates(project: Project) -> list[Milestone]:
    """Permits needed before 开工 that are neither done nor 不适用; only of projects that use the template."""
    if project.template_id is None or nodes.reached(project.stage, Stage.BUILDING) or project.actual_start:
        return []
    codes = TemplateNode.objects.filter(version=project.template_id, is_gate=True).values("code")
    return list(project.milestones.open().filter(code__in=codes, phase=""))


def gate_warning(gates: list[Milestone]) -> str:
    return f"尚未取得{'、'.join(node.name for node in gates)}，开工存在合规风险，请确认。"
