"""库内有、表内无: projects of the register that the file does not name, within what the file is about.

The file is about the units its rows lie in and, when all rows have one 年度类型, about that type. A project that any
row could mean, readable or not, counts as named. Each one is kept unless a person of the bureau says 退出 and why.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from portal import clock
from portal.choices import Role
from portal.models import User
from portal.text import squash, whole_number
from projects import audit, derived, lights
from projects.choices import BatchState, Hold, RowVerdict, YearType
from projects.importing import decisions
from projects.importing.context import CHUNK, Context
from projects.importing.decisions import Change, Decision
from projects.importing.matching import Index
from projects.models import ImportBatch, ImportRow, Project

WITHDRAW, REASON = "withdraw", "reason"
NO_REASON = "请写明退出原因：选了退出的项目中有{count}个没有写原因。"
MOST = 200  # characters of a reason


@dataclass
class Scope:
    """What a file is about, gathered from its rows."""

    units: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    named: set[int] = field(default_factory=set)

    def add(self, decision: Decision, context: Context) -> None:
        values, index = decision.values, context.index
        stood = decision.project.unit if decision.project else None
        unit = values.get("unit") or (stood.code if stood else "")
        if unit and (context.own is None or unit in context.own):
            self.units.add(unit)
        self.types.add(values.get("year_type") or "")
        self.named |= set(mentioned(values, index))
        self.named |= {decision.project.pk} if decision.project else set()
        self.named |= {change.other for change in decision.changes if change.other}

    @property
    def year_type(self) -> str:
        """The one 年度类型 of all rows, "" when there are several or none."""
        return next(iter(self.types)) if len(self.types) == 1 else ""

    def words(self, context: Context) -> str:
        names = [context.names[code] for code in sorted(self.units) if code in context.names]
        kind = f"{YearType(self.year_type).label}项目" if self.year_type else "项目"
        return f"{'、'.join(names)}{context.year}年度{kind}"


def mentioned(values: dict[str, Any], index: Index) -> Iterator[int]:
    """Every project a row could mean, by number, code or name."""
    name = squash(values.get("name") or "")
    known = (index.by_number.get(values.get("number", "")), index.by_code.get(values.get("project_code", "")))
    yield from (pk for pk in known if pk)
    for candidates in (index.by_name.get(name), index.former.get(name)):
        yield from (one.pk for one in candidates or [])


def missing(scope: Scope, context: Context) -> list[Project]:
    """The projects the file is about and does not name, in the order of paper. 退出 ones are not missed."""
    if not scope.units:
        return []
    lies = Q(unit__code__in=scope.units)
    for code in scope.units:
        lies |= Q(unit__code__startswith=f"{code}-")
    found = Project.objects.visible_to(context.user).in_year(context.year).filter(lies).exclude(hold=Hold.WITHDRAWN)
    if scope.year_type:
        found = found.filter(Q(plan__year_type=scope.year_type))
    return [project for project in found.select_related("unit").paper_order() if project.pk not in scope.named]


def note(batch: ImportBatch, scope: Scope, context: Context) -> dict[str, Any]:
    """Keep the missing ones as rows of the batch, with the choices made before; return what the preview says of them.
    Runs inside a transaction that holds the batch."""
    old = batch.rows.filter(verdict=RowVerdict.ABSENT)
    before = {row.project_id: (row.changes, row.values) for row in old}
    old.delete()
    rows = [as_row(batch, project, context.user) for project in missing(scope, context)]
    for row in rows:
        changes, values = before.get(row.project_id, ([], {}))
        for change, chosen in zip(row.changes, changes, strict=False):
            change["choice"], row.values[REASON] = chosen["choice"], values.get(REASON, "")
    ImportRow.objects.bulk_create(rows, batch_size=200)
    return {"count": len(rows), "scope": scope.words(context) if rows else ""}


def as_row(batch: ImportBatch, project: Project, user: User) -> ImportRow:
    """By default the project is kept. 退出 is the bureau's act: others only see the list."""
    old = Hold(project.hold).label
    change = Change(
        "hold", "管理状态", old, Hold.WITHDRAWN.label, Hold.WITHDRAWN.value, project.hold, doubt="表内无", take=False,
        block="" if user.role == Role.STAFF else decisions.NEVER,
    )  # fmt: skip
    return ImportRow(
        batch=batch, sheet="", row=0, name=project.name, project=project, verdict=RowVerdict.ABSENT,
        values={"version": project.version, REASON: ""}, changes=[change.as_json()],
    )  # fmt: skip


# --- choosing ------------------------------------------------------------------------------------------------------


@transaction.atomic
def choose(batch: ImportBatch, wishes: dict[int, tuple[str, str]]) -> None:
    """Remember keep or take and the reason, by row. A batch written or discarded meanwhile stays as it is."""
    held = ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.PREVIEW).first()
    if held is None:
        return
    mine = ImportRow.objects.select_for_update().filter(batch=batch, verdict=RowVerdict.ABSENT, pk__in=wishes)
    rows = [row for row in mine if not row.changes[0]["block"]]
    for row in rows:
        choice, reason = wishes[row.pk]
        if choice in (decisions.KEEP, decisions.TAKE):
            row.changes[0]["choice"] = choice
        row.values[REASON] = reason.strip()[:MOST]
    ImportRow.objects.bulk_update(rows, ["changes", "values"], batch_size=200)
    batch.counts = {**held.counts, **counts(batch)}
    batch.save(update_fields=["counts"])


def chosen(data: Mapping[str, Any]) -> dict[int, tuple[str, str]]:
    """Read the radio buttons and reasons of a page: absent-<row> is keep or take, why-<row> the reason."""
    found = {}
    for name, choice in data.items():
        row = whole_number(name.removeprefix("absent-"))
        if name.startswith("absent-") and row is not None:
            found[row] = (str(choice), str(data.get(f"why-{row}", "")))
    return found


def choose_all(batch: ImportBatch, choice: str, *, reason: str = "") -> None:
    """Keep all, or let all 退出 for one reason."""
    choose(batch, {row.pk: (choice, reason) for row in batch.rows.filter(verdict=RowVerdict.ABSENT)})


def counts(batch: ImportBatch) -> dict[str, int]:
    """How many are missing, and how many of them are to go."""
    rows = list(batch.rows.filter(verdict=RowVerdict.ABSENT))
    return {RowVerdict.ABSENT.value: len(rows), WITHDRAW: sum(map(is_going, rows))}


def is_going(row: ImportRow) -> bool:
    change = row.changes[0]
    return bool(not change["block"] and change["choice"] == decisions.TAKE)


# --- writing -------------------------------------------------------------------------------------------------------


class ChangedError(Exception):
    """A project that is to go was changed since the preview."""


def write(batch: ImportBatch, *, by: User, reason: str) -> int:
    """Let go what is to go, in the transaction that writes the batch; returns how many. Raises ValidationError where
    a reason is missing, ChangedError when somebody changed such a project since."""
    going = [row for row in batch.rows.filter(verdict=RowVerdict.ABSENT) if is_going(row)]
    if not going or by.role != Role.STAFF:
        return 0
    if silent := sum(not row.values.get(REASON) for row in going):
        raise ValidationError(NO_REASON.format(count=silent))
    for start in range(0, len(going), CHUNK):
        withdraw(going[start : start + CHUNK], by=by, reason=reason)
    return len(going)


def withdraw(rows: list[ImportRow], *, by: User, reason: str) -> None:
    locked = Project.objects.select_for_update(of=("self",)).select_related("unit", "enterprise", "newest_note")
    known = locked.filter(pk__in=[row.project_id for row in rows]).in_bulk()
    for row in rows:
        project = known[row.project_id]
        if project.version != row.values["version"] or project.deleted_no:
            raise ChangedError
        touched_on = project.last_update_on
        row.before = {
            "version": project.version,
            "values": {"hold": project.hold},
            "touched_on": touched_on.isoformat() if touched_on else None,
        }
        project.hold, project.hold_reason = Hold.WITHDRAWN, row.values[REASON]
        project.version += 1
        derived.stamp(project, touched_on=clock.today())
    projects = list(known.values())
    audit.update_many(projects, ["hold", "hold_reason", "version", *derived.PROJECT_COLUMNS], by=by, reason=reason)
    lights.refresh(projects, on=clock.today())
    ImportRow.objects.bulk_update(rows, ["before"], batch_size=200)
