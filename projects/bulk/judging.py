"""What a bulk edit does to each project: old → new, nothing, or a refusal in words. Reads, never writes.

A stage only goes forward here, and asks for all that 登记开工 asks for on the page of the project.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects

from projects import nodes, proofs, words
from projects.bulk.wishes import GROUP, GROUP_WORDS, OWNER, STAGE, TYPE, UNIT, Target
from projects.choices import STARTED, EntryStatus, RowVerdict, Stage
from projects.models import GroupEntry, Project, YearPlan

KNOWN = {Stage.BUILDING: "actual_start", Stage.COMPLETED: "actual_finish"}
NAMES = ("unit", "county", "enterprise", "bureau_owner", "newest_note")


@dataclass
class Judged:
    """One project: its plan of the year, its entry in the list, what changes, and why not."""

    project: Project
    plan: YearPlan | None
    entry: GroupEntry | None
    changes: list[dict[str, str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    said: str = ""  # why it is refused, or stays as it is
    refused: bool = False

    @property
    def verdict(self) -> str:
        if self.refused:
            return RowVerdict.ERROR
        return RowVerdict.CHANGED if self.changes else RowVerdict.SAME

    def change(self, name: str, old: Any, new: Any) -> None:
        self.changes.append({"label": words.label(name), "old": words.shown(name, old), "new": words.shown(name, new)})
        self.facts[name] = new

    def refuse(self, sentence: str) -> None:
        self.refused, self.said, self.changes, self.facts = True, sentence, [], {}


def judge(projects: list[Project], target: Target) -> list[Judged]:
    """Judge these projects (read with `NAMES`), in their order. A fixed number of queries, but for the permits of those
    that use the node template."""
    prefetch_related_objects(projects, "plans")
    entries: dict[int, GroupEntry] = {}
    if target.group:
        found = GroupEntry.objects.filter(group=target.group, project__in=projects)
        entries = {one.project_id: one for one in found}
    judged = [
        Judged(project, next((one for one in project.plans.all() if one.year == target.year), None),
               entries.get(project.pk))
        for project in projects
    ]  # fmt: skip
    for one in judged:
        RULES[target.wish.act](one, target)
    if target.wish.act == STAGE:
        refuse_unproven(judged)
    return judged


# --- the rules -------------------------------------------------------------------------------------------------


def by_owner(one: Judged, target: Target) -> None:
    old = one.project.bureau_owner
    if old == target.person:
        one.said = f"市局责任人本来就是{old}" if old else "本来就没有市局责任人"
    else:
        one.change(OWNER, old, target.person)


def by_type(one: Judged, target: Target) -> None:
    if one.plan is None:
        one.refuse(f"没有{target.year}年度计划，请在项目页编辑年度计划后再改。")
    elif one.plan.year_type == target.wish.value:
        one.said = f"年度类型本来就是“{target.new}”"
    else:
        one.change(TYPE, one.plan.year_type, target.wish.value)


def by_unit(one: Judged, target: Target) -> None:
    """The county follows the unit where it followed the unit before, or is unknown."""
    old, unit = one.project.unit, target.unit
    if old == unit or unit is None:
        one.said = f"填报单位本来就是{old}"
        return
    one.change(UNIT, old, unit)
    followed = one.project.county_id is None or (old is not None and one.project.county_id == old.county_id)
    if followed and unit.county and one.project.county != unit.county:
        one.change("county", one.project.county, unit.county)


def by_group(one: Judged, target: Target) -> None:
    """Entering, or leaving where it stands."""
    status, old = EntryStatus(target.wish.status), EntryStatus(one.entry.status) if one.entry else None
    name = target.group.short_name if target.group else ""
    if old == status:
        one.said = f"在“{name}”中本来就是“{status.label}”"
    elif status == EntryStatus.LEFT and old is None:
        one.said = f"本来就不在“{name}”中"
    else:
        shown = old.label if old else "（不在名单）"
        one.changes = [{"label": f"专题“{name}”", "old": str(shown), "new": GROUP_WORDS[status]}]


def by_stage(one: Judged, target: Target) -> None:
    project, to, span = one.project, Stage(target.wish.value), target.span
    if project.stage == to:
        one.said = f"本来就是“{to.label}”"
        return
    if project.hold:
        one.refuse(f"项目“{project.get_hold_display()}”，请先在项目页恢复正常。")
    elif nodes.reached(project.stage, to):
        one.refuse(f"现为“{project.get_stage_display()}”，批量修改不能退回“{to.label}”；确需退回请在项目页办理。")
    elif to in STARTED and not span and not (to in KNOWN and getattr(project, KNOWN[to])):
        one.refuse("没有实际时间：请填写实际时间，或在项目页登记。")
    elif to in STARTED and (gates := proofs.open_gates(project)):
        one.refuse(f"{proofs.gate_warning(gates)}请在项目页“登记开工”中确认。")
    else:
        one.change(STAGE, project.stage, target.wish.value)
        if span and to in KNOWN and getattr(project, KNOWN[to]) != span:
            one.change(KNOWN[to], getattr(project, KNOWN[to]), span)


def refuse_unproven(judged: list[Judged]) -> None:
    """省重点 and the six need evidence."""
    moving = [one for one in judged if one.changes]
    lacking = proofs.lacking({one.project.pk: (one.project, one.facts) for one in moving})
    for one in moving:
        if one.project.pk in lacking:
            one.refuse(lacking[one.project.pk])


RULES: dict[str, Callable[[Judged, Target], None]] = {
    OWNER: by_owner,
    STAGE: by_stage,
    GROUP: by_group,
    TYPE: by_type,
    UNIT: by_unit,
}
