"""The register. Facts are tracked by history; derived columns are written by `projects.derived` only."""

from projects.models.capacity import CapacityLine, Target
from projects.models.evidence import Evidence
from projects.models.groups import ControlTotal, GroupEntry, ProjectGroup, StageBatch
from projects.models.imports import ImportBatch, ImportMapping, ImportRow
from projects.models.issues import Issue, IssueFile, IssueStep
from projects.models.lights import LightOverride, LightRule, LightRun, MonthEndLight
from projects.models.milestones import Milestone
from projects.models.notes import ProgressNote
from projects.models.papers import Download, Edition, EditionPaper, Publication, StoredFigures, WallPass
from projects.models.plans import MonthPlan, StatFigure, YearPlan
from projects.models.projects import NumberSeries, Project, ProjectQuerySet
from projects.models.report_files import ReportFile, SealedSheet
from projects.models.reporting import MonthlyReport, ReportingPeriod
from projects.models.requests import ChangeRequest
from projects.models.rungs import ReminderRule, ReminderRung
from projects.models.saved_lists import SavedList
from projects.models.snapshots import LightSnapshot
from projects.models.templates import TemplateNode, TemplateVersion

__all__ = [
    "CapacityLine",
    "ChangeRequest",
    "ControlTotal",
    "Download",
    "Edition",
    "EditionPaper",
    "Evidence",
    "GroupEntry",
    "ImportBatch",
    "ImportMapping",
    "ImportRow",
    "Issue",
    "IssueFile",
    "IssueStep",
    "LightOverride",
    "LightRule",
    "LightRun",
    "LightSnapshot",
    "Milestone",
    "MonthEndLight",
    "MonthPlan",
    "MonthlyReport",
    "NumberSeries",
    "ProgressNote",
    "Project",
    "ProjectGroup",
    "ProjectQuerySet",
    "Publication",
    "ReminderRule",
    "ReminderRung",
    "ReportFile",
    "ReportingPeriod",
    "SavedList",
    "SealedSheet",
    "StageBatch",
    "StatFigure",
    "StoredFigures",
    "Target",
    "TemplateNode",
    "TemplateVersion",
    "WallPass",
    "YearPlan",
]
