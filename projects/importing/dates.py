"""Dates as people write them, read as spans (domain.md §11.3). A missing year is the year of the table."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portal import spans
from portal.excel import formats
from portal.excel.cells import DATE, NUMBER, Cell
from portal.spans import Span
from portal.text import squash
from projects.importing.datewords import (
    BRACKETS,
    EPOCH,
    PLAN,
    YEARS,
    Impossible,
    day,
    halves,
    joined,
    month,
    single,
    stripped,
)
from projects.importing.wording import chinese_number, is_blank, is_error, says_nothing

NUMERALS = re.compile(
    r"([零〇○一二三四五六七八九]{4})(?=年)|([一二两三四五六七八九十]{1,3})(?=[年月日号]|个月|季)|([一二三四五六七八九十]{1,3})(?=[-至到][一二三四五六七八九十\d]{1,3}[月季])"
)
LONGEST = 80  # characters; a longer text is an explanation
RELATIVE_YEAR = {"今年": 0, "本年度": 0, "本年": 0, "当年": 0, "明年": 1, "次年": 1, "后年": 2, "去年": -1, "上年": -1}
MONTHS = re.compile(
    r"(\d{1,3})个月|(?<!\d)(\d{1,2})年(半)?(?=以?内|之内|左右|后|$)|(半)年(?=以?内|之内|左右|后|$)|(\d{1,4})(?:天|个?工作日)"
)
AFTER = re.compile(r"(?:开工|动工|签约|投产|达产|建成|竣工|批复|供地|交地|拿地|取得\S*|完成\S*|备案|手续)\S{0,4}后")
PHASED = re.compile(r"[一二三四首1-4]期|分期|分\d?步")
STATE = re.compile(
    r"已\S{0,10}?(?:开工|动工|开建|投产|投用|竣工|完工|建成|试产|生产|达产|停工|停建|完成|建设)|在建|建设中|正在|未开工|未动工|"
    r"^(?:续建|建成|投产|开工|竣工|完工|停工|停建|缓建|暂停|试生产|达产|开工建设|竣工投产|建成投产)$"
)
VAGUE = re.compile(r"初|近期|尽快|适时|早日|择机|年中|中期|视|后$|左右$")


@dataclass(frozen=True)
class Reading:
    """`span`: what was understood; `code`: what is wrong; `months`: for a relative date, counted from the start."""

    span: Span | None = None
    code: str = ""
    months: int | None = None
    within: bool = False


def read(cell: Cell | None, year: int) -> Reading:
    """Read a cell of a date column."""
    if cell is None or is_blank(cell):
        return Reading()
    if is_error(cell):
        return Reading(code="formula_error")
    try:
        if cell.kind == DATE:
            return Reading(_shown(cell))
        return _number(cell.number, cell.format) if cell.kind == NUMBER else _text(_normal(cell.value, year), year)
    except Impossible:
        return Reading(code="invalid_date")


def read_period(cell: Cell | None, year: int) -> tuple[Reading, Reading]:
    """Read a cell with both dates (建设起止年限): the left part is the start, the right part the finish."""
    whole = read(cell, year)
    if whole.months is not None:
        return Reading(), whole
    if whole.span is None or cell is None or cell.kind in (DATE, NUMBER):
        both = whole.span is not None and whole.span.precision == "year"
        return whole, whole if both else Reading()
    for left, right in halves(stripped(_normal(cell.value, year)), year):
        if Span(left.start, right.end) == whole.span:
            return Reading(left, whole.code), Reading(right)
    if whole.span.start is None:
        return Reading(), whole
    return whole, whole if whole.span.precision == "year" else Reading()


# ---- dates and numbers -----------------------------------------------------------------------------------
def _shown(cell: Cell) -> Span:
    """A real date is as precise as its number format shows it."""
    if formats.shows_day(cell.format):
        return Span(cell.day, cell.day)
    return spans.month(cell.day) if formats.shows_month(cell.format) else spans.year(cell.day)


def _number(number: Decimal, code: str) -> Reading:
    whole = int(number) if abs(number) < 10**9 else 0
    if number == whole:
        if whole in YEARS:
            return Reading(spans.year(date(whole, 1, 1)))
        if 190001 <= whole <= 210012:
            return Reading(month(whole // 100, whole % 100))
        if 19000101 <= whole <= 21001231:
            return Reading(day(whole // 10000, whole // 100 % 100, whole % 100))
    if 20000 < number < 60000:
        serial = EPOCH + timedelta(days=whole)
        return Reading(Span(serial, serial))
    fraction = f"{number:f}".rstrip("0").partition(".")[2]
    if whole in YEARS and len(fraction) <= 2:
        if fraction == "1":  # 2021.10 loses its zero in Excel; two decimals shown speak for October
            return Reading(month(whole, 10) if re.match(r"0\.00\b", code) else None, "ambiguous_date")
        return Reading(month(whole, int(fraction)))
    return Reading(code="vague_date")


def resolve(reading: Reading, start: Span | None) -> Span | None:
    """Return the day a relative date means when the start is known to the day, otherwise None."""
    if reading.months is None or start is None or start.precision != "day":
        return reading.span
    years, months = divmod(start.end.month - 1 + reading.months, 12)
    year = start.end.year + years
    last = date(year, months + 1, min(start.end.day, monthrange(year, months + 1)[1]))
    return Span(None if reading.within else last, last)


def _normal(value: str, year: int) -> str:
    """Bring the ways of writing together: width, quotes, numerals, dashes, this year and next year."""
    text = re.sub(r"[“”\"'‘’「」《》〈〉]", "", squash(value))
    text = re.sub(r"[—–−‐‑‒―─~]+|-{2,}", "-", re.sub(r"[tT ]?\d{1,2}:\d{2}(:\d{2})?$", "", text))
    if not PLAN.match(text):
        text = NUMERALS.sub(lambda found: str(chinese_number(found[0])), text)
    for word, offset in RELATIVE_YEAR.items():
        text = text.replace(word, f"{year + offset}年")
    return text


def _text(text: str, year: int) -> Reading:
    if says_nothing(text):
        return Reading()
    if len(text) > LONGEST:
        return Reading(code="vague_date")
    if AFTER.search(text):
        return _relative(text)
    if PHASED.search(text):
        return Reading(code="phased_date")
    core = stripped(text)
    known = None if STATE.search(BRACKETS.sub("", text)) else _understood(core, year)
    if known:
        return Reading(known, "state_not_date" if STATE.search(text) else "")
    if MONTHS.search(text):
        return _relative(text)
    if STATE.search(text):
        return Reading(code="state_not_date")
    return Reading(code="vague_date")


def _understood(text: str, year: int) -> Span | None:
    if VAGUE.search(text):
        return None
    try:
        return single(text, year) or joined(text, year)
    except Impossible:
        if span := joined(text, year):  # 2020-22 is no month, but a range of years
            return span
        raise


def _relative(text: str) -> Reading:
    """A duration counts from the start; one that counts from anything else cannot be resolved."""
    found = MONTHS.search(text)
    base = AFTER.search(text)
    if not found or found[5] or (base and not base[0].startswith(("开工", "动工"))):
        return Reading(code="relative_date")
    months = int(found[1] or 0) + 12 * int(found[2] or 0) + (6 if found[3] or found[4] else 0)
    return Reading(code="relative_date", months=months, within="内" in text[found.end() :][:2])
