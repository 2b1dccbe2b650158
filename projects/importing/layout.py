"""Where the heading of a sheet is and what its columns mean (domain.md §11.1 S1–S4)."""

import re
from dataclasses import dataclass, field

from portal.excel.cells import Area, Row
from portal.text import squash
from projects.importing import headings
from projects.importing.wording import chinese_number, is_blank

STATED_UNIT = re.compile(r"单位:[^:]{0,8}?((?:[千百]?万|[千百]?亿)?(?:美|欧|日|港)?元)|[(（]((?:[千百]?万|亿)元)[)）]$")
TITLE_YEAR = re.compile(r"(?<!截至)(?<!截止)(?<!\d)(20\d\d)(?=年|—|-|–)")


@dataclass
class Line:
    """One row of a sheet. `origin`: for cells filled in from a merged area, that area."""

    number: int
    cells: Row
    origin: dict[int, Area]

    def own(self) -> Row:
        """The cells written in this row itself, blank ones left out."""
        return {column: cell for column, cell in self.cells.items() if column not in self.origin and not is_blank(cell)}

    def texts(self) -> list[str]:
        return [squash(cell.text) for _, cell in sorted(self.own().items())]


@dataclass
class Layout:
    """The heading of a table: its rows, the text and the field of each column, and what stands above it.

    `rivals`: fields that several columns name equally well, with those columns.
    """

    first: int
    last: int
    titles: dict[int, str]
    units: dict[int, str | None]
    fields: dict[str, int] = field(default_factory=dict)
    unit: str | None = None
    year: int | None = None
    rivals: dict[str, list[int]] = field(default_factory=dict)

    @property
    def header_row(self) -> int | list[int]:
        return self.first if self.first == self.last else [self.first, self.last]

    @property
    def unknown(self) -> list[str]:
        """Headings of columns that are not read."""
        read = set(self.fields.values())
        return [title for column, title in sorted(self.titles.items()) if column not in read]

    def unit_of(self, name: str) -> str | None:
        """The unit of bare numbers in an amount column; that of the heading goes before that of the table."""
        return (self.units.get(self.fields[name]) if name in self.fields else None) or self.unit


def build(lines: list[Line], first: int, last: int, *, year: int | None, wanted: int | None = None) -> Layout:
    """Read the columns of the heading. `year`: of the table when neither its title nor anything else states one;
    `wanted`: whatever the title states."""
    rows = lines[first : last + 1]
    columns = sorted({column for line in rows for column, cell in line.cells.items() if not is_blank(cell)})
    paths = {column: path_of(rows, column) for column in columns}
    layout = Layout(
        first=lines[first].number,
        last=lines[last].number,
        titles={column: "·".join(path) for column, path in paths.items() if path},
        units={column: headings.unit_of("".join(reversed(path))) for column, path in paths.items()},
    )
    for line in lines[:first]:
        layout.unit = layout.unit or stated_unit(line)
        layout.year = layout.year or _year(line)
    layout.year = wanted or layout.year
    named = _named(paths, layout.year or year)
    layout.fields = {name: columns[0] for name, columns in named.items()}
    layout.rivals = {name: columns for name, columns in named.items() if len(columns) > 1}
    return layout


def _named(paths: dict[int, list[str]], year: int | None) -> dict[str, list[int]]:
    """For each field the columns that name it best, from left to right."""
    best: dict[str, tuple[int, list[int]]] = {}
    for column, path in paths.items():
        if found := headings.match(path, year):
            rank, columns = best.get(found.field, (9, []))
            if found.rank <= rank:
                best[found.field] = (found.rank, [*columns, column] if found.rank == rank else [column])
    return {name: columns for name, (_, columns) in best.items()}


def stated_unit(line: Line) -> str | None:
    """Return the unit a line above the heading states: 单位：万元, or （亿元） at the end of the title."""
    found = STATED_UNIT.search("".join(line.texts()))
    return (found[1] or found[2]) if found else None


def _year(line: Line) -> int | None:
    text = "".join(line.texts())
    if found := TITLE_YEAR.search(text):
        return int(found[1])
    written = re.search("二[〇○零][〇○零一二三四五六七八九]{2}(?=年)", text)
    return chinese_number(written[0]) if written else None


def path_of(rows: list[Line], column: int) -> list[str]:
    """The texts above a column; an area merged downwards counts once."""
    path = []
    for line in rows:
        cell, area = line.cells.get(column), line.origin.get(column)
        if cell and not is_blank(cell) and not (area and area.top < line.number):
            path.append(" ".join(cell.text.split()))
    return path
