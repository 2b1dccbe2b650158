"""What a digest tells of, looked up once for all who look at the same units: the functions of desk and list."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import F, Q

from parks.models import Park
from portal import contact
from portal.clock import SHANGHAI
from projects import attention, chasing, groups, owed_reports, reasons, stat_sums, stats, weekly
from projects.choices import Light, RequestState
from projects.digests import naming
from projects.models import ChangeRequest, Issue, Milestone, Project
from projects.models.issues import IssueQuerySet
from projects.models.milestones import MilestoneQuerySet
from projects.models.node_sets import NODE_SETS
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.models.weeks import last_week, promised, started_between

CITY, LEADER = "city", "leader:"
NAMED_AT_MOST = 40
Row = dict[str, Any]


def day_words(day: date) -> str:
    return f"{day.month}月{day.day}日"


class Facts:
    """The register of `scope` (CITY, codes of units, or LEADER and the name of a 市领导) on a day, and what happened
    from `first` to `last`."""

    def __init__(self, scope: str, *, first: date, last: date, on: date):
        self.scope, self.first, self.last, self.on = scope, first, last, on

    @cached_property
    def year(self) -> int:
        return stats.year_on(self.on)

    @cached_property
    def units(self) -> list[Park]:
        """The units as on paper; a unit brings those under it."""
        codes = self.scope.split(",")
        mine = Q() if self.is_everywhere else Q(code__in=codes) | Q(parent__code__in=codes)
        return list(Park.objects.filter(mine).reporting())

    @cached_property
    def visible(self) -> ProjectQuerySet:
        live = Project.objects.live()
        if self.leader:
            return live.filter(city_leader=self.leader)
        return live if self.scope == CITY else live.filter(unit__in=self.units)

    @property
    def leader(self) -> str:
        """The 市领导 whose projects these are, if the scope is one's."""
        return self.scope.removeprefix(LEADER) if self.scope.startswith(LEADER) else ""

    @property
    def is_everywhere(self) -> bool:
        """Whether projects of any unit may be among these."""
        return self.scope == CITY or bool(self.leader)

    @property
    def projects(self) -> ProjectQuerySet:
        return self.visible.in_year(self.year)

    @property
    def nodes(self) -> MilestoneQuerySet:
        found = Milestone.objects.in_register(self.year)
        if self.leader:
            return found.filter(project__city_leader=self.leader)
        return found if self.scope == CITY else found.filter(project__unit__in=self.units)

    @cached_property
    def lines(self) -> list[stats.UnitLine]:
        return stats.unit_lines(self.projects, self.units, on=self.on, year=self.year)

    @property
    def whole(self) -> stats.Figures:
        return self.lines[0].figures

    @property
    def done_words(self) -> str:
        """1—8月完成投资…; nothing before the first closed month."""
        return stats.done_words(self.whole, self.lines[0].month)

    @cached_property
    def stat(self) -> stat_sums.Known:
        """列统口径, apart from what units report."""
        return stat_sums.total(self.projects, year=self.year)

    @property
    def stat_words(self) -> str:
        """列统口径1—8月完成投资…; nothing before a list was imported."""
        return self.stat.sentence

    @cached_property
    def guard(self) -> groups.Difference | None:
        """What was published, for the whole city only."""
        return groups.industrial_guard(self.year) if self.scope == CITY else None

    @cached_property
    def missing(self) -> chasing.Missing:
        return chasing.missing(self.projects, on=self.on)

    @cached_property
    def month(self) -> owed_reports.Standing | None:
        """Who has not reported in the open period; nothing before the week of its deadline."""
        return owed_reports.standing(self.visible, on=self.on)

    @property
    def month_counts(self) -> tuple[str, ...]:
        """9月未报11个, 月报退回1个, without what there is none of."""
        back = [f"月报退回{self.month.returned}个"] if self.month and self.month.returned else []
        return tuple(filter(None, [self.unreported, *back]))

    @property
    def unreported(self) -> str:
        """9月未报11个, or nothing."""
        return self.month.words if self.month else ""

    @cached_property
    def contact(self) -> str:
        return contact.line()

    @property
    def demo(self) -> str:
        return "（演示数据）" if self.whole["demo"].count else ""

    # --- the weeks behind

    @cached_property
    def week(self) -> weekly.Week:
        return weekly.changes(self.projects, self.nodes, on=self.on, span=(self.first, self.last))

    def changed(self, chip: str) -> int:
        return next(one.count for one in self.week.changes if chip in (one.chip, one.state))

    @property
    def span_name(self) -> str:
        """上周, 前两周, or the days when it is another week."""
        if self.last != last_week(self.on)[1]:
            return self.week.words
        weeks = ((self.last - self.first).days + 1) // 7
        return {1: "上周", 2: "前两周"}.get(weeks, f"前{weeks}周")

    @cached_property
    def started(self) -> list[Row]:
        """What was started in these days, of whichever 年度类型."""
        found = self.projects.filter(started_between(self.first, self.last)).order_by("actual_start_to", "pk")
        return list(found.values("name", "unit__name", "total_investment")[: weekly.NAMED_AT_MOST + 1])

    @cached_property
    def newly_started(self) -> int:
        """Of the projects counted as 已开工, those started in these days."""
        return self.projects.started().filter(started_between(self.first, self.last)).count()

    @cached_property
    def answers(self) -> list[ChangeRequest]:
        """Requests the bureau decided in these days."""
        start = datetime.combine(self.first, time.min, SHANGHAI)
        end = datetime.combine(self.last + timedelta(days=1), time.min, SHANGHAI)
        decided = ChangeRequest.objects.filter(project__in=self.visible, decided_at__gte=start, decided_at__lt=end)
        answered = decided.filter(state__in=(RequestState.AGREED, RequestState.RETURNED))
        return list(answered.select_related("project", "milestone").order_by("decided_at"))

    @cached_property
    def waiting_requests(self) -> int:
        return ChangeRequest.objects.filter(project__in=self.visible).waiting().count()

    # --- the week ahead

    @property
    def due_nodes(self) -> MilestoneQuerySet:
        return self.nodes.filter(NODE_SETS["this_week"].condition(self.on))

    @cached_property
    def due(self) -> list[Row]:
        """The nodes due this week as on paper, 开工 before 竣工投产; `paused` by a promise."""
        fields = ("phase", "name", "order", "current_to", "project__name", "project__unit__name", "project__light")
        paper = F("project__unit__order").asc(nulls_last=True)
        promises = self.due_nodes.filter(project__in=self.visible.filter(promised(self.on)))
        paused = set(promises.values_list("pk", flat=True))
        rows = self.due_nodes.order_by("order", "phase", paper, "project_id").values("pk", *fields)
        return [{**row, "paused": row["pk"] in paused} for row in rows]

    # --- lists of projects

    def late(self, *, red: bool, count: int) -> list[attention.Item]:
        """逾期未开工, the largest first, with the last 催办 of each."""
        return attention.largest(listed(self.projects, red=red), on=self.on, count=count)

    def calls(self, *, red: bool, count: int) -> list[attention.Item]:
        return attention.calls(listed(self.projects, red=red), on=self.on, count=count)

    @cached_property
    def promised(self) -> int:
        """已承诺: late starts whose promised day has not passed."""
        return self.projects.filter(NAMED["promised"].condition(self.on)).count()

    @cached_property
    def reasons(self) -> list[tuple[str, int]]:
        return attention.reasons(self.projects.overdue_start(on=self.on))

    # --- 要素保障问题

    @property
    def issues(self) -> IssueQuerySet:
        return Issue.objects.filter(project__in=self.visible).select_related("project__unit")  # type: ignore[no-any-return]

    @cached_property
    def issue_counts(self) -> dict[str, int]:
        return reasons.issue_counts(self.issues, on=self.on)

    def city_issues(self, *, red: bool, count: int) -> list[Issue]:
        """Open issues the city has to see to, of the largest projects."""
        if not self.issue_counts["city"]:
            return []
        found = self.issues.for_the_city()
        return list((found.filter(project__light=Light.RED) if red else found)[:count])

    def late_issues(self, *, red: bool, count: int) -> list[Issue]:
        """Issues after their 办结时限, the longest late first."""
        if not self.issue_counts["overdue"]:
            return []
        found = self.issues.overdue(on=self.on)
        found = found.filter(project__light=Light.RED) if red else found
        return list(found.ledger_order()[:count])

    @cached_property
    def photovoltaic(self) -> list[attention.Item]:
        return attention.in_group(self.projects, groups.MAJOR_PV, on=self.on, year=self.year)


def listed(projects: ProjectQuerySet, *, red: bool) -> ProjectQuerySet:
    """What a list names: all, or for who chose 只看红灯 the red ones."""
    return projects.filter(light=Light.RED) if red else projects


def due_words(rows: list[Row]) -> tuple[str, list[str]]:
    """（均为9月30日） if it is one day, and each kind of node: 开工5：五通桥079、夹江162、164."""
    days = {row["current_to"] for row in rows}
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(f"{row['phase']}{row['name']}", []).append(row)
    told = [f"{kind}{len(some)}：{due_names(some, say_day=len(days) > 1)}" for kind, some in kinds.items()]
    return f"（均为{day_words(days.pop())}）" if len(days) == 1 else "", told


def due_names(rows: list[Row], *, say_day: bool) -> str:
    """五通桥079、夹江162、164; on several days each day first: 9月28日 …，9月30日 …."""
    some, more = rows[:NAMED_AT_MOST], "等" if len(rows) > NAMED_AT_MOST else ""
    if not say_day:
        return naming.projects(pairs(some)) + more
    told = [f"{day_words(day)}{naming.projects(pairs(due))}" for day, due in by_day(some)]
    return "，".join(told) + more


def by_day(rows: list[Row]) -> list[tuple[date, list[Row]]]:
    """The nodes of each day, the earliest first."""
    found: dict[date, list[Row]] = {}
    for row in rows:
        found.setdefault(row["current_to"], []).append(row)
    return sorted(found.items())


def pairs(rows: Iterable[Row]) -> list[tuple[str, str | None]]:
    return [(row["project__name"], row["project__unit__name"]) for row in rows]


def foot(facts: Facts, *, about: str, red: bool) -> str:
    """数据时点, where the rest is, whom to ask."""
    only = "按您的设置，名单只列红灯项目。" if red else ""
    return f"数据时点：{facts.on.year}年{day_words(facts.on)}。{about}{only}{facts.contact}{facts.demo}"
