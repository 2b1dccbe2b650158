"""The history of a project in words: facts, annual plan, lists and notes in one line of time, newest first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import ForeignKey, Model

from portal import spans
from projects import words
from projects.choices import FINISH_NODE, START_NODE, MilestoneState, Segment
from projects.models import (
    CapacityLine,
    GroupEntry,
    Issue,
    IssueStep,
    LightOverride,
    Milestone,
    MonthPlan,
    ProgressNote,
    Project,
    YearPlan,
)

QUIET = {
    *("id", "version", "deleted_no", "deleted_at", "deleted_by", "created_at", "created_by", "number", "search_text"),
    *("project", "year", "group", "paper_stage", "paper_unit", "paper_type", "paper_total"),
}
ADDED, REMOVED = "增加节点", "撤去节点"
ISSUE = "要素保障问题"
CAPACITY = "产能"
LIGHT, LIGHT_ENDED = "人工定灯", "撤销人工定灯"
DELETED = "-"  # of a row of history: undoing an import took the row away
RANKS = {"": 0, "plan": 1, "entry": 2, "node": 3}
ACTS = (
    *("登记项目", "移入回收站", "从回收站恢复", "修改"),
    *("登记年度计划", "修改年度计划", "列入专题", "调整专题", ADDED, "更新节点", ISSUE, CAPACITY, LIGHT, LIGHT_ENDED),
)
FACT_NODE = {"forecast": "预计完成", "state": "状态"}
NODE = {"current": "计划时间", "forecast": "预计完成", "actual": "实际完成", "state": "状态", "na_reason": "不适用原因"}
CAPACITIES = {
    "designed": "设计产能",
    "producing": "已投产产能",
    "planned": "计划投产",
    "produced_on": "实际投产",
    "source": "出处",
}
PHONES = {"park_phone", "liaison_phone"}
ONE_ACT = timedelta(seconds=3)  # rows written by one act stand this close together


@dataclass(frozen=True)
class Change:
    """One value before and after, in words."""

    label: str
    old: str
    new: str
    rank: int = 0


@dataclass
class Step:
    """One act: when, by whom, why, what it changed; or a note with its text."""

    at: datetime
    who: str
    title: str
    reason: str = ""
    changes: list[Change] = field(default_factory=list)
    note: ProgressNote | None = None


def steps(project: Project, *, phones: bool) -> list[Step]:
    """Everything that happened to the project, in a number of queries that does not depend on how much did.
    Telephone numbers are masked unless `phones`."""
    records = {
        "": rows(project.history.all()),
        "plan": rows(YearPlan.history.filter(project_id=project.pk)),
        "entry": rows(GroupEntry.history.filter(project_id=project.pk).select_related("group")),
    }
    names = Names([record for kind in records.values() for record in kind], phones=phones)
    found = [step for kind, history in records.items() for step in told(history, names, kind)]
    found += node_steps(rows(Milestone.history.filter(project_id=project.pk)))
    found += month_steps(rows(MonthPlan.history.filter(plan__project_id=project.pk).select_related("plan")))
    found += issue_steps(rows(Issue.history.filter(project_id=project.pk)))
    found += capacity_steps(rows(CapacityLine.history.filter(project_id=project.pk)))
    found += light_steps(LightOverride.objects.filter(project=project).select_related("by", "ended_by"))
    done = IssueStep.objects.filter(issue__project=project).select_related("by", "issue")
    found += [Step(one.at, str(one.by), ISSUE, f"{one.issue.number}：{one.words}") for one in done]
    notes = project.notes.select_related("author")
    found += [Step(n.created_at, str(n.author or "系统"), note_title(n), note=n) for n in notes]
    return joined(sorted(found, key=lambda step: step.at, reverse=True))


def rows(history: Any) -> list[Any]:
    return list(history.select_related("history_user").order_by("history_date", "history_id"))


def told(history: list[Any], names: "Names", kind: str) -> Iterator[Step]:
    """The steps of one tracked model; rows of different plans or entries do not follow each other."""
    before: dict[int, Any] = {}
    for record in history:
        previous = before.get(record.id)
        before[record.id] = record
        changes = list(differences(previous, record, names, kind))
        who = str(record.history_user) if record.history_user else "系统"
        yield Step(record.history_date, who, title(previous, record, kind), record.history_change_reason or "", changes)


def prefix(record: Any, kind: str) -> str:
    if kind == "plan":
        return f"{record.year}年"
    return f"{record.group.short_name}：" if kind == "entry" else ""


def title(previous: Any, record: Any, kind: str) -> str:
    """The name of the act."""
    if kind == "plan":
        return "登记年度计划" if previous is None else "修改年度计划"
    if kind == "entry":
        return "列入专题" if previous is None else "调整专题"
    if previous is None:
        return "登记项目"
    if previous.deleted_no != record.deleted_no:
        return "移入回收站" if record.deleted_no else "从回收站恢复"
    return "修改"


def differences(previous: Any, record: Any, names: "Names", kind: str) -> Iterator[Change]:
    """The changed facts, a span as one value. A first record has no differences, except of a list or plan."""
    if previous is None and not kind:
        return
    gone = record.history_type == DELETED
    for name in fact_names(type(record)):
        old, new = (value_of(one, name) if one else None for one in ((record, None) if gone else (previous, record)))
        if (old or None) != (new or None) or (old is False) != (new is False):
            label = words.label(name) if name != "year_type" else "年度类型"
            told = [names.word(record, name, value) for value in (old, new)]
            yield Change(f"{prefix(record, kind)}{label}", "" if previous is None else told[0], told[1], RANKS[kind])


def month_steps(history: list[Any]) -> Iterator[Step]:
    """What was changed in plans given by months."""
    before: dict[int, Any] = {}
    for record in history:
        old, new = before.get(record.id), None if record.history_type == DELETED else record.planned
        before[record.id] = new
        label = f"{record.plan.year}年{record.month}月计划投资"
        change = Change(label, words.shown("annual_plan", old), words.shown("annual_plan", new), RANKS["plan"])
        who = str(record.history_user) if record.history_user else "系统"
        yield Step(record.history_date, who, "修改年度计划", record.history_change_reason or "", [change])


def issue_steps(history: list[Any]) -> Iterator[Step]:
    """What was done with 要素保障问题: the act with its reason, and the state where it changed."""
    before: dict[int, Any] = {}
    for record in history:
        previous = before.get(record.id)
        before[record.id] = record
        label = f"{record.instance.number}{record.get_category_display()}问题"
        old, new = previous.get_state_display() if previous else "", record.get_state_display()
        changes = [Change(label, old, new)] if old != new else [Change(label, "", new)]
        who = str(record.history_user) if record.history_user else "系统"
        yield Step(record.history_date, who, ISSUE, record.history_change_reason or "", changes)


def capacity_steps(history: list[Any]) -> Iterator[Step]:
    """What was entered about 产能: each value before and after; a line taken away by its name."""
    before: dict[int, Any] = {}
    for record in history:
        previous = before.get(record.id)
        before[record.id] = record
        changes = list(capacity_changes(previous, record))
        if changes:
            who = str(record.history_user) if record.history_user else "系统"
            yield Step(record.history_date, who, CAPACITY, record.history_change_reason or "", changes)


def capacity_changes(previous: Any, record: Any) -> Iterator[Change]:
    name = f"{record.get_segment_display()}{record.phase}"
    if record.history_type == DELETED:
        yield Change("删除产能", name, words.NOTHING)
        return
    if previous and (was := f"{previous.get_segment_display()}{previous.phase}") != name:
        yield Change("产能环节、期次", was, name)
    for field_name, label in CAPACITIES.items():
        old, new = (capacity_value(one, field_name) if one else "" for one in (previous, record))
        if old != new:
            yield Change(f"{name}{label}", old, new or words.NOTHING)


def capacity_value(record: Any, name: str) -> str:
    if name == "planned":
        return str(spans.of(record.planned_from, record.planned_to) or "")
    value = getattr(record, name)
    return f"{value}{Segment(record.segment).unit}" if isinstance(value, Decimal) else str(value or "")


def light_steps(overrides: Iterable[LightOverride]) -> Iterator[Step]:
    """Each light set by hand: which, why, until when; and who ended it early. One that ran out tells its day itself."""
    for one in overrides:
        light = f"{one.get_light_display()}，有效期至{one.until.isoformat()}"
        yield Step(one.at, str(one.by), LIGHT, one.reason, [Change("灯色", "", light)])
        if one.ended_by and one.ended_at:
            yield Step(one.ended_at, str(one.ended_by), LIGHT_ENDED, changes=[Change("灯色", light, "按规则计算")])


def node_steps(history: list[Any]) -> Iterator[Step]:
    """What was done to nodes. Dates of 开工 and 竣工投产 are told as facts of the project, what followed from its stage
    by the stage."""
    before: dict[int, Any] = {}
    for record in history:
        previous = before.get(record.id)
        before[record.id] = record
        is_fact = record.code in (START_NODE, FINISH_NODE) and not record.phase
        changes = list(node_changes(previous, record, FACT_NODE if is_fact else NODE))
        if changes:
            who = str(record.history_user) if record.history_user else "系统"
            act = "更新节点" if previous else ADDED
            yield Step(record.history_date, who, act, record.history_change_reason or "", changes)


def node_changes(previous: Any, record: Any, names: dict[str, str]) -> Iterator[Change]:
    """The changes of one node: its dates and state; a first record of a node that is no fact names it."""
    title = f"{record.phase}{record.name}"
    if record.history_type == DELETED:
        yield Change(REMOVED, title, words.NOTHING, RANKS["node"])
        return
    if previous is None and names is NODE:
        yield Change(ADDED, "", title, RANKS["node"])
    for name, label in names.items():
        old, new = (node_value(one, name) if one else "" for one in (previous, record))
        if old != new and not (previous is None and name == "state"):
            yield Change(f"{title}{label}", old if previous else "", new or words.NOTHING, RANKS["node"])


def node_value(record: Any, name: str) -> str:
    """A date or the state of a node in words; a state that only follows from the stage is none of its own."""
    if name == "state":
        dated_fact = record.actual_to and record.code in (START_NODE, FINISH_NODE) and not record.phase
        return MilestoneState.OPEN.label if record.by_stage or dated_fact else record.get_state_display()
    if name == "na_reason":
        return str(record.na_reason)
    return str(spans.of(getattr(record, f"{name}_from"), getattr(record, f"{name}_to")) or "")


def fact_names(model: type[Model]) -> list[str]:
    """The tracked facts of a history model, in the order of the model's columns; a span as one."""
    tracked = {column.name for column in model._meta.fields} - QUIET
    columns = [column.name for column in model.instance_type._meta.fields if column.name in tracked]  # type: ignore[attr-defined]
    short = {f"{name}_{end}": name for name in words.SPAN_NAMES for end in ("from", "to")}
    return list(dict.fromkeys(short.get(name, name) for name in columns))


def value_of(record: Any, name: str) -> Any:
    if name in words.SPAN_NAMES:
        return getattr(Project, name).fget(record)
    column = next((one for one in record._meta.fields if one.name == name), None)
    return getattr(record, column.attname) if column else None


def note_title(note: ProgressNote) -> str:
    return "更新进展" if note.kind == "progress" else f"催办·{note.get_channel_display()}"


def joined(found: list[Step]) -> list[Step]:
    """Put together what one act wrote: same person, same reason, at once."""
    together: list[Step] = []
    for step in found:
        last = together[-1] if together else None
        if last and is_one_act(last, step):
            last.title = min(last.title, step.title, key=ACTS.index)
            last.changes = sorted(step.changes + last.changes, key=lambda change: change.rank)
        else:
            together.append(step)
    for step in together:
        step.changes = folded(step.changes)
    return [step for step in together if step.changes or step.note or step.title != "修改"]


def folded(changes: list[Change]) -> list[Change]:
    """Name the nodes that one act added in one line."""
    added = [change for change in changes if change.label == ADDED]
    if len(added) < 2:
        return changes
    rest = [change for change in changes if change.label != ADDED]
    return [*rest, Change(ADDED, "", "、".join(change.new for change in added), RANKS["node"])]


def is_one_act(last: Step, step: Step) -> bool:
    if last.note or step.note:
        return False
    return (last.who, last.reason) == (step.who, step.reason) and last.at - step.at < ONE_ACT


class Names:
    """The names behind foreign keys of all records, one query a model."""

    def __init__(self, records: Iterable[Any], *, phones: bool):
        self.phones = phones
        wanted: dict[type[Model], set[Any]] = {}
        for record in records:
            for column in record._meta.fields:
                if isinstance(column, ForeignKey) and column.name not in QUIET | {"history_user", "history_relation"}:
                    wanted.setdefault(column.related_model, set()).add(getattr(record, column.attname))
        self.found = {model: model._default_manager.in_bulk(ids - {None}) for model, ids in wanted.items()}

    def word(self, record: Any, name: str, value: Any) -> str:
        column = next((one for one in record._meta.fields if one.name == name), None)
        if value is not None and isinstance(column, ForeignKey):
            return str(self.found[column.related_model].get(value, value))
        shown = words.shown(name, value)
        return words.masked(shown) if name in PHONES and not self.phones else shown
