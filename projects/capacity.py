"""What a chain can make against what was promised: lines by project, phase and segment; targets with their words.

Quantities are in the unit of the segment (万吨 a year for 硅料, GW for the others). What nobody said is unknown (None)
and stays apart from sums: never a nought. Public facts stand in for a project until a person enters a line.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet

from portal import audit as site_audit
from portal import clock, permissions, spans
from portal.choices import AuditAction
from portal.models import User
from portal.spans import Span
from projects import audit, reference
from projects.choices import Segment
from projects.light_words import CSS
from projects.models import CapacityLine, Project, Target
from projects.models.queries import ProjectQuerySet
from projects.permissions import may_change

UNKNOWN = "待补"
FACTS = ("phase", "segment", "designed", "producing", "planned_from", "planned_to", "produced_on", "source")
NO_RIGHT = "您没有填写此项目产能的权限。"
NOT_LEAD = "目标由业务负责人维护。"


# --- entering ------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_line(*, project: Project, by: User, planned: Span | None = None, **facts: Any) -> CapacityLine:
    """Enter what a project, or a phase of it, makes of a segment. For the bureau and the project's own unit."""
    refuse(project, by)
    return keep(CapacityLine(project=project), planned, facts, by=by, reason="填写产能")


@transaction.atomic
def change_line(
    *, line: CapacityLine, version: int, by: User, reason: str, planned: Span | None = None, **facts: Any
) -> CapacityLine:
    """Change a line on the version that was read, with the reason."""
    return keep(take(line, version=version, by=by), planned, facts, by=by, reason=reason)


@transaction.atomic
def remove_line(*, line: CapacityLine, version: int, by: User, reason: str) -> None:
    """Take away a line entered by mistake; its history stays."""
    mine = take(line, version=version, by=by)
    site_audit.log(AuditAction.CAPACITY_CHANGE, by=by, obj=mine, project=mine.project.name, removed=str(mine))
    audit.delete_many([mine], by=by, reason=reason)


def refuse(project: Project, by: User) -> None:
    if not may_change(by, project) or project.deleted_no:
        raise PermissionDenied(NO_RIGHT)


def take(line: CapacityLine, *, version: int, by: User) -> CapacityLine:
    """Take the line for one act, its version grown by one. Raises PermissionDenied or ValidationError."""
    refuse(line.project, by)
    mine = CapacityLine.objects.filter(pk=line.pk, version=version).update(version=F("version") + 1)
    found = CapacityLine.objects.select_related("project").filter(pk=line.pk).first()
    if not mine or found is None:
        raise ValidationError("这项产能刚被别人修改或删除，您的内容没有保存，请核对后再办理。", code="stale")
    return found


def keep(line: CapacityLine, planned: Span | None, facts: Mapping[str, Any], *, by: User, reason: str) -> CapacityLine:
    line.planned_from, line.planned_to = (planned.start, planned.end) if planned else (None, None)
    for name, value in facts.items():
        setattr(line, name, value)
    if line.produced_on and line.produced_on > clock.today():
        raise ValidationError({"produced_on": "实际投产日期不能晚于今天。"})
    count_once(line)
    line.by, line.at = by, clock.now()
    audit.save(line, by=by, reason=reason)
    site_audit.log(AuditAction.CAPACITY_CHANGE, by=by, obj=line, project=line.project.name, line=str(line))
    return line


def count_once(line: CapacityLine) -> None:
    """Refuse a line of a phase beside one of the whole segment, and the other way round: together they count twice."""
    Project.objects.select_for_update().get(pk=line.project_id)  # two at once: one after the other
    others = CapacityLine.objects.filter(project=line.project_id, segment=line.segment).exclude(pk=line.pk)
    if not line.phase and others.exclude(phase="").exists():
        raise ValidationError(
            {"phase": f"{line.get_segment_display()}已按期次填报，请填写期次；不分期的，请先删去各期。"}
        )
    if line.phase and others.filter(phase="").exists():
        raise ValidationError(
            {"phase": f"{line.get_segment_display()}已有不分期的一项，请先给它填上期次，否则会重复计算。"}
        )


@transaction.atomic
def set_target(*, target: Target, seen: int, by: User, reason: str, **facts: Any) -> Target:
    """Put down a target in public words, or change it; `seen` is the last change the person saw (`last_change`)."""
    if not permissions.lead(by):
        raise PermissionDenied(NOT_LEAD)
    if target.pk:
        Target.objects.select_for_update().get(pk=target.pk)
        if last_change(target) != seen:
            raise ValidationError("这个目标刚被别人修改，您的内容没有保存，请核对后再办理。", code="stale")
    for name, value in facts.items():
        setattr(target, name, value)
    audit.save(target, by=by, reason=reason)
    site_audit.log(AuditAction.TARGET_CHANGE, by=by, obj=target, target=str(target), value=str(target.value))
    return target


def last_change(target: Target) -> int:
    newest = target.history.order_by("-history_id").first() if target.pk else None
    return newest.history_id if newest else 0


# --- reading -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What one project, or a phase of it, brings to a segment. `public` is the source of a fact that no person of ours
    entered; `line` is empty then, and where nothing is known."""

    project: Project
    segment: Segment
    phase: str = ""
    designed: Decimal | None = None
    producing: Decimal | None = None
    planned: Span | None = None
    produced_on: date | None = None
    line: CapacityLine | None = None
    public: str = ""
    note: str = ""

    @property
    def to_come(self) -> Decimal | None:
        """Designed and not known to produce yet; None when nobody knows the design."""
        return None if self.designed is None else self.designed - (self.producing or Decimal(0))

    @property
    def name(self) -> str:
        return f"{self.project.name}{self.phase}"

    @property
    def light(self) -> str:
        return CSS[self.project.light]


@dataclass(frozen=True)
class Sum:
    """A sum of what is known (None: nothing is), how many projects lack a figure, and how much of it is 公开资料."""

    known: Decimal | None
    lacking: int
    public: Decimal = Decimal(0)

    @property
    def words(self) -> str:
        """39; 已知6，另有1个项目待补; 待补（2个项目）."""
        if self.known is None:
            return f"{UNKNOWN}（{self.lacking}个项目）" if self.lacking else UNKNOWN
        return f"已知{plain(self.known)}，另有{self.lacking}个项目{UNKNOWN}" if self.lacking else plain(self.known)


@dataclass(frozen=True)
class Link:
    """A segment of the chain: its projects' parts, and the target if there is one."""

    segment: Segment
    target: Target | None
    parts: tuple[Part, ...]

    @property
    def unit(self) -> str:
        return self.segment.unit

    @property
    def designed(self) -> Sum:
        return total(self.parts, "designed")

    @property
    def producing(self) -> Sum:
        return total(self.parts, "producing")

    @property
    def gap_producing(self) -> str:
        return gap(self.target, self.producing)

    @property
    def gap_designed(self) -> str:
        return gap(self.target, self.designed)

    @property
    def deciding(self) -> list[Part]:
        """What is to come, the largest first, then the earliest planned; last those of which nobody knows how much."""
        open_parts = [part for part in self.parts if part.to_come is None or part.to_come > 0]
        return sorted(open_parts, key=decides)


def decides(part: Part) -> tuple[bool, Decimal, date, str]:
    planned = part.planned.end if part.planned else date.max
    return part.to_come is None, -(part.to_come or Decimal(0)), planned, part.name


def plain(value: Decimal) -> str:
    """16, 10.5: without noughts that say nothing."""
    return f"{value.normalize():f}" if value else "0"


def total(parts: Iterable[Part], name: str) -> Sum:
    known = [(part, getattr(part, name)) for part in parts if getattr(part, name) is not None]
    lacking = {part.project.pk for part in parts if getattr(part, name) is None}
    if not known:
        return Sum(None, len(lacking))
    public = sum((value for part, value in known if part.public), Decimal(0))
    return Sum(sum((value for _, value in known), Decimal(0)), len(lacking), public)


def gap(target: Target | None, found: Sum) -> str:
    """还差21; 最多还差10 while some figures are unknown; 已达到; 待补; nothing without a target."""
    if target is None:
        return ""
    if found.known is None:
        return UNKNOWN
    rest = target.value - found.known
    if rest <= 0:
        return "已达到" if not rest else f"已达到，多{plain(-rest)}"
    return f"{'最多' if found.lacking else ''}还差{plain(rest)}"


@dataclass(frozen=True)
class Chain:
    """The segments in their order, and targets that are no capacity (产值)."""

    year: int | None
    links: tuple[Link, ...]
    others: tuple[Target, ...]

    @property
    def quotes(self) -> list[tuple[str, str]]:
        """The words behind the targets, each once, with their sources."""
        targets = [link.target for link in self.links if link.target] + list(self.others)
        return list(dict.fromkeys((target.quote, target.source) for target in targets))


def chain(*, topic: str, year: int, projects: ProjectQuerySet) -> Chain | None:
    """The chain of a 专题 against its next target year; None without any target or line. Three queries, and of a long
    list only the projects that have to do with the chain."""
    targets = list(Target.objects.filter(topic=topic))
    lines = list(lines_of(projects))
    if not targets and not lines:
        return None
    aim = aim_year(targets, year)
    due = [target for target in targets if target.year == aim]
    parts = parts_of(concerned(projects), lines)
    by_segment = {target.segment: target for target in due if target.segment}
    links = [
        Link(segment, by_segment.get(segment), tuple(part for part in parts if part.segment == segment))
        for segment in Segment
    ]
    shown = tuple(link for link in links if link.target or link.parts)
    return Chain(aim, shown, tuple(target for target in due if not target.segment))


def concerned(projects: ProjectQuerySet) -> ProjectQuerySet:
    """Those with a line, a segment of the chain, or a public fact."""
    told = Q(capacity_lines__isnull=False) | Q(chain_segment__in=Segment.values) | Q(name__in=reference.names())
    return projects.filter(told).distinct().order_by("pk")


def aim_year(targets: Iterable[Target], year: int) -> int | None:
    """The next year with targets, else the last one."""
    years = sorted({target.year for target in targets})
    return next((one for one in years if one >= year), years[-1] if years else None)


def lines_of(projects: ProjectQuerySet | Sequence[Project]) -> QuerySet[CapacityLine]:
    return CapacityLine.objects.filter(project__in=projects)


def parts_of(projects: Iterable[Project], lines: Iterable[CapacityLine]) -> list[Part]:
    """What each project brings: lines that people entered; public facts of phases nobody entered; and where there is
    neither, the segment the project stands for, unknown."""
    entered: dict[int, list[CapacityLine]] = {}
    for line in lines:
        entered.setdefault(line.project_id, []).append(line)
    return [part for project in projects for part in parts_of_project(project, entered.get(project.pk, []))]


def parts_of_project(project: Project, lines: list[CapacityLine]) -> list[Part]:
    parts = [entered_part(project, line) for line in lines]
    parts += [part for part in public_parts(project) if not is_told(part, lines)]
    own = project.chain_segment
    if own in Segment.values and own not in {part.segment for part in parts}:
        parts.append(Part(project, Segment(own)))
    return parts


def is_told(public: Part, lines: Iterable[CapacityLine]) -> bool:
    """True when people said it themselves: of this phase, or of the segment as a whole."""
    phases = [line.phase for line in lines if line.segment == public.segment]
    return bool(phases) and ("" in phases or not public.phase or public.phase in phases)


def entered_part(project: Project, line: CapacityLine) -> Part:
    planned = spans.of(line.planned_from, line.planned_to)
    return Part(
        project, Segment(line.segment), line.phase, line.designed, line.producing, planned, line.produced_on, line=line
    )


def public_parts(project: Project) -> list[Part]:
    """The capacities that public sources tell of the project, each with its source and day."""
    known = reference.facts_of(project.name)
    if known is None:
        return []
    return [
        Part(
            project,
            Segment(fact["segment"]),
            fact["phase"],
            Decimal(fact["designed"]) if fact["designed"] else None,
            planned=spans.parse(fact["planned"]) if fact["planned"] else None,
            public="，".join(filter(None, [fact["source"], f"资料截至{known['as_of']}"])),
            note=fact["note"],
        )
        for fact in known["capacity"]
    ]
