"""Write judged projects: in bulk, with history, and with all that follows from the facts. Runs inside the transaction
of `batches.commit`; the projects are locked."""

from portal import clock
from portal.models import User
from projects import audit, derived, lifecycle, lights, nodes
from projects.bulk.judging import Judged
from projects.bulk.wishes import OWNER, STAGE, TYPE, Target
from projects.choices import EntryStatus, Stage
from projects.models import GroupEntry, Milestone, Project


def write(judged: list[Judged], target: Target, *, by: User, reason: str) -> None:
    """Write what changes. A new owner, unit or type says nothing about progress: 最近更新 moves with the stage only."""
    if not judged:
        return
    if target.group:
        enter(judged, target, by=by, reason=reason)
        lights.refresh([one.project for one in judged], on=clock.today())
        return
    if target.wish.act == TYPE:
        change_plans(judged, by=by, reason=reason)
    change_projects(judged, target, by=by, reason=reason)
    if target.wish.act != OWNER:
        projects = [one.project for one in judged]
        nodes.follow(projects, by=by, reason=reason)
        take_actual(projects, target, by=by, reason=reason)
        lights.refresh(projects, on=clock.today())


def change_plans(judged: list[Judged], *, by: User, reason: str) -> None:
    plans = [(one.plan, one.facts[TYPE]) for one in judged if one.plan]
    for plan, kind in plans:
        plan.year_type = kind
    audit.update_many([plan for plan, _ in plans], [TYPE], by=by, reason=reason)


def change_projects(judged: list[Judged], target: Target, *, by: User, reason: str) -> None:
    """Save the facts of each project as its next version, and what is derived from them."""
    is_stage, names, plans = target.wish.act == STAGE, {"version"}, []
    for one in judged:
        facts = {name: value for name, value in one.facts.items() if name != TYPE}
        lifecycle.assign(one.project, facts)
        one.project.version += 1
        for name in facts:
            names.update([name] if name in COLUMNS else [f"{name}_from", f"{name}_to"])
        if is_stage:
            one.project.unverified = False
            names.update(["unverified", *derived.PROJECT_COLUMNS])
            derived.stamp(one.project, touched_on=clock.today())
        for plan in one.project.plans.all() if target.wish.act != OWNER else ():
            derived.stamp_plan(plan, one.project)
            plans.append(plan)
    audit.update_many([one.project for one in judged], sorted(names), by=by, reason=reason)
    derived.store([], plans)


COLUMNS = {one.name for one in Project._meta.fields}


def take_actual(projects: list[Project], target: Target, *, by: User, reason: str) -> None:
    """The day of 试生产 and 达产 belongs to their nodes; that of 开工 and 竣工投产 is a fact of the project."""
    span = target.span
    code = nodes.STAGE_NODES.get(Stage(target.wish.value), "") if span else ""
    if not code or code in nodes.KEY_NODES:
        return
    known = {one.project_id: one for one in Milestone.objects.filter(project__in=projects, code=code, phase="")}
    like = nodes.of_code(projects[0], code) if len(known) < len(projects) else None
    made = [
        Milestone(project=one, code=code, name=like.name, order=like.order, is_key=like.is_key)
        for one in projects
        if like and one.pk not in known
    ]
    for node in (*known.values(), *made):
        nodes.take_actual(node, span)
    audit.update_many(list(known.values()), nodes.FOLLOWED, by=by, reason=reason)
    audit.create_many(made, by=by, reason=reason)


def enter(judged: list[Judged], target: Target, *, by: User, reason: str) -> None:
    """What `groups.enter` does, for many: the entry stays when a project leaves, with the reason."""
    status, today = target.wish.status, clock.today()
    new: list[GroupEntry] = []
    known: list[GroupEntry] = []
    for one in judged:
        entry = one.entry or GroupEntry(group=target.group, project=one.project, from_date=today)
        entry.status, entry.reason = status, target.wish.reason[:200]
        entry.to_date = today if status == EntryStatus.LEFT else None
        (known if entry.pk else new).append(entry)
    audit.create_many(new, by=by, reason=reason)
    audit.update_many(known, ["status", "reason", "to_date"], by=by, reason=reason)
