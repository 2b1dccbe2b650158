"""列统口径: the statistics office's monthly list, kept apart from what units report.

A list replaces nothing it does not name. Amounts are the year's 累计 in 万元 up to a month; until a project is named by
a list its figure is 待统计.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Max, Sum

from portal import audit as site_audit
from portal import clock
from portal.choices import Role
from portal.models import User
from projects import amount_tables, audit, lights
from projects.amount_tables import Line
from projects.models import Project, StatFigure
from projects.stat_sums import newest

HEADINGS = (
    *("本年累计完成投资", "累计完成投资", "列统累计", "累计列统投资", "固定资产投资", "完成投资"),
    *("自年初累计完成投资", "本年完成投资", "列统口径本年累计"),
)
SALT, LIFE = "stat-figures", 24 * 3600  # seconds a preview may wait
EXPIRED = "预览已过期，请重新上传列统名单。"
OVERTAKEN = "预览之后有人改过列统数，没有写入。请重新上传名单，核对后再写入。"
FALLS = "比{month}月的{before:,.2f}万元少，请核对；确实核减的仍可写入。"


@dataclass(frozen=True)
class Row:
    """A line of the list beside what is kept: new, changed or the same; `note` warns and does not refuse."""

    line: Line
    old: Decimal | None
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.line.fault:
            return "错误"
        if self.old is None:
            return "新增"
        return "不变" if self.old == self.line.amount else "修改"


def expected(on: date) -> tuple[int, int]:
    """Year and month of the list that comes at this time: up to the month before; January is in that of February."""
    before = on.replace(day=1) - timedelta(days=1)
    return (before.year - 1, 12) if before.month == 1 else (before.year, before.month)


def read(path: Path, *, filename: str, year: int, month: int, by: User) -> list[Row]:
    """What a list would change. Raises Refused or ValidationError for a file that is none."""
    refuse(by)
    projects = Project.objects.live().in_year(year)
    lines = amount_tables.read(path, filename=filename, headings=HEADINGS, projects=projects)
    return beside(lines, year=year, month=month)


def beside(lines: Iterable[Line], *, year: int, month: int) -> list[Row]:
    """The lines beside what is kept now. Two queries."""
    kept = {one.project_id: one.ytd_done for one in StatFigure.objects.filter(year=year, month=month)}
    before = newest(year=year, before=month)
    return [row_of(line, kept, before) for line in lines]


def row_of(line: Line, kept: dict[int, Decimal], before: dict[int, StatFigure]) -> Row:
    if line.project is None or line.amount is None:
        return Row(line, None)
    last = before.get(line.project.pk)
    falls = last is not None and line.amount < last.ytd_done
    note = FALLS.format(month=last.month, before=last.ytd_done) if last and falls else ""
    return Row(line, kept.get(line.project.pk), note)


@transaction.atomic
def write(rows: Iterable[Row], *, year: int, month: int, filename: str, by: User) -> int:
    """Keep the amounts of the rows without a fault; returns how many were new or changed. Who stands in the list is
    统计入库, where nobody has said so yet. Raises ValidationError when what the rows were compared with has changed."""
    refuse(by)
    wanted = [row for row in rows if row.verdict in ("新增", "修改")]
    good = {row.line.project.pk: row.line.amount for row in wanted if row.line.project and row.line.amount is not None}
    if not good:
        raise ValidationError("没有需要写入的内容。")
    reason = f"列统名单：{filename}"
    list(Project.objects.select_for_update().filter(pk__in=good).order_by("pk").values_list("pk"))  # one list at a time
    held = StatFigure.objects.select_for_update().filter(year=year, month=month, project__in=good)
    kept = {one.project_id: one for one in held}
    if any(row.old != old_of(kept, row) for row in wanted):
        raise ValidationError(OVERTAKEN)
    for one in kept.values():
        one.ytd_done, one.by, one.at = good[one.project_id], by, clock.now()
    fresh = [
        StatFigure(project_id=pk, year=year, month=month, ytd_done=amount, by=by)
        for pk, amount in good.items()
        if pk not in kept
    ]
    audit.create_many(fresh, by=by, reason=reason)
    audit.update_many(list(kept.values()), ["ytd_done", "by", "at"], by=by, reason=reason)
    list_them(good, by=by, reason=reason)
    site_audit.log("stat.import", by=by, year=year, month=month, rows=len(good), filename=filename)
    return len(good)


def old_of(kept: dict[int, StatFigure], row: Row) -> Decimal | None:
    held = kept.get(row.line.project.pk) if row.line.project else None
    return held.ytd_done if held else None


@transaction.atomic
def undo(*, year: int, month: int, seen: str, by: User) -> int:
    """Take back the whole list of a month, as after a list for the wrong month; returns how many figures went. The
    figures of the months before count again. 统计入库 stays as it is: nobody can tell who meant it. `seen` is the
    `mark` of what the person was asked about; another one is refused."""
    refuse(by)
    rows = list(StatFigure.objects.select_for_update().filter(year=year, month=month))
    if not rows or mark(len(rows), max(one.at for one in rows)) != seen:
        raise ValidationError(f"1—{month}月的列统数刚被别人改过或撤销，没有改动，请核对后再办理。")
    audit.delete_many(rows, by=by, reason=f"撤销1—{month}月列统名单")
    site_audit.log("stat.import", by=by, year=year, month=month, undone=len(rows))
    return len(rows)


def mark(count: int, last: datetime) -> str:
    """What tells the list of a month from another: how many figures, and when the newest was written."""
    return f"{count}-{last.astimezone(clock.SHANGHAI).isoformat()}"


def list_them(projects: Iterable[int], *, by: User, reason: str) -> None:
    """Mark as 统计入库 those of whom nobody said yet whether they are; a word of the bureau stands."""
    unknown = list(Project.objects.select_for_update().filter(pk__in=list(projects), stat_listed=None))
    for project in unknown:
        project.stat_listed, project.version = True, project.version + 1
    audit.update_many(unknown, ["stat_listed", "version"], by=by, reason=reason)
    lights.refresh(unknown, on=clock.today())


def refuse(by: User) -> None:
    if by.role != Role.STAFF:
        raise PermissionDenied("列统名单由市局投资科导入。")


# --- between preview and writing ---------------------------------------------------------------------------------


def packed(rows: Iterable[Row], *, year: int, month: int, by: User) -> str:
    """The good lines and what they were compared with as signed text, for this person and month: the preview carries
    them, so that no file has to be kept."""
    good = [(row.line, row.old) for row in rows if row.line.project and row.line.amount is not None]
    told = [
        (line.cell, line.said, line.project.pk, str(line.amount), None if old is None else str(old))
        for line, old in good
        if line.project
    ]
    return signing.dumps({"of": [year, month, by.pk], "rows": told}, salt=SALT, compress=True)


def unpacked(text: str, *, year: int, month: int, by: User) -> list[Row]:
    """The rows of a preview as it showed them. Raises ValidationError when it is too old, not ours, or of another month
    or person."""
    try:
        told = signing.loads(text, salt=SALT, max_age=LIFE)
    except signing.BadSignature as error:
        raise ValidationError(EXPIRED) from error
    if told["of"] != [year, month, by.pk]:
        raise ValidationError(EXPIRED)
    projects = Project.objects.live().in_bulk([pk for _, _, pk, _, _ in told["rows"]])
    return [
        Row(Line(cell, said, projects[pk], Decimal(amount)), None if old is None else Decimal(old))
        for cell, said, pk, amount, old in told["rows"]
        if pk in projects
    ]


# --- reading -----------------------------------------------------------------------------------------------------


def months(year: int) -> list[Any]:
    """Each month a list was imported for: how many projects, and their sum in 万元."""
    found = StatFigure.objects.filter(year=year).values("month").order_by("-month")
    return list(found.annotate(count=Count("pk"), total=Sum("ytd_done"), last=Max("at")))


def tally(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows are new, changed, the same and wrong."""
    counted = Counter(row.verdict for row in rows)
    return {"new": counted["新增"], "changed": counted["修改"], "same": counted["不变"], "wrong": counted["错误"]}
