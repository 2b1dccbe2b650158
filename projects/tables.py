"""The table of the register. Columns, sorting and paging are django-tables2's; the cells of a row come from `cells`.

django-tables2's own cells cost more than all the rest of the page.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import django_tables2 as tables
from django.db.models import F
from django.utils.safestring import SafeString
from django_tables2.data import TableQuerysetData

from portal.models import User
from projects import light_words, stat_sums
from projects.cells import CELLS, Sight
from projects.done_cells import DONE_CELLS
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.rows import DATES, NOTE, lateness

SIZES = (25, 50, 100)
LONGEST = 500  # for printing
FIXED = ("pick", "no", "light", "name", "act")
EVERY_CELL = CELLS | DONE_CELLS
DONE = ("done", "rate", "gap")  # of the newest closed month; without one they are not shown
DEFAULT = ("total", "plan", "done", "stage", "node", "note", "liaison")
PAPER = ("plan__paper_unit", "plan__paper_type", "-plan__paper_total", "plan__project_id")

BASIC = (
    *("pk", "name", "enterprise__name", "unit__name", "is_demo", "unverified", "stage", "hold", "plan__year_type"),
    *light_words.FIELDS,
)
NEEDS: dict[str, tuple[str, ...]] = {
    "total": ("total_investment", "demo_fields"),
    "plan": ("plan__annual_plan", "demo_fields"),
    "done": ("plan__done", "plan__done_month"),
    "rate": ("plan__done", "plan__annual_plan"),
    "gap": ("plan__done", "plan__annual_plan"),
    "stat": ("stat_done", "stat_month"),
    "node": DATES,
    "note": NOTE,
    "liaison": ("liaison",),
    "act": ("liaison", "liaison_phone"),
    "county": ("county__name",),
    "industry": ("industry_group",),
    "segment": ("chain_segment",),
    "nature": ("nature",),
    "leader": ("city_leader",),
    "responsible": ("responsible_unit",),
    "number": ("number",),
    "code": ("project_code",),
    "start": DATES,
    "finish": DATES,
    "updated": ("last_update_on",),
    "park_owner": ("park_owner",),
    "capacity": ("capacity",),
    "content": ("content",),
    "remark": ("remark",),
}


def nulls_last(column: str) -> Callable[..., tuple[ProjectQuerySet, bool]]:
    """An order in which the unknown comes last both ways, on every database."""

    def order(table: tables.Table, rows: ProjectQuerySet, is_descending: bool) -> tuple[ProjectQuerySet, bool]:
        way = F(column).desc(nulls_last=True) if is_descending else F(column).asc(nulls_last=True)
        return rows.order_by(way, "pk"), True

    return order


def column(label: str, *order_by: str, number: bool = False) -> tables.Column:
    attrs = {"th": {"class": "num"}} if number else {}
    return tables.Column(verbose_name=label, order_by=order_by or None, orderable=bool(order_by), attrs=attrs)


COLUMNS: dict[str, tables.Column] = {
    "pick": column("选择"),
    "no": column("序号", number=True),
    "light": column("灯", "late_since"),
    "name": column("项目名称 / 单位", "name", "pk"),
    "total": column("总投资亿元", "total_investment", number=True),
    "plan": column("年计划亿元", "plan__annual_plan", number=True),
    "done": column("本年完成亿元", "plan__done", number=True),
    "rate": column("完成率", number=True),
    "gap": column("较序时", number=True),
    "stat": column("列统完成亿元", number=True),
    "stage": column("阶段"),
    "node": column("关键节点", "due_on"),
    "note": column("最新进展或原因", "last_update_on"),
    "liaison": column("联系人"),
    "unit": column("园区", "plan__paper_unit", "pk"),
    "county": column("县（市、区）"),
    "type": column("年度类型", "plan__paper_type", "pk"),
    "industry": column("主导产业"),
    "segment": column("产业链环节"),
    "nature": column("建设性质"),
    "content": column("建设内容及规模"),
    "capacity": column("设计产能"),
    "leader": column("联系市领导", "city_leader", "pk"),
    "responsible": column("责任单位"),
    "park_owner": column("园区责任人"),
    "start": column("计划开工"),
    "finish": column("计划竣工"),
    "updated": column("最近更新", "last_update_on"),
    "remark": column("备注"),
    "code": column("统一项目代码"),
    "number": column("系统编号", "number"),
    "act": column("操作"),
}


@dataclass(frozen=True)
class Heading:
    """What the head of a column shows: its name, how it is sorted now (or ""), and the order a click asks for."""

    name: str
    label: str
    is_number: bool
    sorted: str
    order: str


class KeysFirst(TableQuerysetData):
    """Finds the keys of a page before it reads what the rows show: where many projects are due on the same day, all of
    them must be put in order, but only those of the page need their enterprise, unit and note."""

    def __getitem__(self, key: int | slice) -> Any:
        if isinstance(key, int):
            return self.data[key]
        return self.data.filter(pk__in=self.data.values("pk")[key])


class ProjectTable(tables.Table):
    """The register as people read it; which columns and in which order is each person's own choice.

    Only the chosen columns are made: django-tables2 copies and inspects every column of a table for each page.
    """

    order_total = nulls_last("total_investment")
    order_plan = nulls_last("plan__annual_plan")
    order_done = nulls_last("plan__done")
    order_node = nulls_last("due_on")
    order_light = nulls_last("late_since")
    order_note = order_updated = nulls_last("last_update_on")

    def __init__(self, projects: ProjectQuerySet, *, chips: list[str], sight: Sight, columns: list[str], sort: str):
        self.sight = sight
        self.names = [*(["pick"] if sight.writes else []), "no", "light", "name", *columns, "act"]
        beside = stat_sums.of_row(sight.year) if "stat" in columns else {}
        rows = in_order(projects, chips).annotate(**lateness(sight.on), **beside).values(*needed(self.names))
        chosen = [(name, copy(COLUMNS[name])) for name in self.names]
        for name, made in chosen:
            if name == "done":
                made.verbose_name = f"1—{sight.month}月亿元"
            if name == "stat" and sight.stat_month:
                made.verbose_name = f"列统1—{sight.stat_month}月亿元"
        data = KeysFirst(rows) if chips and not sort else rows
        super().__init__(data, order_by=sort or (), order_by_field="sort", extra_columns=chosen)

    def headings(self) -> Iterator[Heading]:
        for bound in self.columns:
            way = ""
            if bound.is_ordered:
                way = "ascending" if bound.order_by_alias.is_ascending else "descending"
            order = str(bound.order_by_alias.next) if bound.orderable else ""
            yield Heading(bound.name, bound.header, bool(bound.column.attrs), way, order)

    def lines(self) -> Iterator[SafeString]:
        """The rows of the page, each the escaped cells of its columns in one piece."""
        cells = [EVERY_CELL[name] for name in self.names]
        before = (self.page.number - 1) * self.paginator.per_page
        for number, bound in enumerate(self.paginated_rows, start=before + 1):
            record, sight = bound.record, self.sight
            yield SafeString("".join([cell(record, sight, number) for cell in cells]))


def in_order(projects: ProjectQuerySet, chips: list[str]) -> ProjectQuerySet:
    """台账顺序; under chips the worst first."""
    worst = [F(name).asc(nulls_last=True) for chip in chips for name in NAMED[chip].worst_first]
    return projects.order_by(*worst, *PAPER) if worst else projects.paper_order()


def needed(names: list[str]) -> list[str]:
    fields = [*BASIC, *(field for name in names for field in NEEDS.get(name, ()))]
    return [*dict.fromkeys(fields), "late_start", "late_finish"]


# --- the columns people choose ---------------------------------------------------------------------------------


def columns_of(user: User, *, kept: Sequence[str] = ()) -> list[str]:
    """The columns `kept` with a list, else those the person chose, in that order; what no longer exists is left out."""
    free = [name for name in COLUMNS if name not in FIXED]
    return [name for name in kept or user.list_columns if name in free] or list(DEFAULT)


def of_month(columns: Sequence[str], month: int | None) -> list[str]:
    """The columns that have something to say: 完成投资 only after the first month was closed."""
    return [name for name in columns if month or name not in DONE]


def remember_columns(*, user: User, columns: list[str]) -> list[str]:
    """Keep the person's choice; an empty choice is the default again."""
    free = [name for name in COLUMNS if name not in FIXED]
    user.list_columns = [name for name in dict.fromkeys(columns) if name in free]
    user.save(update_fields=["list_columns"])
    return columns_of(user)


def column_choices(chosen: list[str]) -> list[dict[str, Any]]:
    """Every column for the dialog: the fixed ones, the chosen ones in their order, the others."""
    others = [name for name in COLUMNS if name not in (*FIXED, *chosen)]
    return [
        {
            "name": name,
            "label": COLUMNS[name].verbose_name,
            "shown": name in chosen,
            "fixed": name in FIXED,
        }
        for name in ["no", "light", "name", *chosen, *others]
    ]
