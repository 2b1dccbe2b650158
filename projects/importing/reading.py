"""Read a workbook into projects. Nothing is written and no model is touched."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

from portal.excel import reading
from portal.excel.cells import Sheet, address, filled
from portal.excel.refusal import Refused
from portal.text import squash
from projects.importing import declared, finding, grouping, layout, mapping, rows, values
from projects.importing.aliases import SERIAL
from projects.importing.declared import Declared, TotalRow
from projects.importing.issues import issue
from projects.importing.layout import Layout, Line
from projects.importing.mapping import NO_WISH, SheetWish, Wish
from projects.importing.records import ColumnRead, ParsedFile, ProjectRead, SheetRead, SkippedRow
from projects.importing.table import MONEY, Table, label
from projects.importing.wording import is_blank

DEFAULT_YEAR = 2021
SAMPLES, SAMPLE_LENGTH, SAMPLED = 3, 24, 40
STEP = 200  # rows between two words about how far reading has come
Tell = Callable[[int, int], None]  # rows done, of how many (0: not known)


def silent(done: int, total: int) -> None:
    """Tell nobody."""


def read_workbook(
    path: str | Path, *, year: int | None = None, name: str = "", wish: Wish = NO_WISH, tell: Tell = silent
) -> ParsedFile:
    """Read an .xlsx or .csv file. Raises `portal.excel.refusal.Refused` when it cannot be read at all.

    `year`: of tables whose title names none; `name`: the file name the user knows, when `path` has another; `wish`:
    what a person said about sheets and columns; `tell` is called now and then.
    """
    sheets = reading.read(path, name=name, tell=lambda done: tell(done, 0))
    return read_sheets(sheets, year=year, wish=wish, tell=tell)


def read_sheets(
    sheets: list[Sheet], *, year: int | None = None, wish: Wish = NO_WISH, tell: Tell = silent
) -> ParsedFile:
    """Read sheets that are already cells; everything else as `read_workbook`."""
    parsed, seen = ParsedFile(links=getattr(sheets, "links", 0)), Seen()
    total, done = sum(sheet.last_row for sheet in sheets), 0
    for sheet in sheets:

        def count(row: int, before: int = done) -> None:
            tell(before + row, total)

        _read_sheet(parsed, seen, sheet, parsed.year or year or DEFAULT_YEAR, wish, count)
        done += sheet.last_row
    if not any(sheet.used or sheet.columns for sheet in parsed.sheets):
        raise Refused("no_header")
    return parsed


class Seen:
    """The projects read so far, to find those that come again."""

    def __init__(self) -> None:
        self.names: dict[str, list[ProjectRead]] = {}
        self.codes: dict[str, ProjectRead] = {}

    def repeats(self, project: ProjectRead) -> bool:
        """Return whether the project was read before; mark one that only shares its name or code with another."""
        named = self.names.setdefault(squash(project.name), []) if project.name else []
        same = [other for other in named if not _apart(other, project)]
        if any(other.total_investment == project.total_investment for other in same):
            return True
        if same:
            place = project.cells.get("name", f"第{project.row}行")
            project.issues.append(issue("name", "duplicate_name", place, _where(same[0])))
        named.append(project)
        code = project.facts.get("project_code")
        if code and code in self.codes:
            place = project.cells["project_code"]
            project.issues.append(issue("project_code", "duplicate_code", place, _where(self.codes[code])))
        elif code:
            self.codes[code] = project
        return False


def _apart(one: ProjectRead, other: ProjectRead) -> bool:
    """Two rows with different 系统编号 are two projects, whatever else they share."""
    numbers = {one.facts.get("number"), other.facts.get("number")}
    return None not in numbers and len(numbers) == 2


def _where(project: ProjectRead) -> str:
    return f"“{project.sheet}”第{project.row}行"


def _read_sheet(
    parsed: ParsedFile, seen: Seen, sheet: Sheet, year: int, wish: Wish, count: Callable[[int], None]
) -> None:
    wanted = wish.of(sheet.name)
    walk = (Line(*item) for item in filled(sheet))
    top = list(islice(walk, finding.SEARCHED + finding.TALLEST))
    place = None if sheet.hidden else _place(sheet, top, wanted)
    if place is None:
        parsed.sheets.append(SheetRead(sheet.name, used=False, hidden=sheet.hidden))
        return
    first, last = place
    plan = layout.build(top, first, last, year=year, wanted=wish.year)
    mapping.apply(plan, wanted)
    described = _described(sheet, plan, year)
    parsed.sheets.append(described)
    if "name" not in plan.fields:  # a heading named by a person, whose columns are not
        described.used = False
        return
    reader = SheetReader(parsed, seen, sheet.name, plan, top[first : last + 1])
    reader.table.numbered = _is_numbered(sheet, plan)
    reader.wish = wanted
    reader.read_above(top[:first])
    reader.read_below(_chain(top[last + 1 :], _counted(walk, count)))
    reader.reconcile()


def _place(sheet: Sheet, top: list[Line], wanted: SheetWish) -> tuple[int, int] | None:
    """The indices of the heading's first and last row: those a person named, else those found."""
    if wanted.take is False:
        return None
    if wanted.rows and wanted.rows[1] <= len(top):
        return wanted.rows[0] - 1, wanted.rows[1] - 1
    return finding.find(sheet, top)


def _described(sheet: Sheet, plan: Layout, year: int) -> SheetRead:
    unit = plan.unit_of("total_investment")
    named = {column: name for name, column in plan.fields.items()}
    columns = [
        ColumnRead(
            letters(column), title, named.get(column, ""),
            plan.unit_of(named[column]) if named.get(column) in MONEY else None, _samples(sheet, plan.last, column),
        )
        for column, title in sorted(plan.titles.items())
    ]  # fmt: skip
    return SheetRead(
        sheet.name, True, plan.header_row, unit, plan.year or year, plan.unknown, sorted(plan.fields),
        columns=columns, rivals={name: list(map(letters, found)) for name, found in plan.rivals.items()},
    )  # fmt: skip


def letters(column: int) -> str:
    return address(1, column).removesuffix("1")


def _samples(sheet: Sheet, last: int, column: int) -> tuple[str, ...]:
    """The first values below the heading, cut to a few characters."""
    below = (sheet.rows.get(row, {}).get(column) for row in range(last + 1, last + 1 + SAMPLED))
    texts = (cell.text for cell in below if cell and not is_blank(cell))
    return tuple(text[:SAMPLE_LENGTH] for text in islice(texts, SAMPLES))


def _counted(lines: Iterator[Line], count: Callable[[int], None]) -> Iterator[Line]:
    for line in lines:
        if not line.number % STEP:
            count(line.number)
        yield line


def _chain(begun: list[Line], rest: Iterator[Line]) -> Iterator[Line]:
    yield from begun
    yield from rest


def _is_numbered(sheet: Sheet, plan: Layout) -> bool:
    """Return whether most rows with a name carry a 序号."""
    serial, name = plan.fields.get(SERIAL), plan.fields["name"]
    named = [row for number, row in sheet.rows.items() if number > plan.last and name in row]
    return serial is not None and sum(serial in row for row in named) * 2 > len(named)


class SheetReader:
    """Reads the lines of one sheet in order and remembers what stands above them."""

    def __init__(self, parsed: ParsedFile, seen: Seen, sheet: str, plan: Layout, heading: list[Line]) -> None:
        self.parsed, self.seen, self.sheet = parsed, seen, sheet
        self.table = Table(plan, heading)
        self.year = parsed.sheets[-1].year or DEFAULT_YEAR
        self.year_type: str | None = None
        self.levels = (0, 0)
        self.totals: list[TotalRow] = []
        self.sentences: list[str] = []
        self.count, self.sum = 0, Decimal(0)
        self.wish = mapping.AS_FOUND

    def skip(self, line: Line, kind: str) -> None:
        self.parsed.skipped.append(SkippedRow(self.sheet, line.number, kind))

    def read_above(self, lines: list[Line]) -> None:
        filled_yet = False
        for line in lines:
            kind = rows.kind_above(line)
            filled_yet = filled_yet or kind != rows.BLANK
            if filled_yet:
                self.skip(line, kind)
            if kind != rows.BLANK and not rows.NOTE_WORD.match(line.texts()[0]):
                self.sentences.append("".join(line.texts()))
        for line in self.table.heading:
            self.skip(line, rows.HEADER)

    def read_below(self, lines: Iterator[Line]) -> None:
        previous, last_filled = rows.HEADER, self.table.layout.last
        for line in lines:
            kind = rows.kind(self.table, line, previous)
            if kind == rows.PROJECT:
                self.add(line)
            elif kind != rows.CONTINUED:
                self.note(line, kind)
                self.skip(line, kind)
            if kind != rows.BLANK:
                previous, last_filled = kind, line.number
        while self.parsed.skipped[-1].row > last_filled:
            self.parsed.skipped.pop()

    def note(self, line: Line, kind: str) -> None:
        """Remember what a group, total or note row says."""
        words = label(self.table, line)
        if kind == rows.GROUP:
            self.enter_group(words)
        elif kind == rows.TOTAL:
            total = rows.total(self.table, line).wan
            self.totals.append(TotalRow(line.texts()[0], rows.count(self.table, line), total))
        elif kind == rows.HEADER and finding.is_heading(line) and not finding.is_repeated(line, self.table.heading):
            self.enter_table(line)
        elif kind == rows.NOTE and not rows.NOTE_WORD.match(line.texts()[0]):
            self.sentences.append("".join(line.texts()))

    def enter_group(self, words: str) -> None:
        """A group like 续建项目(9个) gives 年度类型 to what follows, until a group of its level or above comes."""
        level, (outer, last) = grouping.group_level(words), self.levels
        kind = grouping.year_type(words) if len(words) <= 25 else None
        if kind:
            self.year_type = kind
            outer = level or (last + 1 if last else 0)
        elif level and outer and level <= outer and level != 0:
            self.year_type = None
        self.levels = (outer, level)

    def enter_table(self, line: Line) -> None:
        """Another table begins in the same sheet, with headings of its own."""
        plan = layout.build([line], 0, 0, year=self.year)
        plan.unit = self.table.layout.unit
        mapping.apply(plan, self.wish)
        self.table = Table(plan, [line], self.table.numbered)

    def add(self, line: Line) -> None:
        inherited = self.year_type or grouping.year_type(self.sheet)
        project = values.read(self.table, line, sheet=self.sheet, year=self.year, inherited=inherited)
        self.count += 1
        self.sum += project.total_investment or 0
        self.levels = (self.levels[0], 0)
        if self.seen.repeats(project):
            self.skip(line, rows.DUPLICATE)
        else:
            self.parsed.projects.append(project)

    def reconcile(self) -> None:
        """The first sheet that states something about itself speaks for the file."""
        if self.parsed.declared:
            return
        stated: Declared = declared.of_sheet(self.totals, self.sentences)
        if stated:
            self.parsed.declared = stated
            self.parsed.reconciled = declared.agrees(stated, self.count, self.sum)
