"""Whatever stands in the cells, reading gives values or issues, never an exception, and takes no time."""

import time
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.excel.cells import DATE, ERROR, NUMBER, TEXT, Cell
from projects.importing import amounts, dates, headings, names, places
from projects.importing.reading import read_sheets
from tests.projects.importing.sheets import HEAD, sheet

LETTERS = (
    "0123456789.,-—~/年月日季度上下半底前末内旬初一二三四十五期"
    "后个亿万元约总投资（）()★▲合计注：至到共项目 \n#=已开工+<>e"
)
WORDS = st.text(st.sampled_from(LETTERS))
NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(allow_nan=False)).map(repr)
CELLS = st.one_of(
    WORDS.map(lambda text: Cell(TEXT, text)),
    st.text(max_size=8).map(lambda text: Cell(TEXT, text)),
    NUMBERS.map(lambda text: Cell(NUMBER, text, "0.00")),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(lambda day: Cell(DATE, day.isoformat(), "yyyy-mm")),
    st.just(Cell(ERROR, "#REF!")),
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(CELLS)
def test_any_cell_is_a_value_or_a_reason(cell):
    start, finish = dates.read_period(cell, 2021)
    amount = amounts.read(cell, "亿元")

    assert all(
        reading.span is None or reading.span.end >= (reading.span.start or date.min) for reading in (start, finish)
    )
    assert amount.wan is None or amount.wan == amount.wan.quantize(Decimal("0.01")) >= 0
    assert isinstance(names.clean(cell.text)[0], str)
    assert places.park(cell.text) is None or places.park(cell.text)
    assert headings.match([cell.text], 2021) is None or headings.match([cell.text], 2021).field


@settings(max_examples=120, deadline=None, derandomize=True)
@given(st.lists(st.lists(CELLS | st.none(), max_size=len(HEAD)), max_size=8))
def test_any_rows_are_accounted_for(rows):
    parsed = read_sheets([sheet(HEAD, *rows, merges=["B3:B4", "D2:D5", "A6:H6"])])

    places_read = [row.row for row in (*parsed.projects, *parsed.skipped)]
    assert len(places_read) == len(set(places_read))
    assert parsed.as_json()["projects"] == [project.as_json() for project in parsed.projects]


def test_long_and_repetitive_text_takes_no_time():
    begun = time.process_time()
    for piece in ("1-", "一期", "(", "20", "，", "1,", "约", "总投资", "2021年", "★", "共1", "a b"):
        cell = Cell(TEXT, piece * (32_000 // len(piece)))
        dates.read_period(cell, 2021)
        amounts.read(cell, "万元")
        names.clean(cell.value)
        headings.match([cell.value[:60]], 2021)
        amounts.stated_total(cell.value)

    assert time.process_time() - begun < 10
