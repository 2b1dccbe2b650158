"""A register of any size for benchmarks: invented projects with plans, notes, entries and history, written in bulk.

The same seed gives the same register. Every project is `is_demo`; facts are spread as in the bureau's own workbook.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Model

from parks.models import Enterprise, Park
from portal import clock, spans
from portal.models import User
from projects import derived, groups, lights, nodes
from projects.choices import (
    ChainSegment,
    EntryStatus,
    Hold,
    IndustryGroup,
    Nature,
    NoteSource,
    Reason,
    Stage,
    YearType,
)
from projects.dimensions import Known
from projects.models import (
    GroupEntry,
    LightSnapshot,
    Milestone,
    NumberSeries,
    ProgressNote,
    Project,
    ProjectGroup,
    YearPlan,
)

CHUNK = 2000
PRODUCTS = (
    ("单晶拉棒切方", "GW", IndustryGroup.OPTO, ChainSegment.INGOT),
    ("单晶硅切片", "GW", IndustryGroup.OPTO, ChainSegment.WAFER),
    ("高效电池片", "GW", IndustryGroup.OPTO, ChainSegment.CELL),
    ("光伏组件", "GW", IndustryGroup.OPTO, ChainSegment.MODULE),
    ("光伏铝边框", "吨", IndustryGroup.OPTO, ChainSegment.SUPPORT),
    ("石英坩埚", "只", IndustryGroup.OPTO, ChainSegment.SUPPORT),
    ("不锈钢冷轧板", "万吨", IndustryGroup.MATERIALS, ""),
    ("陶瓷岩板", "万平方米", IndustryGroup.MATERIALS, ""),
    ("稀土功能材料", "吨", IndustryGroup.MATERIALS, ""),
    ("离子膜烧碱", "万吨", IndustryGroup.CHEMICALS, ""),
    ("水处理剂", "吨", IndustryGroup.CHEMICALS, ""),
    ("电子级化学品", "万吨", IndustryGroup.CHEMICALS, ""),
    ("调味品", "吨", IndustryGroup.FOOD, ""),
    ("精制茶", "吨", IndustryGroup.FOOD, ""),
    ("竹浆纸", "万吨", IndustryGroup.OTHER, ""),
    ("机械零部件", "万件", IndustryGroup.OTHER, ""),
)
KINDS = ((Nature.NEW, "项目"), (Nature.REFORM, "技改"), (Nature.EXPAND, "扩能"), (Nature.MOVE, "搬迁改造"))
YEAR_TYPES = (YearType.CONTINUING, YearType.NEW, YearType.FINISHING, YearType.RESERVE)
YEAR_WEIGHTS = (40, 33, 17, 10)
STAGES: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    YearType.CONTINUING: ((Stage.BUILDING, Stage.TRIAL), (95, 5)),
    YearType.NEW: ((Stage.BUILDING, Stage.PREPARING, Stage.SIGNED), (64, 24, 12)),
    YearType.FINISHING: ((Stage.BUILDING, Stage.TRIAL, Stage.COMPLETED), (45, 20, 35)),
    YearType.RESERVE: ((Stage.RESERVE, Stage.TALKS, Stage.SIGNED), (60, 28, 12)),
}
PROGRESS = (
    "完成厂房主体结构，设备正在安装。",
    "场平完成，正在进行基础施工。",
    "设备安装完成八成，开始单机调试。",
    "已完成备案，正在办理用地和环评手续。",
)
PROBLEMS = (
    (Reason.LAND, "用地报批尚未完成。"),
    (Reason.ENVIRONMENT, "环评报告正在修改。"),
    (Reason.ENTERPRISE, "企业资金尚未到位。"),
)
CONTENT = "用地约{land}亩，新建厂房及配套设施，购置设备{machines}台（套），形成年产{what}能力。"
LEADERS = tuple(f"演示市领导{char}" for char in "甲乙丙丁戊己庚辛")
UNIT_WEIGHTS = {"P00": 41, "P01": 65, "P02": 38, "P03": 44, "P04": 36, "P05": 28}
COUNTY_WEIGHT = 4


@dataclass
class Batch:
    """Rows that are written together, in the order of their tables."""

    enterprises: list[Enterprise] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    plans: list[YearPlan] = field(default_factory=list)
    notes: list[ProgressNote] = field(default_factory=list)
    entries: list[GroupEntry] = field(default_factory=list)


@dataclass
class Generator:
    """Makes one project after the other. Keys are given out here, so that a project can name its newest note."""

    year: int
    today: date
    random: random.Random
    by: User | None
    number: int
    project_key: int
    note_key: int
    units: list[Park]
    groups: dict[str, ProjectGroup]
    enterprise: Enterprise | None = None

    def batch(self, count: int) -> Batch:
        rows = Batch()
        for _ in range(count):
            self.number, self.project_key = self.number + 1, self.project_key + 1
            project, plan = self.project(rows), self.plan()
            self.stage(project, plan)
            plan.project = project
            self.notes(project, rows)
            finish(project, plan)
            rows.projects.append(project)
            rows.plans.append(plan)
            rows.entries += self.entries(project)
        return rows

    def project(self, rows: Batch) -> Project:
        """Who, where, what and how much."""
        chance = self.random
        product, measure, industry, segment = chance.choice(PRODUCTS)
        nature, ending = chance.choice(KINDS)
        unit = chance.choices(self.units, [UNIT_WEIGHTS.get(unit.code, COUNTY_WEIGHT) for unit in self.units])[0]
        capacity = f"{chance.randint(1, 199) * 5}{measure}"
        county = unit.county
        return Project(
            pk=self.project_key,
            number=f"LS{self.year}-{self.number:04d}",
            name=f"演示项目{self.number:06d} 年产{capacity}{product}{ending}",
            project_code=f"2101-{county.code if county else '511100'}-04-01-{self.number % 1_000_000:06d}",
            enterprise=self.owner(rows),
            unit=None if chance.random() < 0.005 else unit,
            county=county,
            industry_group=industry,
            chain_segment=segment,
            nature=nature,
            content=CONTENT.format(
                land=chance.randint(5, 500), machines=chance.randint(10, 300), what=capacity + product
            ),
            capacity=capacity,
            total_investment=Decimal(round(chance.lognormvariate(9.5, 1.3) * 100)) / 100,
            city_leader=chance.choice(LEADERS) if chance.random() < 0.3 else "",
            responsible_unit=f"{county.name}经信局" if county else "",
            liaison=f"{chance.choice('王李张刘陈杨赵黄周吴')}某某",
            liaison_phone=f"1380000{self.number % 10_000:04d}",
            remark="演示数据",
            is_demo=True,
            created_by=self.by,
        )

    def owner(self, rows: Batch) -> Enterprise:
        """Two projects in three bring an enterprise of their own."""
        if self.enterprise is None or self.random.random() < 0.67:
            self.enterprise = Enterprise(name=f"演示企业{self.number:06d}有限公司", is_demo=True)
            rows.enterprises.append(self.enterprise)
        return self.enterprise

    def plan(self) -> YearPlan:
        kind = self.random.choices(YEAR_TYPES, YEAR_WEIGHTS)[0]
        amount = Decimal(self.random.randint(50, 50_000))
        return YearPlan(year=self.year, year_type=kind, annual_plan=amount, opening_cumulative=Decimal(0))

    def stage(self, project: Project, plan: YearPlan) -> None:
        """How far, and the months planned for it."""
        stages, weights = STAGES[plan.year_type]
        project.stage = self.random.choices(stages, weights)[0]
        project.hold = Hold.SUSPENDED if self.random.random() < 0.02 else Hold.NONE
        first = {YearType.NEW: self.year, YearType.RESERVE: self.year + 1}.get(YearType(plan.year_type), self.year - 2)
        start = spans.month(date(first, self.random.randint(1, 12), 1))
        last = self.year if plan.year_type == YearType.FINISHING else first + self.random.randint(1, 3)
        finish_month = spans.month(date(last, self.random.randint(1, 12), 1))
        project.planned_start_from, project.planned_start_to = start.start, start.end
        project.planned_finish_to = max(finish_month.end, start.end)
        project.planned_finish_from = project.planned_finish_to.replace(day=1)

    def notes(self, project: Project, rows: Batch) -> None:
        """Two notes in the last sixty days; the newest one is known to the project."""
        days = sorted(self.random.sample(range(60), 2), reverse=True)
        for ago in days:
            self.note_key += 1
            reason, problem = self.random.choice(PROBLEMS) if self.random.random() < 0.3 else ("", "")
            rows.notes.append(
                ProgressNote(
                    pk=self.note_key,
                    project=project,
                    noted_on=self.today - timedelta(days=ago),
                    progress=self.random.choice(PROGRESS),
                    problem=problem,
                    reason=reason,
                    source=NoteSource.SAMPLE,
                    author=self.by,
                    is_demo=True,
                )
            )
        project.newest_note_id = self.note_key
        project.last_update_on = rows.notes[-1].noted_on

    def entries(self, project: Project) -> Iterator[GroupEntry]:
        yield self.entry(groups.INDUSTRIAL, project, EntryStatus.LISTED)
        if self.random.random() < 0.1:
            yield self.entry(groups.PROVINCE_KEY, project, EntryStatus.APPLIED)

    def entry(self, slug: str, project: Project, status: str) -> GroupEntry:
        return GroupEntry(
            group=self.groups[slug],
            project=project,
            status=status,
            from_date=self.today,
            amount_published=project.total_investment,
        )


def finish(project: Project, plan: YearPlan) -> None:
    """Fill the derived columns as `derived.refresh` would."""
    project.search_text = derived.search_text(project)
    project.due_on = derived.due_on(project)
    for name, value in derived.paper_columns(plan, project).items():
        setattr(plan, name, value)


@transaction.atomic
def generate(*, count: int, year: int, seed: int, by: User | None, history: bool = True) -> int:
    """Add `count` projects with a plan for `year` and return how many. `history`: one creation row for each."""
    maker = start(year=year, seed=seed, by=by)
    for done in range(0, count, CHUNK):
        write(maker.batch(min(CHUNK, count - done)), by=by if history else None, history=history, today=maker.today)
    NumberSeries.objects.filter(year=year).update(last=maker.number)
    reset_sequences(Project, ProgressNote)
    return count


def start(*, year: int, seed: int, by: User | None) -> Generator:
    """Begin after the last number and the last keys that are taken."""
    series, _ = NumberSeries.objects.get_or_create(year=year)
    return Generator(
        year=year,
        today=clock.today(),
        random=random.Random(seed),  # noqa: S311 — a repeatable register, nothing secret
        by=by,
        number=series.last,
        project_key=last_key(Project),
        note_key=last_key(ProgressNote),
        units=list(Park.objects.exclude(code="P99").select_related("county").reporting()),
        groups={group.slug: group for group in ProjectGroup.objects.filter(year=year)},
    )


def last_key(model: type[Model]) -> int:
    return model._default_manager.aggregate(last=Max("pk"))["last"] or 0


def write(rows: Batch, *, by: User | None, history: bool, today: date) -> None:
    made = judge(rows, today)
    Enterprise.objects.bulk_create(rows.enterprises)
    for project in rows.projects:
        project.enterprise = project.enterprise  # takes over the key the database has just given
    Project.objects.bulk_create(rows.projects, batch_size=500)
    YearPlan.objects.bulk_create(rows.plans, batch_size=500)
    ProgressNote.objects.bulk_create(rows.notes, batch_size=500)
    GroupEntry.objects.bulk_create(rows.entries, batch_size=500)
    Milestone.objects.bulk_create(made, batch_size=500)
    lights.keep([LightSnapshot(project=project, day=today, light=project.light) for project in rows.projects])
    if history:
        moment = datetime.combine(today, time(9), clock.SHANGHAI)
        for model, objects in ((Project, rows.projects), (YearPlan, rows.plans)):
            model.history.bulk_history_create(
                objects, batch_size=500, default_user=by, default_date=moment, default_change_reason="演示数据"
            )


def judge(rows: Batch, today: date) -> list[Milestone]:
    """Set the lights in memory, as `lights.refresh` would, and return the nodes they come from."""
    rule, made = lights.rule_on(today), []
    for project, plan in zip(rows.projects, rows.plans, strict=True):
        own = nodes.take_facts(project, {})
        known = Known(plan=plan)
        verdict = lights.evaluate(project, own, year_type=plan.year_type, on=today, rule=rule, known=known)
        for name in lights.STORED:
            setattr(project, name, getattr(verdict, name))
        made += own
    return made


def reset_sequences(*models: type[Model]) -> None:
    """Let the database give out keys after those given out here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def analyze() -> None:
    """Let the database count its rows, so that it plans queries for the new size. Outside a transaction.

    PostgreSQL also notes which pages everybody may see, as its autovacuum would within minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
