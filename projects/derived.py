"""Derived columns: stored for sorting and searching, written here only, never part of history or `version`."""

from datetime import date

from django.db.models import Q

from portal.text import squash
from projects.choices import BEFORE_BUILDING, YEAR_TYPE_ORDER, NoteKind, Stage
from projects.models import ProgressNote, Project, YearPlan

NO_UNIT, NO_TYPE = 999, 9
PROJECT_COLUMNS = ["search_text", "due_on", "newest_note", "last_update_on"]
PLAN_COLUMNS = ["paper_stage", "paper_unit", "paper_type", "paper_total"]


def search_text(project: Project) -> str:
    """Everything a search finds a project by, squashed. No telephone numbers."""
    parts = [project.name, project.former_names, project.number, project.project_code, project.enterprise]
    return "|".join(squash(part) for part in parts if part)[:1200]


def due_on(project: Project) -> date | None:
    """The end of the next key node somebody gave a date for: planned start, then planned finish."""
    if project.hold or project.unverified:
        return None
    if project.stage in BEFORE_BUILDING:
        return project.planned_start_to
    return project.planned_finish_to if project.stage == Stage.BUILDING else None


def paper_columns(plan: YearPlan, project: Project) -> dict[str, object]:
    """The columns of 台账顺序 for the plan, and the stage by which lists in that order are filtered."""
    kind = YEAR_TYPE_ORDER.index(plan.year_type) if plan.year_type else NO_TYPE
    return {
        "paper_stage": project.stage,
        "paper_unit": project.unit.order if project.unit else NO_UNIT,
        "paper_type": kind,
        "paper_total": project.total_investment or 0,
    }


def newest_note(project: Project) -> ProgressNote | None:
    return project.notes.filter(kind=NoteKind.PROGRESS).order_by("-noted_on", "-id").first()


def refresh(project: Project, *, touched_on: date | None = None, anew: bool = False) -> None:
    """Recompute and store the derived columns of a project and its plans. `touched_on` moves 最近更新 forward; `anew`
    forgets the 最近更新 that is stored."""
    note = newest_note(project)
    stored = None if anew else project.last_update_on
    days = [day for day in (stored, touched_on, note.noted_on if note else None) if day]
    columns = {
        "search_text": search_text(project),
        "due_on": due_on(project),
        "newest_note": note,
        "last_update_on": max(days, default=None),
    }
    Project.objects.filter(pk=project.pk).update(**columns)
    for name, value in columns.items():
        setattr(project, name, value)
    for plan in project.plans.all():
        YearPlan.objects.filter(pk=plan.pk).update(**paper_columns(plan, project))


def touch(project: Project, *, on: date) -> None:
    """Move 最近更新 forward: somebody's word of that day was confirmed."""
    older = Q(last_update_on=None) | Q(last_update_on__lt=on)
    Project.objects.filter(older, pk=project.pk).update(last_update_on=on)


def stamp(project: Project, *, touched_on: date, note: ProgressNote | None = None) -> None:
    """Set the derived columns in memory, for rows that are then written in bulk. `note`: a saved 进展 just added."""
    days = [day for day in (project.last_update_on, touched_on, note.noted_on if note else None) if day]
    newest = project.newest_note
    if note and (newest is None or (newest.noted_on, newest.pk) < (note.noted_on, note.pk)):
        project.newest_note = note
    project.search_text, project.due_on = search_text(project), due_on(project)
    project.last_update_on = max(days)


def stamp_plan(plan: YearPlan, project: Project) -> None:
    """Set the columns of 台账顺序 in memory."""
    for name, value in paper_columns(plan, project).items():
        setattr(plan, name, value)


def store(projects: list[Project], plans: list[YearPlan]) -> None:
    """Write the derived columns of stamped rows in bulk, without history."""
    Project.objects.bulk_update(projects, PROJECT_COLUMNS, batch_size=200)
    YearPlan.objects.bulk_update(plans, PLAN_COLUMNS, batch_size=200)
