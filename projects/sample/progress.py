"""Carries out what the stories tell through the rules everybody uses, each event by the person who would do it."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from parks.models import ParkAssignment
from portal import clock, spans
from portal.models import User
from projects import derived, lifecycle, notes
from projects.choices import NoteSource
from projects.models import GroupEntry, Milestone, ProgressNote, Project, YearPlan
from projects.sample.stories import REGISTER_DAY, Chase, Event, Move, Note, Teller, key_of


@dataclass
class Told:
    """How much has been added."""

    moves: int = 0
    notes: int = 0
    chases: int = 0


@dataclass(frozen=True)
class Cast:
    """Who acts: a member of staff, and for each unit its park person where there is one."""

    staff: User
    parks: dict[int, User]

    def of(self, project: Project) -> User:
        return self.parks.get(project.unit_id or 0, self.staff)


def is_told() -> bool:
    """True when the register has its sample progress already."""
    return ProgressNote.objects.filter(source=NoteSource.SAMPLE).exists()


@transaction.atomic
def tell(*, year: int, seed: int, on: date) -> Told:
    """Add what has happened to the invented projects of the year's register until the day `on`.

    The same seed gives the same progress. Names, amounts, units and planned dates stay; the six real projects too.
    """
    projects = [one for one in Project.objects.live().in_year(year).filter(is_demo=True) if key_of(one)]
    projects.sort(key=key_of)
    date_register(projects)
    teller = Teller(on=on, chance=random.Random(seed))  # noqa: S311 — repeatable, nothing secret
    teller.choose_quiet(projects)
    cast, told = gather_cast(on=on), Told()
    for project in projects:
        carry_out(teller.story(project), project=project, cast=cast, told=told)
    return told


def date_register(projects: list[Project]) -> None:
    """Let the invented projects have been registered when the register was drawn up, so that history reads in order."""
    keys = [project.pk for project in projects]
    Project.objects.filter(pk__in=keys).update(created_at=moment(REGISTER_DAY))
    Project.history.filter(id__in=keys, history_type="+").update(history_date=moment(REGISTER_DAY))
    for model in (YearPlan, GroupEntry, Milestone):
        model.history.filter(project__in=keys, history_type="+").update(history_date=moment(REGISTER_DAY))


def gather_cast(*, on: date) -> Cast:
    current = ParkAssignment.objects.current(on=on).filter(user__is_demo=True).select_related("user")
    parks = {one.park_id: one.user for one in current if isinstance(one.park_id, int)}
    return Cast(User.objects.get(username="staff"), parks)


def carry_out(events: list[Event], *, project: Project, cast: Cast, told: Told) -> None:
    """Carry out the events, then let 最近更新 be the day of the newest one instead of the day of the import."""
    for event in events:
        if isinstance(event, Move):
            move(event, project=project, by=cast.of(project))
            told.moves += 1
        elif isinstance(event, Note):
            note(event, project=project, by=cast.of(project))
            told.notes += 1
        else:
            chase(event, project=project, by=cast.staff)
            told.chases += 1
    said = [event.day for event in events if not isinstance(event, Chase)]
    derived.refresh(project, touched_on=max(said), anew=True)


def move(event: Move, *, project: Project, by: User) -> None:
    actual = spans.Span(event.actual, event.actual) if event.actual else None
    lifecycle.move_stage(
        project=project,
        to=event.to,
        version=project.version,
        by=by,
        actual=actual,
        demands=False,  # a story has no photographs
        at=moment(event.day),
    )
    nodes_moved = Milestone.history.filter(project=project.pk, history_type="~")
    nodes_moved.update(history_date=moment(event.day))  # they follow the stage, but at the present moment


def note(event: Note, *, project: Project, by: User) -> None:
    notes.add_progress(
        project=project,
        by=by,
        progress=event.progress,
        problem=event.problem,
        next_step=event.next_step,
        reason=event.reason,
        noted_on=event.day,
        source=NoteSource.SAMPLE,
        at=moment(event.day),
    )


def chase(event: Chase, *, project: Project, by: User) -> None:
    notes.add_chase(
        project=project,
        by=by,
        channel=event.channel,
        answer=event.answer,
        promised_on=event.promised_on,
        at=moment(event.day),
    )


def moment(day: date) -> datetime:
    """Some time in the working hours of the day; the same for the same day."""
    return datetime.combine(day, time(9 + day.day % 8, day.toordinal() * 7 % 60), clock.SHANGHAI)
