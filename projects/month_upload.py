"""上传填报表: a filled table is read, every row judged in one pass, and what is good becomes drafts.

Nothing of the file is kept: the preview carries the rows that may be written (see `projects.views.month_upload`), and
writing asks `reporting.save_draft` again, so that what changed meanwhile is refused row by row. Amounts in 万元.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import audit
from portal.excel import reading
from portal.excel.cells import Book, Cell, Row, Sheet, address
from portal.excel.refusal import Refused
from portal.models import User
from portal.text import squash, whole_number
from projects import month_cells, periods, report_rows, reporting
from projects.exporting import month_table
from projects.exporting.month_table import FIELDS
from projects.models import MonthlyReport, ReportingPeriod
from projects.report_rows import ReportRow

FILLED, SAME, EMPTY, CLASH, WRONG = "filled", "same", "empty", "clash", "wrong"
VERDICTS = {WRONG: "错误", CLASH: "他人已改", FILLED: "填写", SAME: "不变", EMPTY: "未填"}
HEADING_WITHIN = 20  # rows
MOST_ROWS = 2000
NO_TABLE = "没有找到填报表的表头（系统编号、项目名称、本月完成投资、形象进度）。请在下载的填报表里填写后再上传。"
OTHER_MONTH = "这是{told}的填报表，现在填报的是{period}。请重新下载填报表，把数填进去再上传。"
TOO_MANY = f"表里超过{MOST_ROWS}行。请只保留填报表里的项目再上传。"
UNKNOWN = "没有找到这个项目，或者不在本期应报范围。请以下载的填报表为准，不要改系统编号。"
TWICE = "第{rows}行是同一个项目，内容不同。请只留一行。"
FALL = "本月完成投资为负数，累计将减少。确实要减的，请在“异常说明”里写明原因；填错的请改正。"
LENGTHS = {"progress": 300, "problem": 500, "confirmed": 200}

Facts = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, in which cell, and what to do about it."""

    cell: str
    words: str


@dataclass
class Judged:
    """One row of the file. `facts`: what it would change; `theirs`: label, stored and typed, where another person
    changed the same since the table was made; `notes`: what must be explained before the report is handed in."""

    row: int
    name: str
    verdict: str = EMPTY
    entry: ReportRow | None = None
    facts: Facts = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    theirs: list[tuple[str, Any, Any]] = field(default_factory=list)

    def shown(self, name: str) -> Any:
        """What would stand in the report: what the row says, else what is stored."""
        return self.facts.get(name, getattr(self.entry.report, name) if self.entry else None)

    @property
    def month_done(self) -> Decimal | None:
        found: Decimal | None = self.shown("month_done")
        return found

    @property
    def progress(self) -> str:
        return str(self.shown("progress") or "")

    @property
    def problem(self) -> str:
        return str(self.shown("problem") or "")

    @property
    def confirmed(self) -> str:
        return str(self.shown("confirmed") or "")

    @property
    def fault_words(self) -> str:
        return "；".join(f"{one.cell}：{one.words}" for one in self.faults)


# --- reading -----------------------------------------------------------------------------------------------------


def read(path: Path, *, name: str) -> tuple[Sheet, int, dict[str, int]]:
    """The sheet with the table, the row of its heading and where its columns stand. Raises `Refused`."""
    return table_of(reading.read(path, name=name))


def table_of(book: Book) -> tuple[Sheet, int, dict[str, int]]:
    for sheet in book:
        if sheet.hidden:
            continue
        for number in sorted(sheet.rows)[:HEADING_WITHIN]:
            found = month_table.places({column: cell.text for column, cell in sheet.rows[number].items()})
            if "month_done" in found and "progress" in found and ("number" in found or "name" in found):
                return sheet, number, found
    raise Refused("no_header", NO_TABLE)


def judge(
    sheet: Sheet,
    heading: int,
    places: Mapping[str, int],
    *,
    period: ReportingPeriod,
    by: User,
) -> list[Judged]:
    """Judge every row of the table that says anything. Raises `Refused` for a table of another month or no end."""
    numbers = [number for number in sorted(sheet.rows) if number > heading]
    if len(numbers) > MOST_ROWS:
        raise Refused("too_large", TOO_MANY)
    lines = [Line(number, sheet.rows[number], places, period) for number in numbers]
    lines = [line for line in lines if line.says_anything]
    entries = [row for row in report_rows.rows(period, by) if row.is_mine]
    known = Known(entries, period)
    found = [judged(line, known) for line in lines]
    twice(found)
    return found


class Line:
    """The cells of one row by field."""

    def __init__(self, number: int, row: Row, places: Mapping[str, int], period: ReportingPeriod) -> None:
        self.number, self.row, self.places = number, row, places
        month, _, version = self.text("mark").partition("/")
        self.version = whole_number(version) or 0
        if month and month != month_table.mark_of(period, 0).partition("/")[0]:
            raise Refused("no_header", OTHER_MONTH.format(told=month[:20], period=period))

    def cell(self, name: str) -> Cell | None:
        return self.row.get(self.places.get(name, 0))

    def text(self, name: str) -> str:
        found = self.cell(name)
        return found.text.strip() if found else ""

    def address(self, name: str) -> str:
        return address(self.number, self.places.get(name) or min(self.places.values()))

    @property
    def typed(self) -> list[str]:
        """The fields in which anything stands."""
        return [name for name in FIELDS if self.text(name)]

    @property
    def says_anything(self) -> bool:
        return bool(self.text("number") or self.text("name") or self.typed)


class Known:
    """The rows that the person reports for, by number and by name, and what stood in them when a table was made."""

    def __init__(self, entries: Iterable[ReportRow], period: ReportingPeriod) -> None:
        self.entries = list(entries)
        self.by_number = {squash(row.project.number): row for row in self.entries}
        names = Counter(squash(row.project.name) for row in self.entries)
        self.by_name = {squash(row.project.name): row for row in self.entries if names[squash(row.project.name)] == 1}
        past = MonthlyReport.history.filter(period=period, project__in=[row.project.pk for row in self.entries])
        self.past: dict[tuple[int, int], Facts] = {}
        for project, version, *values in past.order_by("history_id").values_list("project", "version", *FIELDS):
            self.past[project, version] = dict(zip(FIELDS, map(said, values), strict=True))

    def find(self, line: Line) -> ReportRow | None:
        """The row of a line: by number, where none is given by the exact name."""
        if number := line.text("number"):
            return self.by_number.get(squash(number))
        return self.by_name.get(squash(line.text("name")))

    def base(self, row: ReportRow, version: int) -> Facts:
        """What stood in the report in that version; nothing where there was none."""
        return self.past.get((row.project.pk, version), {})


# --- judging -----------------------------------------------------------------------------------------------------


def judged(line: Line, known: Known) -> Judged:
    entry = known.find(line)
    made = Judged(line.number, entry.project.name if entry else line.text("name")[:80], entry=entry)
    if entry is None:
        place = "number" if line.text("number") else "name"
        return wrong(made, Fault(line.address(place), UNKNOWN))
    if not line.typed:
        return made
    facts, made.faults = facts_of(line)
    base = known.base(entry, line.version)
    stored = {name: said(getattr(entry.report, name)) for name in FIELDS} if entry.version else {}
    changed = {name: value for name, value in facts.items() if value != base.get(name, "")}
    made.facts = {name: value for name, value in changed.items() if value != stored.get(name, "")}
    if made.faults:
        return wrong(made)
    if not made.facts:
        made.verdict = SAME
        return made
    if entry.is_handed_in:
        state = entry.report.get_state_display()
        return wrong(made, Fault(line.address("number"), f"这个项目的月报{state}，要修改请联系市局投资科退回。"))
    complete(made, line, entry)
    if made.verdict != WRONG and entry.version != line.version:
        made.theirs = [
            (FIELDS[name], stored.get(name, ""), value)
            for name, value in made.facts.items()
            if stored.get(name, "") != base.get(name, "")
        ]
        made.verdict = CLASH if made.theirs else FILLED
    return made


def said(value: Any) -> Any:
    """No amount and no text are both nothing."""
    return "" if value is None else value


def wrong(made: Judged, *faults: Fault) -> Judged:
    made.faults += faults
    made.verdict = WRONG
    return made


def facts_of(line: Line) -> tuple[Facts, list[Fault]]:
    """What the typed cells say, and which of them cannot be taken."""
    facts: Facts = {}
    faults = []
    if line.text("month_done"):
        try:
            facts["month_done"] = month_cells.month_done(line.cell("month_done"))
        except ValidationError as refused:
            faults.append(Fault(line.address("month_done"), "".join(refused.messages)))
    for name, most in LENGTHS.items():
        text = line.text(name)
        if len(text) > most:
            faults.append(Fault(line.address(name), f"超过{most}个字，请写短一些。"))
        elif text:
            facts[name] = text
    return {name: value for name, value in facts.items() if value is not None}, faults


def complete(made: Judged, line: Line, entry: ReportRow) -> None:
    """Judge the report as it would stand: what is missing and what must be explained."""
    report = MonthlyReport(project=entry.project, period=entry.period)
    for name in FIELDS:
        setattr(report, name, getattr(made, name))
    for name, words in reporting.missing(report).items():
        wrong(made, Fault(line.address(name), words))
    odd = reporting.oddities(report, earlier=entry.earlier, opening=entry.opening)
    if not report.confirmed.strip():
        if any(one.kind == "fall" for one in odd):
            wrong(made, Fault(line.address("month_done"), FALL))
        made.notes = [one.words for one in odd if one.kind != "fall"]
    if made.verdict != WRONG:
        made.verdict = FILLED


def twice(found: list[Judged]) -> None:
    """Two rows of one project that say different things are both wrong; nobody but the person knows which counts."""
    rows: dict[int, list[Judged]] = {}
    for one in found:
        if one.entry and one.verdict != EMPTY:
            rows.setdefault(one.entry.project.pk, []).append(one)
    for same in rows.values():
        first, *others = same
        if all(one.facts == first.facts and one.verdict == first.verdict for one in others):
            for one in others:
                one.verdict, one.facts = SAME, {}
            continue
        words = TWICE.format(rows="、".join(str(one.row) for one in same))
        for one in same:
            wrong(one, Fault(address(one.row, 1), words))


# --- writing -----------------------------------------------------------------------------------------------------


def as_json(found: Iterable[Judged]) -> list[dict[str, Any]]:
    """The rows that may be written, as the preview carries them. `clash`: only when the person says so."""
    return [
        {
            "project": one.entry.project.pk,
            "version": one.entry.version,
            "clash": one.verdict == CLASH,
            "facts": {name: str(value) for name, value in one.facts.items()},
        }
        for one in found
        if one.entry and one.verdict in (FILLED, CLASH)
    ]


@dataclass(frozen=True)
class Written:
    """How many drafts were kept, and which projects were not with the reason."""

    count: int
    kept_out: list[tuple[str, str]]


@transaction.atomic
def write(
    *, period: ReportingPeriod, rows: Iterable[Mapping[str, Any]], taken: Iterable[int] = (), by: User, wrong: int = 0
) -> Written:
    """Keep the rows as drafts, in the order of the projects so that two uploads wait for each other. Of rows that
    another person changed only those of the projects `taken`; what changed since the preview is left and told."""
    wanted = {one["project"]: one for one in rows if not one["clash"] or one["project"] in set(taken)}
    projects = periods.asked(period, by).filter(pk__in=wanted).order_by("pk")
    count, kept_out = 0, []
    for project in projects:
        one = wanted[project.pk]
        try:
            reporting.save_draft(
                project=project, period=period, by=by, facts=dict(facts_from(one["facts"])), version=one["version"]
            )
            count += 1
        except (ValidationError, PermissionDenied) as refused:
            words = "".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
            kept_out.append((project.name, words))
    audit.log("report.upload", by=by, obj=period, rows=count, kept=len(kept_out), wrong=wrong)
    return Written(count, kept_out)


def facts_from(kept: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for name, value in kept.items():
        yield name, Decimal(value) if name == "month_done" else value
