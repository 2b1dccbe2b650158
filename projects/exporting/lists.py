"""The lists that can be written: projects, nodes, a published list. Each knows its name, its rows and its columns."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum

from parks.models import County, Park
from portal.choices import Role
from portal.models import User
from portal.permissions import city_readers
from projects import groups, investment, stat_sums, stats, words
from projects.exporting import columns, entry_columns, issue_columns, node_columns
from projects.exporting.columns import Line, Sheet, Shown
from projects.filters import ProjectFilter, units_of
from projects.issue_filters import IssueFilter
from projects.models import GroupEntry, MonthPlan, Project, ProjectGroup
from projects.models.node_sets import COMMON_SCOPE, NODE_SETS
from projects.models.sets import NAMED
from projects.node_filters import NodeFilter
from projects.node_table import ORDERS, WORST_FIRST

CHUNK = 500
BUREAU = words.BUREAU
# `plan` is the name of the joined plan: a sum needs another.
SUMMED = {
    "total_sum": "total_investment",
    "plan_sum": "plan__annual_plan",
    "opening_sum": "plan__opening_cumulative",
    "done_sum": "plan__done",
}
Sums = dict[str, Any]


@dataclass
class Listing(ABC):
    """A list on its way out. `year`: of the register; `on`: the business day."""

    user: User
    year: int
    on: date

    things = "个项目"  # what its rows are
    kind = "projects"
    sums_add_up = True  # no project stands in two rows

    # --- what it is
    @property
    @abstractmethod
    def name(self) -> str:
        """2021年工业投资项目, without the conditions."""

    @property
    @abstractmethod
    def conditions(self) -> list[str]: ...

    @property
    @abstractmethod
    def scope(self) -> str:
        """What is counted, in words."""

    @property
    @abstractmethod
    def projects(self) -> QuerySet[Any]:
        """The projects in the list, with the plan of the year as `plan`."""

    @property
    @abstractmethod
    def all_columns(self) -> Sequence[Shown]: ...

    def paper_columns(self, names: Iterable[str]) -> Sequence[Shown]:
        """The columns of a table for filing; `names`: those the person chose for the page."""
        return self.all_columns

    @property
    def subject(self) -> str:
        """The name with the conditions: 2021年工业投资项目（五通桥基地、未开工）."""
        return self.name + in_brackets(self.conditions)

    @property
    def audited(self) -> list[str]:
        """The conditions as the audit keeps them: without telephone numbers."""
        return [words.without_phones(one) for one in self.conditions]

    @property
    def filed_by(self) -> str:
        """填报单位: the bureau, or the units the person acts for."""
        if self.user.role != Role.PARK:
            return BUREAU
        units = list(units_of(self.user, on=self.on))
        below = {one.pk for one in units}
        return "、".join(one.name for one in units if one.parent_id not in below)

    @cached_property
    def count(self) -> int:
        return self.items(None).order_by().count()

    @cached_property
    def demo(self) -> bool:
        """True when some row is 演示数据, which name and title then say."""
        return self.projects.filter(is_demo=True).exists()

    # --- its rows
    @abstractmethod
    def items(self, within: QuerySet[Any] | None) -> QuerySet[Any]:
        """The rows in order, of these projects only."""

    def sums(self, within: QuerySet[Any]) -> Sums:
        """How many rows there are of these projects, and their amounts in 万元; None where nothing is known."""
        wanted = {name: Sum(column) for name, column in SUMMED.items()}
        found = within.order_by().aggregate(count_sum=Count("pk"), **wanted)
        return {name.removesuffix("_sum"): exact(value) for name, value in found.items()}

    def lines(self, within: QuerySet[Any] | None = None) -> Iterator[Line]:
        """Walk the rows in chunks; 序号 counts from 1."""
        chunk: list[Any] = []
        done = 0
        for item in self.items(within).iterator(chunk_size=CHUNK):
            chunk.append(item)
            if len(chunk) == CHUNK:
                yield from self.beside(chunk, done)
                done, chunk = done + len(chunk), []
        yield from self.beside(chunk, done)

    @cached_property
    def sheet(self) -> Sheet:
        """What all rows have in common, read once for all groups."""
        slugs = ProjectGroup.objects.filter(year=self.year).values_list("slug", flat=True)
        units = {one.pk: one for one in Park.objects.select_related("county")}
        counties = {one.pk: one for one in County.objects.all()}
        return Sheet(self.year, self.user, frozenset(slugs), units, counties, self.month)

    @cached_property
    def month(self) -> int | None:
        """The newest closed month: what 完成投资 speaks of."""
        return investment.closed_month(self.year)

    def beside(self, chunk: list[Any], done: int) -> Iterator[Line]:
        """The lines of some rows, with the projects and the entries of all of them read at once."""
        projects = self.projects_of(chunk)
        standing: dict[int, dict[str, str]] = {}
        entries = GroupEntry.objects.filter(project__in=[one.pk for one in projects], group__year=self.year)
        for pk, slug, status in entries.values_list("project_id", "group__slug", "status") if projects else ():
            standing.setdefault(pk, {})[slug] = status
        months = self.months_of(projects)
        for serial, (item, project) in enumerate(zip(chunk, projects, strict=True), start=done + 1):
            self.sheet.place(project)
            yield Line(serial, project, standing.get(project.pk, {}), self.sheet, item, months.get(project.pk, {}))

    def months_of(self, projects: list[Any]) -> dict[int, dict[int, Decimal]]:
        """分月计划 of the rows, where the list writes it."""
        return {}

    def projects_of(self, chunk: list[Any]) -> list[Any]:
        """The project of each row."""
        return chunk


def in_brackets(conditions: Sequence[str]) -> str:
    return f"（{'、'.join(conditions)}）" if conditions else ""


def exact(value: Any) -> Any:
    """SQLite adds in floating point: give a sum its two decimals back."""
    return value if value is None or isinstance(value, int) else stats.exact(value)


def with_rest(projects: QuerySet[Any]) -> QuerySet[Any]:
    """Load what a row shows, in one query; its unit and county are known beforehand (`Sheet.place`)."""
    return projects.select_related("enterprise", "newest_note").annotate(
        year_type=F("plan__year_type"),
        annual_plan=F("plan__annual_plan"),
        goal=F("plan__goal"),
        opening_cumulative=F("plan__opening_cumulative"),
        done=F("plan__done"),
        done_month=F("plan__done_month"),
    )


# --- projects --------------------------------------------------------------------------------------------------


@dataclass
class ProjectList(Listing):
    """The list of projects under a filter, in 台账顺序."""

    found: ProjectFilter

    @property
    def name(self) -> str:
        return f"{self.year}年工业投资项目"

    @property
    def conditions(self) -> list[str]:
        return [str(one.label) for one in self.found.conditions] + [f"含“{w}”" for w in self.found.understood.words]

    @property
    def scope(self) -> str:
        scopes = [NAMED[chip].scope for chip in self.found.chips if NAMED[chip].scope]
        return "；".join(scopes) or "按项目台账汇总；金额单位为万元。"

    @property
    def projects(self) -> QuerySet[Any]:
        return self.found.qs

    @property
    def all_columns(self) -> Sequence[Shown]:
        return columns.register(self.year, self.month, self.stat_month)

    def paper_columns(self, names: Iterable[str]) -> Sequence[Shown]:
        return columns.chosen(names, self.year, self.month, self.stat_month)

    def sums(self, within: QuerySet[Any]) -> Sums:
        found = super().sums(within)
        done = investment.Done(self.month, found["done"] or Decimal(0), found["plan"])
        stat = stat_sums.total(within, year=self.year).done if self.stat_month else None
        return {**found, "rate": done.rate_words, "gap": done.gap_signed, "stat": stat}

    def items(self, within: QuerySet[Any] | None) -> QuerySet[Any]:
        projects: Any = self.projects if within is None else within
        beside = stat_sums.of_row(self.year) if self.stat_month else {}
        return with_rest(projects.paper_order()).annotate(**beside)

    def months_of(self, projects: list[Any]) -> dict[int, dict[int, Decimal]]:
        found: dict[int, dict[int, Decimal]] = {}
        rows = MonthPlan.objects.filter(plan__year=self.year, plan__project__in=[one.pk for one in projects])
        for pk, month, planned in rows.values_list("plan__project", "month", "planned"):
            found.setdefault(pk, {})[month] = planned
        return found

    @cached_property
    def stat_month(self) -> int | None:
        return stat_sums.month_of(self.year)


# --- rows that belong to a project -----------------------------------------------------------------------------


@dataclass
class RowsOfProjects(Listing):
    """A list whose rows point at projects."""

    @property
    @abstractmethod
    def rows(self) -> QuerySet[Any]: ...

    def items(self, within: QuerySet[Any] | None) -> QuerySet[Any]:
        return self.rows if within is None else self.rows.filter(project__in=within.order_by().values("pk"))

    def projects_of(self, chunk: list[Any]) -> list[Any]:
        pks = [item["project_id"] if isinstance(item, dict) else item.project_id for item in chunk]
        found = {one.pk: one for one in with_rest(self.projects.filter(pk__in=pks))} if pks else {}
        return [found[pk] for pk in pks]


@dataclass
class NodeList(RowsOfProjects):
    """The list of nodes under a filter. A project may have several: their amounts are not summed up."""

    found: NodeFilter

    things = "个节点"
    kind = "nodes"
    sums_add_up = False

    @property
    def name(self) -> str:
        label = NODE_SETS[self.found.kind].label if self.found.kind in NODE_SETS else ""
        return f"{self.year}年工业投资项目节点计划" + in_brackets([label] if label else [])

    @property
    def conditions(self) -> list[str]:
        found = [str(one.label) for one in self.found.conditions if one.field != "state"]
        return found + [f"含“{word}”" for word in self.found.understood.words]

    @property
    def scope(self) -> str:
        kind = self.found.kind
        return f"{NODE_SETS[kind].scope}；{COMMON_SCOPE}" if kind in NODE_SETS else COMMON_SCOPE

    @property
    def projects(self) -> QuerySet[Any]:
        register = stats.register(self.user, year=self.year)
        return register.filter(pk__in=self.found.qs.order_by().values("project"))

    @property
    def all_columns(self) -> Sequence[Shown]:
        return node_columns.columns(self.on)

    @property
    def rows(self) -> QuerySet[Any]:
        ordered = self.found.qs.order_by(*ORDERS.get(self.found.kind, WORST_FIRST))
        return ordered.values(*node_columns.FIELDS)

    def sums(self, within: QuerySet[Any]) -> Sums:
        return {"count": self.items(within).order_by().count()}


@dataclass
class EntryList(RowsOfProjects):
    """A published list with how each project stands in it. A park sees its own, and not what was published."""

    group: ProjectGroup

    kind = "group"

    @property
    def name(self) -> str:
        return self.group.name if str(self.year) in self.group.name else f"{self.year}年{self.group.name}"

    @property
    def conditions(self) -> list[str]:
        return []

    @property
    def scope(self) -> str:
        return f"{self.group.name}名单中的全部项目，列入状态见表内；金额单位为万元。"

    @property
    def projects(self) -> QuerySet[Any]:
        plan = FilteredRelation("plans", condition=Q(plans__year=self.year))
        seen = Project.objects.visible_to(self.user).annotate(plan=plan)
        return seen.filter(pk__in=self.group.entries.values("project"))

    @property
    def all_columns(self) -> Sequence[Shown]:
        return entry_columns.columns(whole_city=city_readers(self.user))

    @property
    def rows(self) -> QuerySet[Any]:
        return groups.entries_for(group=self.group, user=self.user)

    def sums(self, within: QuerySet[Any]) -> Sums:
        published = self.items(within).order_by().aggregate(published=Sum("amount_published"))["published"]
        return {**super().sums(within), "published": exact(published)}


@dataclass
class IssueList(RowsOfProjects):
    """The 台账 of 要素保障问题 under a filter. A project may have several: their amounts are not summed up."""

    found: IssueFilter

    things = "个问题"
    kind = "issues"
    sums_add_up = False

    @property
    def name(self) -> str:
        return "工业投资项目要素保障问题台账"

    @property
    def conditions(self) -> list[str]:
        return self.found.conditions

    @property
    def scope(self) -> str:
        return "逾期指办理中且超过办结时限；金额单位为万元。"

    @property
    def projects(self) -> QuerySet[Any]:
        plan = FilteredRelation("plans", condition=Q(plans__year=self.year))
        seen = Project.objects.visible_to(self.user).annotate(plan=plan)
        return seen.filter(pk__in=self.found.qs.order_by().values("project"))

    @property
    def all_columns(self) -> Sequence[Shown]:
        return issue_columns.columns(self.on)

    @property
    def rows(self) -> QuerySet[Any]:
        return self.found.qs

    def sums(self, within: QuerySet[Any]) -> Sums:
        return {"count": self.items(within).order_by().count()}
