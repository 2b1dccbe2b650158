"""The register. Facts are tracked by history; derived columns are written by `projects.derived` only."""

from projects.models.groups import ControlTotal, GroupEntry, ProjectGroup, StageBatch
from projects.models.imports import ImportBatch, ImportRow
from projects.models.notes import ProgressNote
from projects.models.plans import YearPlan
from projects.models.projects import NumberSeries, Project, ProjectQuerySet

__all__ = [
    "ControlTotal",
    "GroupEntry",
    "ImportBatch",
    "ImportRow",
    "NumberSeries",
    "ProgressNote",
    "Project",
    "ProjectGroup",
    "ProjectQuerySet",
    "StageBatch",
    "YearPlan",
]
