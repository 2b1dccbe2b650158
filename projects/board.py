"""The board of a 专题: a column for each project, its nodes down the side. Amounts in 万元, shown in 亿元.

What nobody said is 待补, never a nought; a project 进展待核实 stays grey whatever its dates are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from portal.money import yi
from projects import node_rows, rows
from projects.capacity import UNKNOWN, Part, lines_of, parts_of, plain
from projects.investment import Done
from projects.light_words import CSS
from projects.models import GroupEntry, Milestone, Project, YearPlan

MOST = 12  # columns that a screen may stand in for the list
ON_PAGE = 6
NONE_HERE = "–"


@dataclass(frozen=True)
class Words:
    """A line of a cell and its look: late, soon, soft or plain."""

    text: str
    look: str = ""


@dataclass(frozen=True)
class Cell:
    """What a project says in a row; `light` is the code of a light to show with it."""

    lines: tuple[Words, ...]
    light: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the board: a node, or a fact of the projects."""

    label: str
    cells: tuple[Cell, ...]
    is_node: bool = False


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    entry: GroupEntry
    project: Project
    cells: tuple[tuple[str, Cell, bool], ...] = ()


@dataclass
class Board:
    """Columns and rows; on a telephone each column is a card with the rows in it."""

    columns: list[Column]
    rows: list[Row] = field(default_factory=list)


def board(entries: Sequence[GroupEntry], *, year: int, on: date) -> Board:
    """Lay out these entries. Three queries: plans, nodes, capacities."""
    projects = [entry.project for entry in entries]
    plans = {plan.project_id: plan for plan in YearPlan.objects.filter(project__in=projects, year=year)}
    parts: dict[int, list[Part]] = {}
    for part in parts_of(projects, lines_of(projects)):
        parts.setdefault(part.project.pk, []).append(part)

    def row(label: str, cell: Callable[[Project], Cell]) -> Row:
        return Row(label, tuple(cell(project) for project in projects))

    made = [
        row("填报单位", lambda one: said(str(one.unit or "待分派"))),
        row("灯", light_cell),
        row("阶段", lambda one: said(one.status)),
        row("总投资", total_cell),
        row(f"{year}年计划与完成", lambda one: done_cell(plans.get(one.pk))),
        *node_lines(projects, on=on),
        row("产能", lambda one: capacity_cell(parts.get(one.pk, []))),
        row("最新进展", note_cell),
        row("责任人", owner_cell),
    ]
    columns = [
        Column(entry, entry.project, tuple((line.label, line.cells[place], line.is_node) for line in made))
        for place, entry in enumerate(entries)
    ]
    return Board(columns, made)


def said(text: str, *more: Words) -> Cell:
    """The text, or 待补 in grey."""
    return Cell((Words(text) if text else Words(UNKNOWN, "soft"), *more))


def light_cell(project: Project) -> Cell:
    if project.unverified:
        return Cell((Words("进展待核实", "soft"),), CSS[project.light])
    return Cell((), CSS[project.light])


def total_cell(project: Project) -> Cell:
    if project.total_investment is None:
        return said("")
    mark = (Words("演示值", "soft"),) if "total_investment" in project.demo_fields else ()
    return said(f"{yi(project.total_investment)}亿元", *mark)


def done_cell(plan: YearPlan | None) -> Cell:
    """年计划3.00亿元, 1—8月完成1.20亿元, 40.0%（较序时−26.7）."""
    if plan is None or plan.annual_plan is None:
        return said("")
    lines = [Words(f"年计划{yi(plan.annual_plan)}亿元")]
    if plan.done is None:
        return Cell((*lines, Words("完成待补", "soft")))
    done = Done(plan.done_month, plan.done, plan.annual_plan)
    lines.append(Words(f"{done.span}完成{yi(done.done)}亿元"))
    if done.rate_words:
        lines.append(Words(f"{done.rate_words}，较序时{done.gap_signed}", "late" if done.is_behind else ""))
    return Cell(tuple(lines))


def node_lines(projects: Sequence[Project], *, on: date) -> list[Row]:
    """A row for each node that any of the projects has, in the order of the template."""
    found = Milestone.objects.filter(project__in=projects).order_by("order", "phase", "pk").values(*node_rows.FIELDS)
    by_title: dict[str, dict[int, node_rows.Row]] = {}
    for node in found:
        by_title.setdefault(node_rows.title(node), {})[node["project_id"]] = node
    return [
        Row(title, tuple(node_cell(nodes.get(one.pk), one, on) for one in projects), is_node=True)
        for title, nodes in by_title.items()
    ]


def node_cell(node: node_rows.Row | None, project: Project, on: date) -> Cell:
    """The date that counts, the state, what is expected; the light where this node decides it."""
    if node is None:
        return Cell((Words(NONE_HERE, "soft"),))
    state, look = node_rows.state_words(node, on)
    day = node_rows.span(node, "actual") or node_rows.span(node, "current")
    lines = [Words(str(day))] if day else []
    lines.append(Words(state, look or "soft"))
    if (expected := node_rows.span(node, "forecast")) and not node["actual_to"]:
        lines.append(Words(f"预计{expected}"))
    decides = not project.unverified and project.late_node == node_rows.title(node)
    return Cell(tuple(lines), CSS[project.light] if decides else "")


def capacity_cell(parts: Iterable[Part]) -> Cell:
    """硅料一期 6万吨（公开资料），已投产待补."""
    lines = tuple(Words(capacity_words(part), "soft" if part.public else "") for part in parts)
    return Cell(lines) if lines else said("")


def capacity_words(part: Part) -> str:
    mark = "（公开资料）" if part.public else ""
    known = f"{plain(part.designed)}{part.segment.unit}{mark}" if part.designed is not None else f"设计{UNKNOWN}"
    running = f"已投产{plain(part.producing)}{mark}" if part.producing is not None else f"已投产{UNKNOWN}"
    return f"{part.segment.label}{part.phase} {known}，{running}"


def note_cell(project: Project) -> Cell:
    note = project.newest_note
    if note is None:
        return said("")
    return said(rows.note_words({f"newest_note__{name}": getattr(note, name) for name in node_rows.NOTE}))


def owner_cell(project: Project) -> Cell:
    """The bureau's person, and the unit's."""
    mine = (Words(f"单位：{project.park_owner}"),) if project.park_owner else ()
    return said(f"市局：{project.bureau_owner}" if project.bureau_owner else "", *mine)
