"""What needs somebody's attention: whom to call, what lacks a reason, what is due. Lists for the first page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Subquery

from portal import calendar
from portal.calendar import WorkCalendar
from projects.choices import ChainSegment, NoteKind, RungAct, Stage
from projects.models import ProgressNote, ReminderRule, ReminderRung
from projects.models.queries import ProjectQuerySet
from projects.models.weeks import promised
from projects.rows import DATES, NOTE, Row, has_reason, late_words, lateness, node_words, note_words
from projects.wording import UNFILLED, group_by_reason

MOST = 10
FIELDS = ("pk", "name", "unit__name", "total_investment", "stage", "hold", "unverified", "plan__year_type")
PEOPLE = ("liaison", "liaison_phone", "last_update_on", "chain_segment")
SEGMENTS, STAGES = dict(ChainSegment.choices), dict(Stage.choices)


@dataclass(frozen=True)
class Item:
    """One project on the first page. Amount in 万元; `chase` is the last 催办, `promised_on` the day that stands,
    `advice` what the ladder says now."""

    row: Row
    on: date
    chase: ProgressNote | None = None
    promised_on: date | None = None
    advice: str = ""

    @property
    def pk(self) -> int:
        return int(self.row["pk"])

    @property
    def name(self) -> str:
        return str(self.row["name"])

    @property
    def unit(self) -> str:
        return self.row["unit__name"] or "待分派"

    @property
    def total(self) -> Decimal | None:
        return self.row["total_investment"]  # type: ignore[no-any-return]

    @property
    def late(self) -> str:
        return late_words(self.row, self.on)

    @property
    def node(self) -> str:
        return node_words(self.row, self.on.year)

    @property
    def reason(self) -> str:
        return note_words(self.row) if has_reason(self.row) else UNFILLED

    @property
    def note(self) -> str:
        return note_words(self.row)

    @property
    def segment(self) -> str:
        return SEGMENTS.get(self.row["chain_segment"], "")

    @property
    def stage(self) -> str:
        return STAGES.get(self.row["stage"], "")


def items(projects: ProjectQuerySet, *, on: date, count: int = MOST) -> list[Item]:
    rows = projects.annotate(**lateness(on)).values(*FIELDS, *PEOPLE, *DATES, *NOTE, "late_start", "late_finish")
    return [Item(row, on) for row in rows[:count]]


def calls(projects: ProjectQuerySet, *, on: date, count: int = MOST) -> list[Item]:
    """建议致电: the late starts with the largest 总投资, each with its last 催办. A promise whose day has not passed
    pauses the chase: such projects come back the day after."""
    return advised(largest(projects.exclude(promised(on)), on=on, count=count), on=on)


def largest(projects: ProjectQuerySet, *, on: date, count: int) -> list[Item]:
    """The late starts with the largest 总投资, promised or not, each with its last 催办."""
    found = projects.overdue_start(on=on).order_by(F("total_investment").desc(nulls_last=True), "pk")
    return with_chases(items(found, on=on, count=count))


def advised(found: list[Item], *, on: date) -> list[Item]:
    """The same late starts, each with what the ladder in force suggests. Two queries."""
    if not found:
        return []
    rules = ReminderRule.objects.filter(effective_from__lte=on).order_by("-effective_from", "-version")
    rungs = ReminderRung.objects.filter(rule=rules.values("pk")[:1], for_key=True)
    acts = dict(rungs.exclude(act=RungAct.MESSAGE).order_by("-days").values_list("act", "days"))
    days = calendar.current()
    return [replace(item, advice=advice(item, acts, days)) for item in found]


def advice(item: Item, acts: Mapping[str, int], days: WorkCalendar) -> str:
    """建议发函 once its rung is reached and a 催办 after the due day brought nothing; else 建议致电 from its rung."""
    due = item.row["planned_start_to"]
    reached = {act for act, wait in acts.items() if days.add(due, wait) <= item.on}
    chased = item.chase is not None and due < item.chase.noted_on < item.on
    if RungAct.LETTER in reached and chased:
        return RungAct.LETTER.value
    return RungAct.CALL.value if RungAct.CALL in reached else ""


def with_chases(found: list[Item]) -> list[Item]:
    """The same projects, each with its last 催办 and the day that was promised. One query."""
    asked = [item.pk for item in found]
    stands = ProgressNote.objects.promises().filter(project=OuterRef("project")).values("promised_on")
    chases = ProgressNote.objects.filter(kind=NoteKind.CHASE, project__in=asked).annotate(stands=Subquery(stands))
    last = {note.project_id: note for note in chases.order_by("noted_on", "pk")}
    return [
        replace(item, chase=last[item.pk], promised_on=last[item.pk].stands) if item.pk in last else item
        for item in found
    ]


def without_reason(projects: ProjectQuerySet, *, on: date, count: int = MOST) -> list[Item]:
    """Late projects about which nobody has said why, longest late first."""
    late = projects.overdue(on=on).without_reason()
    return items(late.order_by("due_on", "pk"), on=on, count=count)


def due_this_week(projects: ProjectQuerySet, *, on: date, count: int = MOST) -> list[Item]:
    return items(projects.due_this_week(on=on).order_by("due_on", "pk"), on=on, count=count)


def stale(projects: ProjectQuerySet, *, on: date, count: int = MOST) -> list[Item]:
    return items(projects.stale(on=on).order_by("last_update_on", "pk"), on=on, count=count)


def in_group(projects: ProjectQuerySet, slug: str, *, on: date, year: int) -> list[Item]:
    """The projects of a published list, in the order they were registered."""
    return items(projects.in_group(slug, year).order_by("pk"), on=on, count=20)


def reasons(late: ProjectQuerySet) -> list[tuple[str, int]]:
    """How many late projects for each reason, most first, 原因未填 last."""
    rows: list[dict[str, Any]] = list(late.order_by().values("name", "newest_note__reason", "newest_note__problem"))
    return [(label, len(names)) for label, names in group_by_reason(rows)]
