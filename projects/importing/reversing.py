"""Taking back what a batch did to one project: what is restored, what stays because somebody changed it since.

`decide` only looks; `apply` writes a chunk of steps in bulk, with history. Fields that belong together (the two ends
of a date, the name and 曾用名) go back together or not at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import prefetch_related_objects

from parks.models import Enterprise
from portal import clock
from portal.models import User
from projects import audit, derived, lights, nodes, words
from projects.choices import NoteKind, RequestState, UndoOutcome
from projects.importing import month_plans, tracing
from projects.importing.tracing import ENTRY, EVIDENCE, ISSUE, NODE, NOTE, PLAN, PROJECT, REQUEST, Found, Strand, Touch
from projects.models import ChangeRequest, GroupEntry, ImportRow, Milestone, ProgressNote, Project, YearPlan

KINDS = {
    PROJECT: "项目内容",
    PLAN: "年度计划",
    ENTRY: "专题",
    NODE: "节点",
    NOTE: "进展或催办",
    REQUEST: "调整申请",
    EVIDENCE: "佐证",
    ISSUE: "要素保障问题",
}
OUT_OF_SIGHT = "不在您的权限范围"
RECYCLED = "项目已移入回收站"
CODE_TAKEN = "统一项目代码（已被另一个项目使用）"
WITHDRAWN = "申请人已撤销这批导入。"


@dataclass(frozen=True)
class Kept:
    """One thing that stays: what, who changed it, when."""

    label: str
    who: str = ""
    at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return {"label": self.label, "who": self.who, "at": self.at.isoformat() if self.at else None}


@dataclass
class Step:
    """What undoing does with one row of the batch."""

    row: ImportRow
    project: Project
    found: Found
    recycle: bool = False
    restore: list[tuple[Strand, tuple[str, ...]]] = field(default_factory=list)
    delete: list[Strand] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    months: dict[int, month_plans.Months] = field(default_factory=dict)  # 分月计划 to give back, by plan
    untouchable: bool = False  # goes as a whole, or nothing of it may be taken back

    @property
    def outcome(self) -> UndoOutcome:
        if self.kept:
            return UndoOutcome.KEPT
        return UndoOutcome.RECYCLED if self.recycle else UndoOutcome.RESTORED

    @property
    def writes(self) -> bool:
        """Whether it changes a project that stays in the register."""
        return not self.untouchable


# --- deciding ------------------------------------------------------------------------------------------------------


def decide(row: ImportRow, project: Project, found: Found, *, visible: bool) -> Step:
    """What may be taken back of one row."""
    step = Step(row, project, found)
    if not visible:
        step.kept, step.untouchable = [Kept(OUT_OF_SIGHT)], True
    elif project.deleted_no:
        last = max((one for one in found.since if one.kind == PROJECT), key=when, default=None)
        step.kept, step.untouchable = [kept(RECYCLED, last)], True
    elif found.is_new:
        step.kept = [kept(KINDS[kind], one) for kind, one in newest(found.since).items()]
        step.recycle, step.untouchable = not step.kept, True
    else:
        for strand in found.strands:
            take_back(step, strand)
        take_months_back(step)
    return step


def take_months_back(step: Step) -> None:
    """分月计划 goes back as a whole: where nobody changed a month since, and the amount of the year goes back too."""
    said, rows = step.row.before.get("months"), step.found.months
    if not said or not rows:
        return
    stands: month_plans.Months = [f"{rows[month].planned:.2f}" for month in sorted(rows)]
    if any(row.history_type == "-" for row in rows.values()):
        stands = None
    amount = [
        one for one in step.found.strands if one.kind == PLAN and one.before and one.before.annual_plan is not None
    ]
    held = any(
        one.left.annual_plan != one.before.annual_plan and tracing.last_touch(one, (month_plans.AMOUNT,))
        for one in amount
    )
    if stands != said["left"] or held:
        step.kept.append(by_history(month_plans.LABEL, max(rows.values(), key=lambda row: row.history_id)))
    else:
        step.months[rows[min(rows)].plan_id] = said["before"]


def when(touch: Touch) -> datetime:
    return touch.at


def kept(label: str, touch: Touch | None) -> Kept:
    return Kept(label, touch.who if touch else "", touch.at if touch else None)


def newest(touches: Iterable[Touch]) -> dict[str, Touch]:
    """The newest of each kind."""
    return {touch.kind: touch for touch in sorted(touches, key=when)}


def take_back(step: Step, strand: Strand) -> None:
    """Sort one tracked row into what is restored, deleted and kept."""
    if strand.before is None:
        last = strand.later[-1] if strand.later else None
        if last:
            step.kept.append(by_history(title(strand), last))
        elif strand.kind == NODE and strand.left.id in step.found.proven:
            step.kept.append(kept(title(strand), newest(step.found.since).get(EVIDENCE)))
        else:
            step.delete.append(strand)
        return
    for unit in tracing.units(strand):
        last = tracing.last_touch(strand, unit)
        if last:
            step.kept.append(by_history(label(strand, unit), last))
        else:
            step.restore.append((strand, unit))


def by_history(name: str, row: Any) -> Kept:
    return Kept(name, tracing.name_of(row.history_user), row.history_date)


def title(strand: Strand) -> str:
    """What a plan, entry or node is called."""
    if strand.kind == PLAN:
        return f"{strand.left.year}年度计划"
    if strand.kind == ENTRY:
        return str(strand.left.group.short_name)
    return f"节点“{strand.left.phase}{strand.left.name}”"


def label(strand: Strand, unit: tuple[str, ...]) -> str:
    if strand.kind == PROJECT:
        return words.label(unit[0].removesuffix("_from").removesuffix("_id")).removesuffix("（万元）")
    if strand.kind == PLAN:
        return f"{strand.left.year}年{words.label(unit[0]).removesuffix('（万元）')}"
    return title(strand)


def keep_codes_apart(steps: list[Step]) -> None:
    """A 统一项目代码 that another project uses by now does not come back."""
    wanted = {
        strand.before.project_code: step
        for step in steps
        for strand, unit in step.restore
        if unit == ("project_code",) and strand.before.project_code
    }
    for code in Project.objects.live().filter(project_code__in=wanted).values_list("project_code", flat=True):
        step = wanted[code]
        step.restore = [(strand, unit) for strand, unit in step.restore if unit != ("project_code",)]
        step.kept.append(Kept(CODE_TAKEN))


# --- doing it ------------------------------------------------------------------------------------------------------


def apply(steps: list[Step], *, by: User, reason: str) -> None:
    """Write a chunk of steps. The projects are locked."""
    recycle([step.project for step in steps if step.recycle], by=by, reason=reason)
    working = [step for step in steps if step.writes]
    month_plans.put({plan: months for step in working for plan, months in step.months.items()}, by=by, reason=reason)
    restore_projects(working, by=by, reason=reason)
    for kind, model in ((PLAN, YearPlan), (ENTRY, GroupEntry), (NODE, Milestone)):
        restore_rows(working, kind, model, by=by, reason=reason)
    ProgressNote.objects.filter(pk__in=[note.pk for step in working for note in step.found.notes]).delete()
    asked = [one.pk for step in working for one in step.found.requests]
    ChangeRequest.objects.filter(pk__in=asked, state=RequestState.ASKED).update(
        state=RequestState.RETURNED, decided_by=by, decided_at=clock.now(), answer=WITHDRAWN
    )
    take_codes_back([step for step in steps if step.writes or step.recycle])
    settle(working, by=by, reason=reason)


def recycle(projects: list[Project], *, by: User, reason: str) -> None:
    for project in projects:
        project.deleted_no, project.deleted_at, project.deleted_by = project.pk, clock.now(), by
        project.version += 1
    audit.update_many(projects, ["deleted_no", "deleted_at", "deleted_by", "version"], by=by, reason=reason)


def restore_projects(steps: list[Step], *, by: User, reason: str) -> None:
    """Give facts back, as the next version."""
    changed, names = [], {"version"}
    for step in steps:
        mine = [(strand, unit) for strand, unit in step.restore if strand.kind == PROJECT]
        for strand, unit in mine:
            for name in unit:
                setattr(step.project, name, getattr(strand.before, name))
                names.add(name)
        if mine:
            step.project.version += 1
            changed.append(step.project)
    fields = [Project._meta.get_field(name.removesuffix("_id")).name for name in names]
    audit.update_many(changed, sorted(fields), by=by, reason=reason)


def restore_rows(steps: list[Step], kind: str, model: Any, *, by: User, reason: str) -> None:
    """Give plans, entries or nodes back what stood there, and delete those the batch made."""
    units: dict[int, list[tuple[Strand, tuple[str, ...]]]] = defaultdict(list)
    for step in steps:
        for strand, unit in step.restore:
            if strand.kind == kind:
                units[strand.left.id].append((strand, unit))
    gone = [strand.left.id for step in steps for strand in step.delete if strand.kind == kind]
    rows = model.objects.in_bulk([*units, *gone])
    names = {name for found in units.values() for _, unit in found for name in unit}
    for pk, found in units.items():
        for strand, unit in found:
            for name in unit:
                setattr(rows[pk], name, getattr(strand.before, name))
    audit.update_many([rows[pk] for pk in units], sorted(names), by=by, reason=reason)
    audit.delete_many([rows[pk] for pk in gone], by=by, reason=reason)


def take_codes_back(steps: list[Step]) -> None:
    """Take a 统一社会信用代码 back that a row gave to a known enterprise, where it still stands so."""
    given = {step.row.before["coded"]: step.row.values.get("uscc") for step in steps if step.row.before.get("coded")}
    taken = [one for one in Enterprise.objects.filter(pk__in=given) if one.uscc == given[one.pk]]
    Enterprise.objects.filter(pk__in=[one.pk for one in taken]).update(uscc=None)


def settle(steps: list[Step], *, by: User, reason: str) -> None:
    """Bring what follows from the facts in line: newest 进展, 最近更新, search text, order on paper, nodes, lights."""
    projects = [step.project for step in steps]
    prefetch_related_objects(projects, "enterprise", "unit", "plans")
    newest_notes = dict(latest_notes(projects))
    for step in steps:
        project = step.project
        project.newest_note_id = newest_notes.get(project.pk)
        project.search_text, project.due_on = derived.search_text(project), derived.due_on(project)
        project.last_update_on = touched_on(step)
    plans = [plan for project in projects for plan in project.plans.all()]
    for project in projects:
        for plan in project.plans.all():
            derived.stamp_plan(plan, project)
    derived.store(projects, plans)
    nodes.follow(projects, by=by, reason=reason)
    lights.refresh(projects, on=clock.today())


def latest_notes(projects: list[Project]) -> Iterator[tuple[int, int]]:
    """Project and newest 进展, the newest last."""
    notes = ProgressNote.objects.filter(project__in=projects, kind=NoteKind.PROGRESS).order_by("noted_on", "pk")
    yield from notes.values_list("project_id", "pk")


def touched_on(step: Step) -> date | None:
    """最近更新 as it was before the batch, or of what people did since."""
    stood = step.row.before.get("touched_on")
    days = [date.fromisoformat(stood)] if stood else []
    days += [note.noted_on for note in step.found.noted if note.kind == NoteKind.PROGRESS]
    acts = [touch for touch in step.found.since if touch.kind in (PROJECT, NODE, EVIDENCE)]
    return max([*days, *(touch.at.astimezone(clock.SHANGHAI).date() for touch in acts)], default=None)
