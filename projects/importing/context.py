"""What deciding needs besides the row: who imports, which year, the reference data, the keys of the register."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from parks.models import County, Enterprise, Park
from portal import clock
from portal.choices import Role
from portal.models import User
from portal.text import squash
from projects.choices import NoteKind
from projects.importing import matching
from projects.models import GroupEntry, ProgressNote, Project, ProjectGroup, YearPlan

CHUNK = 500


@dataclass
class Context:
    """Loaded once for an import; `load` brings the projects of a chunk."""

    user: User
    year: int
    index: matching.Index
    units: dict[str, Park]
    counties: dict[str, County]
    enterprises: dict[str, Enterprise]
    usccs: set[str]
    groups: dict[str, ProjectGroup]
    unpublished: set[str]  # lists without entries before this import: what comes now was published so
    own: set[str] | None  # codes of the units a park person acts for; None for the bureau
    blank_clears: bool = False  # 空白即清空
    codes_taken: dict[str, str] = field(default_factory=dict)  # by rows of this file: 统一项目代码 → place
    usccs_taken: dict[str, str] = field(default_factory=dict)  # 统一社会信用代码 → enterprise
    usccs_given: dict[str, str] = field(default_factory=dict)  # enterprise → 统一社会信用代码

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of units and counties by code."""
        parks = {code: unit.name for code, unit in self.units.items()}
        return parks | {county.code: county.name for county in self.counties.values()}


@dataclass
class Loaded:
    """The projects of a chunk with what belongs to them."""

    projects: dict[int, Project] = field(default_factory=dict)
    plans: dict[int, list[YearPlan]] = field(default_factory=dict)
    entries: dict[int, dict[str, GroupEntry]] = field(default_factory=dict)
    notes: dict[int, set[tuple[str, ...]]] = field(default_factory=dict)
    months: dict[int, list[str]] = field(default_factory=dict)  # by plan: 分月计划, see `month_plans`


def prepare(user: User, *, year: int, blank_clears: bool = False) -> Context:
    """Load the context of an import in a fixed number of queries."""
    own = None
    if user.role == Role.PARK:
        own = set(Park.objects.for_user(user, on=clock.today()).values_list("code", flat=True))
    enterprises = list(Enterprise.objects.all())
    groups = {group.slug: group for group in ProjectGroup.objects.filter(year=year)}
    filled = set(
        GroupEntry.objects.filter(group__year=year).order_by().values_list("group__slug", flat=True).distinct()
    )
    return Context(
        user=user,
        year=year,
        index=matching.build(user),
        units={unit.code: unit for unit in Park.objects.select_related("county", "parent")},
        counties={county.code: county for county in County.objects.all()},
        enterprises={squash(enterprise.name): enterprise for enterprise in enterprises},
        usccs={enterprise.uscc for enterprise in enterprises if enterprise.uscc},
        groups=groups,
        unpublished=set(groups) - filled,
        own=own,
        blank_clears=blank_clears,
    )


def load(pks: list[int], *, year: int, lock: bool) -> Loaded:
    """Load the projects of a chunk, for writing under a lock: five queries however many there are."""
    loaded = Loaded()
    if not pks:
        return loaded
    people = ("unit", "enterprise", "county", "newest_note")
    rows = Project.objects.filter(pk__in=pks).select_related(*people).prefetch_related("plans")
    if lock:
        rows = rows.select_for_update(of=("self",))
    loaded.projects = {project.pk: project for project in rows}
    loaded.plans = {project.pk: list(project.plans.all()) for project in loaded.projects.values()}
    for entry in GroupEntry.objects.filter(project__in=pks, group__year=year).select_related("group"):
        loaded.entries.setdefault(entry.project_id, {})[entry.group.slug] = entry
    texts = ProgressNote.objects.filter(project__in=pks, kind=NoteKind.PROGRESS)
    for pk, *said in texts.values_list("project_id", "progress", "problem", "next_step", "reason"):
        loaded.notes.setdefault(pk, set()).add(tuple(map(squash, said)))
    return loaded
