"""Write decided rows into the register: in bulk, with history, derived columns and what stood before.

Runs inside the transaction of `batches.commit`. Everything was checked when it was decided; the projects are locked.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from parks.models import Enterprise
from portal import clock
from portal.text import squash
from projects import audit, derived, groups, lifecycle, lights, nodes, reference
from projects.choices import EntryStatus, Hold, NoteSource
from projects.importing import clearing, columns, decisions, listing, month_plans
from projects.importing.beside import NOTE_TEXTS
from projects.importing.context import Context, Loaded
from projects.importing.decisions import Change, Decision
from projects.models import GroupEntry, ProgressNote, Project, ProjectGroup, YearPlan

DEMO_ROW, DEMO_TOTAL = "演示数据", "总投资为演示值"


@dataclass
class Work:
    """One row that is written."""

    decision: Decision
    changes: list[Change]
    project: Project
    plan: YearPlan
    new: bool
    note: ProgressNote | None = None

    @property
    def facts(self) -> list[Change]:
        """Changes of the project or its plan: those count as a new version."""
        beside = (decisions.NOTE, "uscc")
        return [c for c in self.changes if c.field not in beside and not c.field.startswith(decisions.GROUP)]

    def before(self) -> dict[str, Any]:
        """What a later undo needs besides history: 最近更新, and for people the old values."""
        if self.new:
            return {"created": True}
        touched_on = self.project.last_update_on
        return {
            "version": self.project.version,
            "values": {change.field: change.before for change in self.changes},
            "touched_on": touched_on.isoformat() if touched_on else None,
        }


@dataclass
class Written:
    """How many rows were written as what."""

    new: int = 0
    changed: int = 0
    notes: int = 0
    befores: list[tuple[Project, dict[str, Any]] | None] = field(default_factory=list)


def write(rows: list[tuple[Decision, dict[str, str]]], loaded: Loaded, context: Context, *, reason: str) -> Written:
    """Write the accepted changes of a chunk; `befores` then tells, row by row, the project and what stood there."""
    accepted = [decision.accepted(choices) for decision, choices in rows]
    works = [start(d, changes, loaded, context) for (d, _), changes in zip(rows, accepted, strict=True) if changes]
    kept = [work.before() for work in works]
    for place, enterprise in add_enterprises(works, context):
        kept[place]["coded"] = enterprise.pk
    befores = iter(zip((work.project for work in works), kept, strict=True))
    written = Written(befores=[next(befores) if changes else None for changes in accepted])
    for work in works:
        fill(work, context, reason=reason)
    add_projects([work for work in works if work.new], context, reason=reason)
    change_projects([work for work in works if not work.new and work.facts], loaded, context, reason=reason)
    plan_months(works, kept, loaded, context, reason=reason)
    enter_lists(works, loaded, context, reason=reason)
    written.notes = add_notes(works, context)
    projects = [work.project for work in works]
    nodes.follow(projects, by=context.user, reason=reason)
    lights.refresh(projects, on=clock.today())
    written.new = sum(work.new for work in works)
    written.changed = len(works) - written.new
    return written


def start(decision: Decision, changes: list[Change], loaded: Loaded, context: Context) -> Work:
    """The project and plan of a row, new ones where there are none."""
    if decision.project is None:
        project = Project(created_by=context.user, unverified=reference.is_public(decision.values["name"]))
        return Work(decision, changes, project, YearPlan(project=project, year=context.year), new=True)
    project = decision.project
    plans = loaded.plans.setdefault(project.pk, [])
    plan = next((plan for plan in plans if plan.year == context.year), None)
    if plan is None:
        plan = YearPlan(project=project, year=context.year)
        plans.append(plan)
    plan.project = project
    return Work(decision, changes, project, plan, new=False)


# --- values ----------------------------------------------------------------------------------------------------


def fill(work: Work, context: Context, *, reason: str) -> None:
    """Set the accepted values in memory."""
    before = (work.project.name, work.project.former_names)
    if work.new and context.own is not None:
        work.project.unit = context.units[work.decision.values["unit"]]
        work.project.county = work.project.unit.county
    for change in work.changes:
        column = columns.BY_KEY.get(change.field)
        if column:
            assign(work.plan if column.plan else work.project, column, change.value, context)
    names = {change.field for change in work.changes}
    if "name" in names and not work.new:
        work.project.former_names = "、".join(filter(None, [before[1], before[0]]))[:400]
    if "remark" in names:
        mark_demo(work.project)
    if "hold" in names and work.project.hold == Hold.NONE:
        work.project.hold_reason = ""
    elif "hold" in names and "hold_reason" not in names:
        work.project.hold_reason = reason[:200]


def assign(target: Any, column: columns.Column, value: Any, context: Context) -> None:
    if column.kind == columns.SPAN:
        span = columns.to_span(value)
        setattr(target, f"{column.key}_from", span.start if span else None)
        setattr(target, f"{column.key}_to", span.end if span else None)
    elif value is None:
        setattr(target, column.key, clearing.emptied(target, column))
    elif column.kind == columns.AMOUNT:
        setattr(target, column.key, Decimal(value))
    elif column.kind == columns.UNIT:
        target.unit = context.units[value]
    elif column.kind == columns.COUNTY:
        target.county = context.counties[value]
    elif column.kind == columns.ENTERPRISE:
        target.enterprise = context.enterprises[squash(value)]
    else:
        setattr(target, column.key, value)


def mark_demo(project: Project) -> None:
    """What 备注 says about invented rows and amounts."""
    project.is_demo = project.remark.startswith(DEMO_ROW)
    project.demo_fields = ["total_investment"] if DEMO_TOTAL in project.remark else []


def add_enterprises(works: list[Work], context: Context) -> list[tuple[int, Enterprise]]:
    """Create the enterprises nobody knows yet and fill in missing 统一社会信用代码. Never merges two. Returns which
    work gave which known enterprise its code."""
    created: dict[str, Enterprise] = {}
    coded: list[tuple[int, Enterprise]] = []
    for place, work in enumerate(works):
        named = {change.field: change.value for change in work.changes}
        name = named.get("enterprise")
        if name and squash(name) not in context.enterprises:
            demo = str(named.get("remark", "")).startswith(DEMO_ROW)
            created.setdefault(squash(name), Enterprise(name=name, is_demo=demo))
        if "uscc" in named:
            owner = squash(name or (work.project.enterprise.name if work.project.enterprise else ""))
            enterprise = created.get(owner) or context.enterprises.get(owner)
            if enterprise and not enterprise.uscc:
                enterprise.uscc = named["uscc"]
                if owner not in created:
                    coded.append((place, enterprise))
    Enterprise.objects.bulk_create(created.values())
    Enterprise.objects.bulk_update([enterprise for _, enterprise in coded], ["uscc"], batch_size=500)
    context.enterprises.update(created)
    return coded


# --- projects and plans ----------------------------------------------------------------------------------------


def add_projects(works: list[Work], context: Context, *, reason: str) -> None:
    today = clock.today()
    for work, number in zip(works, lifecycle.next_numbers(len(works), year=context.year) if works else [], strict=True):
        work.project.number = number
        derived.stamp(work.project, touched_on=today)
        derived.stamp_plan(work.plan, work.project)
    audit.create_many([work.project for work in works], by=context.user, reason=reason)
    for work in works:
        work.plan.project = work.project  # takes over the key the database has just given
    audit.create_many([work.plan for work in works], by=context.user, reason=reason)


def change_projects(works: list[Work], loaded: Loaded, context: Context, *, reason: str) -> None:
    """Save changed facts as the next version, and the derived columns with them."""
    today, names = clock.today(), {"version", *derived.PROJECT_COLUMNS}
    for work in works:
        work.project.version += 1
        names.update(fields_of(work, plan=False))
        derived.stamp(work.project, touched_on=today)
    audit.update_many([work.project for work in works], sorted(names), by=context.user, reason=reason)
    plans = [plan for work in works for plan in loaded.plans[work.project.pk] if plan.pk]
    for work in works:
        for plan in loaded.plans[work.project.pk]:
            derived.stamp_plan(plan, work.project)
    changed = [work.plan for work in works if work.plan.pk and fields_of(work, plan=True)]
    fields = sorted({name for work in works for name in fields_of(work, plan=True)})
    audit.create_many([work.plan for work in works if not work.plan.pk], by=context.user, reason=reason)
    audit.update_many(changed, fields, by=context.user, reason=reason)
    derived.store([], plans)


def plan_months(
    works: list[Work], kept: list[dict[str, Any]], loaded: Loaded, context: Context, *, reason: str
) -> None:
    """Store 分月计划 once the amounts stand; each row keeps what stood before and after, for an undo."""
    wanted: dict[int, month_plans.Months] = {}
    for work, before in zip(works, kept, strict=True):
        change = next((one for one in work.changes if one.field == month_plans.KEY), None)
        if change is None:
            continue
        known = loaded.months.get(work.plan.pk)
        wanted[work.plan.pk] = month_plans.settle(work.plan, change.value, known)
        before["months"] = {"before": known, "left": wanted[work.plan.pk]}
    if wanted:
        month_plans.put(wanted, by=context.user, reason=reason)


def fields_of(work: Work, *, plan: bool) -> set[str]:
    """The model fields a row changes, with those that follow from them."""
    found = [columns.BY_KEY[change.field] for change in work.changes if change.field in columns.BY_KEY]
    names = {name for column in found if column.plan == plan for name in column.fields}
    follow = {"name": ["former_names"], "remark": ["is_demo", "demo_fields"], "hold": ["hold_reason"]}
    return names.union(*(follow.get(name, []) for name in names)) if names else names


# --- lists and notes -------------------------------------------------------------------------------------------


def enter_lists(works: list[Work], loaded: Loaded, context: Context, *, reason: str) -> None:
    """Put projects into published lists. The amount counts as published where the list was empty before."""
    new: list[GroupEntry] = []
    known: list[GroupEntry] = []
    today = clock.today()
    for work in works:
        entries = loaded.entries.get(work.project.pk, {})
        for change in work.changes:
            slug = change.field.removeprefix(decisions.GROUP)
            if change.field == slug:
                continue
            group = group_of(slug, context)
            entry = entries.get(slug)
            if entry is None:
                entry = GroupEntry(group=group, project=work.project, from_date=today)
                if slug in context.unpublished:
                    entry.amount_published = work.project.total_investment or Decimal(0)
            (known if entry.pk else new).append(stand(entry, change.value, today, reason))
    audit.create_many(new, by=context.user, reason=reason)
    audit.update_many(known, ["status", "reason", "to_date"], by=context.user, reason=reason)


def group_of(slug: str, context: Context) -> ProjectGroup:
    """The list in the year of the import; a new year's list is named like that of the year before."""
    if slug not in context.groups:
        name = listing.NAMES[slug]
        made = groups.named_for(slug, context.year) or ProjectGroup(
            slug=slug, year=context.year, name=name, short_name=name
        )
        made.save()
        context.groups[slug] = made
        context.unpublished.add(slug)
    return context.groups[slug]


def stand(entry: GroupEntry, status: str, today: date, reason: str) -> GroupEntry:
    entry.status, entry.reason = status, reason[:200] if entry.pk else ""
    entry.to_date = today if status == EntryStatus.LEFT else None
    return entry


def add_notes(works: list[Work], context: Context) -> int:
    """Add the 进展 of the rows and let each project know its newest one."""
    noted = [(work, change.value) for work in works for change in work.changes if change.field == decisions.NOTE]
    for work, said in noted:
        day = date.fromisoformat(said["noted_on"]) if said.get("noted_on") else clock.today()
        texts = {key: said.get(key) or "" for key in NOTE_TEXTS}
        work.note = ProgressNote(project=work.project, noted_on=day, source=NoteSource.IMPORT, author=context.user,
                                 is_demo=work.project.is_demo, **texts)  # fmt: skip
    ProgressNote.objects.bulk_create([work.note for work, _ in noted if work.note], batch_size=500)
    for work, _ in noted:
        derived.stamp(work.project, touched_on=work.note.noted_on if work.note else clock.today(), note=work.note)
    derived.store([work.project for work, _ in noted], [])
    return len(noted)
