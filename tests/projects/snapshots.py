"""What the register holds about a project, for saying that two states are the same in every column."""

from typing import Any

from projects.models import GroupEntry, Milestone, ProgressNote, Project, YearPlan

QUIET = {"version", "search_grams"}


def columns(row: Any, *leave: str) -> dict[str, Any]:
    names = [field.attname for field in row._meta.concrete_fields if field.name not in {*QUIET, *leave}]
    return {name: getattr(row, name) for name in names}


def of(project: Project) -> dict[str, Any]:
    """Facts, plans, lists, nodes and notes; only the version is left out."""
    return {
        "project": columns(Project.objects.get(pk=project.pk)),
        **{
            model.__name__: [columns(row) for row in model.objects.filter(project=project).order_by("pk")]
            for model in (YearPlan, GroupEntry, Milestone, ProgressNote)
        },
    }
