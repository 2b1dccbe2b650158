"""What a batch wrote, found again: each tracked row as the batch met it, as it left it, and what people did since.

History tells it all; the batch keeps between which numbers its own rows of history lie, and their reason.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Max

from portal.models import User
from projects import words
from projects.choices import BatchState, NoteSource
from projects.models import (
    ChangeRequest,
    Evidence,
    GroupEntry,
    ImportBatch,
    ImportRow,
    Issue,
    Milestone,
    MonthPlan,
    ProgressNote,
    Project,
    YearPlan,
)

PROJECT, PLAN, ENTRY, NODE = "project", "plan", "entry", "node"
NOTE, REQUEST, EVIDENCE, ISSUE = "note", "request", "evidence", "issue"
TRACKED: dict[str, Any] = {PROJECT: Project, PLAN: YearPlan, ENTRY: GroupEntry, NODE: Milestone}
SERIES: dict[str, tuple[Any, str]] = {
    **{kind: (model.history.model, "history_id") for kind, model in TRACKED.items()},
    NOTE: (ProgressNote, "id"),
    REQUEST: (ChangeRequest, "id"),
}


def marks() -> dict[str, int]:
    """The newest number of each series, as it stands."""
    return {kind: model.objects.aggregate(last=Max(key))["last"] or 0 for kind, (model, key) in SERIES.items()}


def between(before: dict[str, int], reason: str) -> dict[str, Any]:
    """What a batch keeps about the rows it wrote since `before`."""
    return {"reason": reason, **{kind: [before[kind], last] for kind, last in marks().items()}}


@dataclass(frozen=True)
class Touch:
    """What somebody did since the batch: to which kind of thing, who, when."""

    kind: str
    who: str
    at: datetime


@dataclass
class Strand:
    """One tracked row: before the batch (None: it made it), as the batch left it, and later."""

    kind: str
    before: Any
    left: Any
    later: list[Any] = field(default_factory=list)


@dataclass
class Found:
    """Everything about one project that undoing must know. `since`: all that others did to it afterwards."""

    strands: list[Strand] = field(default_factory=list)
    notes: list[ProgressNote] = field(default_factory=list)
    requests: list[ChangeRequest] = field(default_factory=list)
    since: list[Touch] = field(default_factory=list)
    noted: list[ProgressNote] = field(default_factory=list)
    proven: set[int] = field(default_factory=set)  # nodes with evidence or requests
    months: dict[int, Any] = field(default_factory=dict)  # 分月计划 of the batch's year: the last row of each month

    @property
    def is_new(self) -> bool:
        """Whether the batch made the project."""
        return any(one.kind == PROJECT and one.before is None for one in self.strands)


@dataclass(frozen=True)
class Writer:
    """An act of the system on many rows: by whom, with which reason, between which numbers of each series."""

    user_id: int | None
    reason: str
    ranges: dict[str, list[int]]

    def has(self, kind: str, number: int) -> bool:
        low, high = self.ranges[kind]
        return low < number <= high

    def wrote(self, kind: str, row: Any) -> bool:
        """Whether this row of history is one of its own."""
        said = (row.history_user_id, row.history_change_reason)
        return self.has(kind, row.history_id) and said == (self.user_id, self.reason[:200])


def writer(user_id: int | None, trace: dict[str, Any]) -> Writer:
    return Writer(user_id, trace["reason"], {kind: trace[kind] for kind in SERIES})


@dataclass(frozen=True)
class Acts:
    """The batch itself, and later imports that were undone since: those and their undoing count as nothing."""

    own: Writer
    cancelled: tuple[Writer, ...] = ()

    def is_nothing(self, kind: str, row: Any) -> bool:
        return any(one.wrote(kind, row) for one in self.cancelled)


def acts(batch: ImportBatch, pks: list[int]) -> Acts:
    rows = ImportRow.objects.filter(project__in=pks, batch__state=BatchState.UNDONE).exclude(batch=batch)
    found: list[Writer] = []
    for other in ImportBatch.objects.filter(pk__in=rows.values("batch")).filter(undo__has_key="trace"):
        found += [writer(other.by_id, other.trace), writer(other.undone_by_id, other.undo["trace"])]
    return Acts(writer(batch.by_id, batch.trace), tuple(found))


def load(batch: ImportBatch, pks: list[int]) -> dict[int, Found]:
    """Find what the batch wrote about these projects. Eleven queries for any number."""
    found: dict[int, Found] = {pk: Found() for pk in pks}
    known = acts(batch, pks)
    for kind, model in TRACKED.items():
        key = "id" if kind == PROJECT else "project_id"
        names = ("history_user", "group") if kind == ENTRY else ("history_user",)
        rows = model.history.filter(**{f"{key}__in": pks}).select_related(*names).order_by("history_id")
        chains: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for row in rows:
            chains[getattr(row, key), row.id].append(row)
        for (pk, _), chain in chains.items():
            add(found[pk], kind, chain, known)
    rows = MonthPlan.history.filter(plan__project__in=pks, plan__year=batch.year).select_related("history_user", "plan")
    for row in rows.order_by("history_id"):
        found[row.plan.project_id].months[row.month] = row
    low = known.own.ranges[NOTE][0]
    for note in ProgressNote.objects.filter(project__in=pks, pk__gt=low).select_related("author"):
        add_note(found[note.project_id], note, known)
    for asked in ChangeRequest.objects.filter(project__in=pks).select_related("by"):
        add_request(found[asked.project_id], asked, known)
    for proof in Evidence.objects.filter(milestone__project__in=pks).select_related("by", "milestone"):
        one = found[proof.milestone.project_id]
        one.proven.add(proof.milestone_id)
        one.since.append(Touch(EVIDENCE, str(proof.by), proof.at))
    for issue in Issue.objects.filter(project__in=pks).select_related("by"):
        found[issue.project_id].since.append(Touch(ISSUE, str(issue.by), issue.at))
    return found


def add(found: Found, kind: str, chain: list[Any], known: Acts) -> None:
    """Split the history of one row at what the batch wrote."""
    own = [place for place, row in enumerate(chain) if known.own.wrote(kind, row)]
    low = known.own.ranges[kind][0]
    later = chain[own[-1] + 1 :] if own else [row for row in chain if row.history_id > low]
    later = [row for row in later if not known.is_nothing(kind, row)]
    if kind == NODE:
        followed = {row.history_id for last, row in pairwise(chain) if followed_stage(last, row)}
        later = [row for row in later if row.history_id not in followed]
    if own:
        before = chain[own[0] - 1] if own[0] else None
        found.strands.append(Strand(kind, before, chain[own[-1]], later))
    found.since += [Touch(kind, name_of(row.history_user), row.history_date) for row in later]


def followed_stage(last: Any, row: Any) -> bool:
    """Whether a node only did what the stage of its project says; it will follow the stage again."""
    changed = {name for name in tracked(NODE) if getattr(last, name) != getattr(row, name)}
    return changed <= {"state", "by_stage"} and (last.by_stage or row.by_stage) and row.history_type != "-"


def add_note(found: Found, note: ProgressNote, known: Acts) -> None:
    if of_import(note, known.own):
        found.notes.append(note)
    elif not any(of_import(note, one) for one in known.cancelled):
        found.noted.append(note)
        found.since.append(Touch(NOTE, name_of(note.author), note.created_at))


def of_import(note: ProgressNote, act: Writer) -> bool:
    return note.source == NoteSource.IMPORT and note.author_id == act.user_id and act.has(NOTE, note.pk)


def add_request(found: Found, asked: ChangeRequest, known: Acts) -> None:
    if asked.milestone_id:
        found.proven.add(asked.milestone_id)
    if asked.pk <= known.own.ranges[REQUEST][0]:
        return
    if has_asked(asked, known.own):
        found.requests.append(asked)
    elif not any(has_asked(asked, one) for one in known.cancelled):
        found.since.append(Touch(REQUEST, str(asked.by), asked.at))


def has_asked(asked: ChangeRequest, act: Writer) -> bool:
    return act.has(REQUEST, asked.pk) and asked.by_id == act.user_id and act.reason in asked.words


def name_of(user: User | None) -> str:
    return str(user) if user else "系统"


# --- what changed and who touched it -------------------------------------------------------------------------------

TOGETHER: dict[str, list[tuple[str, ...]]] = {
    PROJECT: [
        ("name", "former_names"),
        ("remark", "is_demo", "demo_fields"),
        ("hold", "hold_reason"),
        *((f"{name}_from", f"{name}_to") for name in words.SPAN_NAMES),
    ],
    PLAN: [],
    ENTRY: [("status", "from_date", "to_date", "amount_published", "reason")],
    NODE: [
        ("current_from", "current_to", "original_from", "original_to", "adjusted_times"),
        ("state", "actual_from", "actual_to", "by_stage", "na_reason"),
        ("forecast_from", "forecast_to"),
    ],
}
QUIET = {"id", "version"}


def tracked(kind: str) -> list[str]:
    return [one.attname for one in TRACKED[kind].history.model.tracked_fields if one.name not in QUIET]


def units(strand: Strand) -> Iterator[tuple[str, ...]]:
    """What the batch changed in a row that was there before: fields that belong together as one."""
    names = [name for name in tracked(strand.kind) if getattr(strand.before, name) != getattr(strand.left, name)]
    seen: set[str] = set()
    for name in names:
        unit = next((unit for unit in TOGETHER[strand.kind] if name in unit), (name,))
        if unit[0] not in seen:
            seen.add(unit[0])
            yield unit


def last_touch(strand: Strand, unit: tuple[str, ...]) -> Any:
    """The last row of history in which somebody changed one of these fields since, or None. Locking a plan confirms
    all of it."""
    stood, last = strand.left, None
    for row in strand.later:
        locked = strand.kind == PLAN and row.locked_on != stood.locked_on
        if locked or row.history_type == "-" or any(getattr(row, name) != getattr(stood, name) for name in unit):
            last = row
        stood = row
    return last
