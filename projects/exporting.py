"""The data form of a list: every column an import reads, in the order of the 推进表, 系统编号 last.

What is written here and imported again is 不变 in every row. Text stays text (see `portal.excel.writing`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from django.db.models import F, QuerySet

from portal import clock
from portal.choices import Role
from portal.excel.writing import COUNT, MONEY, TEXT, Column, Table, write
from portal.models import User
from projects import groups, words
from projects.choices import Hold, Light, YearType
from projects.filters import ProjectFilter
from projects.importing import listing
from projects.models import GroupEntry, Project, ProjectGroup
from projects.models.sets import NAMED

OTHER_PARKS = "其他特色园区(N)"
CHUNK = 500
LARGE = 2000


@dataclass(frozen=True)
class Sheet:
    """What the rows of an export have in common."""

    year: int
    user: User
    slugs: frozenset[str]  # the published lists of the year


@dataclass(frozen=True)
class Line:
    """One project with what stands beside it."""

    serial: int
    project: Any
    standing: dict[str, str]
    sheet: Sheet


Value = Callable[[Line], Any]


def attribute(name: str) -> Value:
    """A text or amount of the project, of its plan or of its newest note; blank when there is none."""

    def read(line: Line) -> Any:
        found = line.project
        for part in name.split("."):
            found = getattr(found, part, None) if found is not None else None
        return found

    return read


def label(name: str) -> Value:
    return lambda line: getattr(line.project, f"get_{name}_display")() if getattr(line.project, name) else None


def span(name: str) -> Value:
    return lambda line: str(getattr(line.project, name) or "")


def unit(line: Line) -> str:
    """The park as the 推进表 writes it: a county under 其他特色园区 by that name, with the county beside it."""
    found = line.project.unit
    if found is None:
        return ""
    return OTHER_PARKS if found.parent_id or found.code == "P99" else str(found.name)


def county(line: Line) -> str:
    found = line.project.unit
    own = line.project.county or (found.county if found and found.parent_id else None)
    return own.name if own else ""


def year_type(line: Line) -> str:
    kind = line.project.year_type
    return str(YearType(kind).label) if kind else ""


def flag(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


def levels(line: Line) -> str:
    return listing.write_levels(line.standing)


def major_pv(line: Line) -> str:
    if groups.MAJOR_PV not in line.sheet.slugs:
        return ""
    return flag(line.standing.get(groups.MAJOR_PV) in listing.STANDING)


def phone(name: str) -> Value:
    """In full for those who may see it, masked for others."""

    def read(line: Line) -> str:
        number = getattr(line.project, name)
        return number if sees_phones(line.sheet.user) else words.masked(number)

    return read


def sees_phones(user: User) -> bool:
    """`permissions.may_see_phones` without asking for each row: a park person's rows are all of the own units."""
    return user.role in (Role.STAFF, Role.PARK)


def reason(line: Line) -> str:
    note = line.project.newest_note
    return note.get_reason_display() if note and note.reason else ""


def noted_on(line: Line) -> str:
    note = line.project.newest_note
    return note.noted_on.isoformat() if note else ""


def columns(year: int) -> list[tuple[Column, Value]]:
    """The columns in the order of the register workbook, then those it lacks; 系统编号 last."""
    return [
        (Column("序号", 6, COUNT), lambda line: line.serial),
        (Column("项目名称", 34), attribute("name")),
        (Column("统一项目代码", 26), attribute("project_code")),
        (Column("项目单位", 26), attribute("enterprise.name")),
        (Column("统一社会信用代码", 20), attribute("enterprise.uscc")),
        (Column("所在园区", 14), unit),
        (Column("所在县(市、区)", 12), county),
        (Column("主导产业", 10), label("industry_group")),
        (Column("产业链环节", 10), label("chain_segment")),
        (Column("建设性质", 10), label("nature")),
        (Column("年度类型", 12), year_type),
        (Column("建设内容及规模", 44), attribute("content")),
        (Column("设计产能", 12), attribute("capacity")),
        (Column("总投资(万元)", 14, MONEY), attribute("total_investment")),
        (Column(f"{year}年计划投资(万元)", 14, MONEY), attribute("annual_plan")),
        (Column(f"截至{year - 1}年底累计完成投资(万元)", 16, MONEY), attribute("opening_cumulative")),
        (Column("计划开工时间", 14), span("planned_start")),
        (Column("计划竣工时间", 14), span("planned_finish")),
        (Column("项目阶段", 10), label("stage")),
        (Column("重点级别", 14), levels),
        (Column("六大光伏项目", 8), major_pv),
        (Column("责任单位", 18), attribute("responsible_unit")),
        (Column("联系市领导", 12), attribute("city_leader")),
        (Column("企业联络员", 10), attribute("liaison")),
        (Column("联系电话", 14), phone("liaison_phone")),
        (Column("备注", 24), attribute("remark")),
        (Column("实际开工时间", 14), span("actual_start")),
        (Column("实际竣工时间", 14), span("actual_finish")),
        (Column("最新进展", 30), attribute("newest_note.progress")),
        (Column("存在问题", 30), attribute("newest_note.problem")),
        (Column("下一步", 24), attribute("newest_note.next_step")),
        (Column("原因类别", 10), reason),
        (Column("进展日期", 12), noted_on),
        (Column("管理状态", 10), lambda line: Hold(line.project.hold).label),
        (Column("停缓建或退出原因", 20), attribute("hold_reason")),
        (Column("统计入库", 8), lambda line: flag(line.project.stat_listed)),
        (Column("建设地点", 20), attribute("address")),
        (Column("园区责任人", 10), attribute("park_owner")),
        (Column("园区责任人电话", 14), phone("park_phone")),
        (Column("灯", 8), lambda line: Light(line.project.light).label),
        (Column("系统编号", 14), attribute("number")),
    ]


# --- rows ------------------------------------------------------------------------------------------------------


def projects_of(found: ProjectFilter) -> QuerySet[Any]:
    """The filtered list in 台账顺序 with what a row shows, in one query."""
    return (
        found.qs.paper_order()
        .select_related("unit__county", "enterprise", "county", "newest_note")
        .annotate(
            year_type=F("plan__year_type"),
            annual_plan=F("plan__annual_plan"),
            opening_cumulative=F("plan__opening_cumulative"),
        )
    )


def lines(found: ProjectFilter, sheet: Sheet) -> Iterator[Line]:
    """Walk the list in chunks, with the entries of each chunk."""
    chunk: list[Project] = []
    serial = 0
    for project in projects_of(found).iterator(chunk_size=CHUNK):
        chunk.append(project)
        if len(chunk) == CHUNK:
            yield from with_entries(chunk, sheet, serial)
            serial += len(chunk)
            chunk = []
    yield from with_entries(chunk, sheet, serial)


def with_entries(chunk: list[Project], sheet: Sheet, done: int) -> Iterator[Line]:
    standing: dict[int, dict[str, str]] = {}
    entries = GroupEntry.objects.filter(project__in=chunk, group__year=sheet.year)
    for pk, slug, status in entries.values_list("project_id", "group__slug", "status"):
        standing.setdefault(pk, {})[slug] = status
    for number, project in enumerate(chunk, start=done + 1):
        yield Line(number, project, standing.get(project.pk, {}), sheet)


# --- the workbook ----------------------------------------------------------------------------------------------


@dataclass
class Export:
    """A list on its way out. `demo`: some row is 演示数据, which name and title then say."""

    found: ProjectFilter
    user: User
    on: date

    def __post_init__(self) -> None:
        totals = self.found.qs
        self.count = totals.count()
        self.demo = totals.filter(is_demo=True).exists()

    @property
    def filename(self) -> str:
        mark = "（演示数据）" if self.demo else ""
        return f"{self.subject}{self.on.isoformat()}{mark}.xlsx"

    @property
    def subject(self) -> str:
        """2021年工业投资项目, with the conditions of the list."""
        conditions = "、".join(self.conditions)
        safe = "".join("_" if char in '\\/:*?"<>|\r\n\t' else char for char in conditions)[:60]
        return f"{self.found.year}年工业投资项目" + (f"（{safe}）" if safe else "")

    @property
    def conditions(self) -> list[str]:
        return [str(one.label) for one in self.found.conditions] + [f"含“{w}”" for w in self.found.understood.words]

    @property
    def audited(self) -> list[str]:
        """The conditions as the audit keeps them: without telephone numbers."""
        return [words.without_phones(one) for one in self.conditions]

    def tables(self) -> list[Table]:
        slugs = ProjectGroup.objects.filter(year=self.found.year).values_list("slug", flat=True)
        sheet = Sheet(self.found.year, self.user, frozenset(slugs))
        wanted = columns(self.found.year)
        rows = ([value(line) for _, value in wanted] for line in lines(self.found, sheet))
        register = Table(
            name="项目",
            columns=[column for column, _ in wanted],
            rows=rows,
            title=self.subject + ("　演示数据" if self.demo else ""),
            left=f"导出：{self.user}　{self.on.isoformat()}",
            right="单位：万元",
        )
        about = Table("说明", [Column("事项", 16, TEXT), Column("内容", 80, TEXT)], self.about(), frozen=0)
        return [register, about]

    def about(self) -> list[tuple[str, str]]:
        scopes = [NAMED[chip].scope for chip in self.found.chips if NAMED[chip].scope]
        rows = [
            ("名称", self.subject),
            ("筛选条件", "、".join(self.conditions) or "全部"),
            ("项目数", f"{self.count}个"),
            ("导出日期", self.on.isoformat()),
            ("导出人", str(self.user)),
            ("口径", "；".join(scopes) or "按项目台账汇总；金额单位为万元。"),
            ("再导入", "修改后可在“数据导入”中导入：按系统编号对应项目，空白单元格不会清掉库内的内容。"),
        ]
        return [*rows, ("演示数据", "本表含演示数据，不得作为实际情况使用。")] if self.demo else rows

    def write(self, target: IO[bytes]) -> None:
        write(target, self.tables(), large=self.count > LARGE)


def data_form(found: ProjectFilter, *, by: User) -> Export:
    """What the list page exports for a person: the same filter over what the person may see."""
    return Export(found, by, clock.today())
