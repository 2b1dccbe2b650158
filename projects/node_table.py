"""The table of nodes. As in the register, django-tables2 sorts and pages, the cells of a row are written here."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.money import yi
from projects import node_rows
from projects.cells import EMPTY_CELL, own, text
from projects.models import Milestone
from projects.node_rows import Row
from projects.tables import Heading, column

ORDERS = {
    "done": (F("actual_to").desc(nulls_last=True), F("project_id").asc(), F("order").asc()),
    "na": (F("project_id").asc(), F("order").asc()),
    "undated": (F("project_id").asc(), F("order").asc()),
}
WORST_FIRST = (F("current_to").asc(nulls_last=True), F("pk").asc())
COLUMNS: dict[str, tables.Column] = {
    "no": column("序号", number=True),
    "name": column("项目名称 / 单位", "project__name", "pk"),
    "node": column("节点", "order", "pk"),
    "state": column("状态", "current_to", "pk"),
    "original": column("原计划"),
    "current": column("调整后计划"),
    "forecast": column("预计完成"),
    "actual": column("实际完成"),
    "total": column("总投资亿元", "project__total_investment", "pk", number=True),
    "note": column("最新进展或原因"),
    "owner": column("责任人"),
    "act": column("操作"),
}


@dataclass(frozen=True)
class Sight:
    """Who looks and when."""

    on: date
    writes: bool
    one_unit: bool
    detail_url: str
    note_url: str


class NodeTable(tables.Table):
    """Nodes, worst first."""

    def __init__(self, nodes: QuerySet[Milestone], *, state: str, sight: Sight, sort: str):
        self.sight = sight
        rows = nodes.order_by(*ORDERS.get(state, WORST_FIRST)).values(*node_rows.FIELDS)
        chosen = [(name, copy(one)) for name, one in COLUMNS.items() if sight.writes or name != "act"]
        super().__init__(rows, order_by=sort or (), order_by_field="sort", extra_columns=chosen)

    def headings(self) -> Iterator[Heading]:
        for bound in self.columns:
            way = ""
            if bound.is_ordered:
                way = "ascending" if bound.order_by_alias.is_ascending else "descending"
            order = str(bound.order_by_alias.next) if bound.orderable else ""
            yield Heading(bound.name, bound.header, bool(bound.column.attrs), way, order)

    def lines(self) -> Iterator[SafeString]:
        """The rows of the page, each the escaped cells of its columns in one piece."""
        before = (self.page.number - 1) * self.paginator.per_page
        for number, bound in enumerate(self.paginated_rows, start=before + 1):
            yield line(bound.record, self.sight, number)


def line(row: Row, sight: Sight, number: int) -> SafeString:
    """The cells of one node."""
    cells = format_html('<td class="num card-hide">{}</td>', own(number))
    cells += project_cell(row, sight) + format_html('<td class="nowrap">{}</td>', text(node_rows.title(row)))
    cells += state_cell(row, sight.on) + plan_cells(row)
    cells += format_html('<td class="num" data-label="总投资亿元">{}</td>', own(yi(row["project__total_investment"])))
    cells += format_html('<td class="note"><div class="clip">{}</div></td>', text(node_rows.note_words(row)))
    cells += labelled("责任人", node_rows.owner(row))
    return cells + act_cell(row, sight) if sight.writes else cells


def project_cell(row: Row, sight: Sight) -> SafeString:
    unit = "" if sight.one_unit else row["project__unit__name"] or "待分派"
    return format_html(
        '<td class="title"><a href="{}">{}</a><div class="sub">{}</div></td>',
        address(sight.detail_url, row),
        text(row["project__name"]),
        text(unit),
    )


def state_cell(row: Row, on: date) -> SafeString:
    words, look = node_rows.state_words(row, on)
    return format_html('<td class="nowrap"><span class="{} plain">{}</span></td>', own(look), text(words))


def plan_cells(row: Row) -> SafeString:
    """原计划, 调整后计划 with how often it was adjusted, 预计完成, 实际完成; an empty cell where nothing is known."""
    times = row["adjusted_times"]
    adjusted = f"{node_rows.span(row, 'current') or '待定'}（已调整{times}次）" if times else ""
    return (
        labelled("原计划", node_rows.span(row, "original"))
        + labelled("调整后计划", adjusted)
        + labelled("预计完成", node_rows.span(row, "forecast"))
        + labelled("实际完成", node_rows.span(row, "actual"))
    )


def labelled(label: str, value: object) -> SafeString:
    return format_html('<td data-label="{}">{}</td>', own(label), text(value)) if value else EMPTY_CELL


def act_cell(row: Row, sight: Sight) -> SafeString:
    return format_html(
        '<td class="card-actions no-print" data-nocopy><a class="btn btn-sm" href="{}">更新</a></td>',
        address(sight.note_url, row),
    )


def address(pattern: str, row: Row) -> SafeString:
    return SafeString(pattern.replace("/0/", f"/{row['project_id']}/"))
