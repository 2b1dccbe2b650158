"""Dates as people write them, read as spans (domain.md §11.3). A missing year is the year of the table."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portal import spans
from portal.excel import formats
from portal.excel.cells import DATE, NUMBER, Cell
from portal.spans import Span
from portal.text import squash
from projects.importing.wording import chinese_number, is_blank, is_error, says_nothing

EPOCH = date(1899, 12, 30)
YEARS = range(1900, 2101)

# The last day before the holiday of 春节, month and day; another year is not known.
SPRING = {
    2015: (2, 17), 2016: (2, 6), 2017: (1, 26), 2018: (2, 14), 2019: (2, 3), 2020: (1, 23),
    2021: (2, 10), 2022: (1, 30), 2023: (1, 20), 2024: (2, 9), 2025: (1, 27), 2026: (2, 14),
}  # fmt: skip
HOLIDAYS = {"国庆": (9, 30), "十一": (9, 30), "五一": (4, 30), "劳动": (4, 30), "七一": (6, 30), "元旦": (12, 31)}
FIVE_YEARS = {"三": 2016, "四": 2021, "五": 2026}


@dataclass(frozen=True)
class Reading:
    """`span`: what was understood; `code`: what is wrong; `months`: for a relative date, counted from the start."""

    span: Span | None = None
    code: str = ""
    months: int | None = None
    within: bool = False


class Impossible(ValueError):
    """A date that does not exist, such as 2021年2月30日."""


def read(cell: Cell | None, year: int) -> Reading:
    """Read a cell of a date column."""
    if is_blank(cell):
        return Reading()
    assert cell is not None
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
    for left, right in _halves(_stripped(_normal(cell.value, year)), year):
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
            return Reading(_month(whole // 100, whole % 100))
        if 19000101 <= whole <= 21001231:
            return Reading(_day(whole // 10000, whole // 100 % 100, whole % 100))
    if 20000 < number < 60000:
        day = EPOCH + timedelta(days=whole)
        return Reading(Span(day, day))
    fraction = f"{number:f}".rstrip("0").partition(".")[2]
    if whole in YEARS and len(fraction) <= 2:
        if fraction == "1":  # 2021.10 loses its zero in Excel; two decimals shown speak for October
            return Reading(_month(whole, 10) if re.match(r"0\.00\b", code) else None, "ambiguous_date")
        return Reading(_month(whole, int(fraction)))
    return Reading(code="vague_date")


def _day(year: int, month: int, day: int) -> Span:
    try:
        return Span(date(year, month, day), date(year, month, day))
    except ValueError as error:
        raise Impossible from error


def _year(year: int) -> Span:
    return spans.year(_day(year, 1, 1).end)


def _month(year: int, month: int) -> Span:
    return spans.month(_day(year, month, 1).end)


# ---- text --------------------------------------------------------------------------------------------------
PLAN = re.compile(r"(?:\d{4}年)?十([三四五])五(?:规划)?(?:期间|时期|期|内|期内)?(末|期末|末期|底|前)?")
NUMERALS = (
    (re.compile(r"([零〇○一二三四五六七八九]{4})(?=年)"), chinese_number),
    (re.compile(r"([一二三四五六七八九十]{1,3})(?=[月日号]|个月|季)"), chinese_number),
    (re.compile(r"([一二两三四五六七八九十]{1,3})(?=年)"), chinese_number),
    (re.compile(r"([一二三四])(?=[-至到]\d季)"), chinese_number),
)
RELATIVE_YEAR = {"今年": 0, "本年度": 0, "本年": 0, "当年": 0, "明年": 1, "次年": 1, "后年": 2, "去年": -1, "上年": -1}
MONTHS = re.compile(
    r"(\d{1,3})个月|(?<!\d)(\d{1,2})年(半)?(?=以?内|之内|左右|后|$)|(半)年(?=以?内|之内|左右|后|$)|(\d{1,4})(?:天|个?工作日)"
)
AFTER = re.compile(r"(?:开工|动工|签约|投产|达产|建成|竣工|批复|供地|交地|拿地|取得\S*|完成\S*|备案|手续)\S{0,4}后")
PHASED = re.compile(r"[一二三四首前后1-4]期|分期|分\d?步")
STATE = re.compile(
    r"已\S{0,10}?(?:开工|动工|开建|投产|投用|竣工|完工|建成|试产|生产|达产|停工|停建|完成|建设)|在建|建设中|正在|未开工|未动工|"
    r"^(?:续建|建成|投产|开工|竣工|完工|停工|停建|缓建|暂停|试生产|达产|开工建设|竣工投产|建成投产)$"
)
VAGUE = re.compile(r"初|近期|尽快|适时|早日|择机|年中|中期|视|后$|左右$")
BRACKETS = re.compile(r"\([^()]*\)|【[^【】]*】")
LEAD = re.compile(r"^(?:计划|规划|预计|预期|拟定?|力争|争取|确保|约|于|在|自|从|到|至|截至|截止)+")
TAIL = re.compile(
    r"(?:全面|正式)?(?:开工|动工|破土|竣工|完工|建成|投产|投运|投用|达产|试生产|启动|建设|完成|交付|使用|并|实现)+$"
)


def _normal(value: str, year: int) -> str:
    """Bring the ways of writing together: width, quotes, numerals, dashes, this year and next year."""
    text = re.sub(r"[“”\"'‘’「」《》〈〉]", "", squash(value))
    text = re.sub(r"[—–−‐‑‒―─~]+|-{2,}", "-", re.sub(r"[tT ]?\d{1,2}:\d{2}(:\d{2})?$", "", text))
    if not PLAN.match(text):
        for pattern, number in NUMERALS:
            text = pattern.sub(lambda found, number=number: str(number(found[1])), text)
    for word, offset in RELATIVE_YEAR.items():
        text = text.replace(word, f"{year + offset}年")
    return text


def _stripped(text: str) -> str:
    rest = BRACKETS.sub("", text) or text.strip("()")
    return TAIL.sub("", LEAD.sub("", rest)).rstrip(",;。.")


def _text(text: str, year: int) -> Reading:
    if says_nothing(text):
        return Reading()
    if AFTER.search(text):
        return _relative(text)
    if PHASED.search(text):
        return Reading(code="phased_date")
    core = _stripped(text)
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
        return _single(text, year) or _joined(text, year)
    except Impossible:
        if span := _joined(text, year):  # 2020-22 is no month, but a range of years
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


def resolve(reading: Reading, start: Span | None) -> Span | None:
    """Return the day a relative date means when the start is known to the day, otherwise None."""
    if reading.months is None or start is None or start.precision != "day":
        return reading.span
    years, month = divmod(start.end.month - 1 + reading.months, 12)
    year = start.end.year + years
    day = date(year, month + 1, min(start.end.day, monthrange(year, month + 1)[1]))
    return Span(None if reading.within else day, day)


# ---- one date -----------------------------------------------------------------------------------------------
NUMBERS = "一二三四"
SINGLE = (
    (r"(\d{4})年?度?", lambda y, _: _year(int(y))),
    (r"(\d{4})(?:年|[./-])(\d{1,2})月?份?", lambda y, m, _: _month(int(y), int(m))),
    (r"(\d{4})(\d\d)", lambda y, m, _: _month(int(y), int(m))),
    (r"(\d\d)年(\d{1,2})月份?", lambda y, m, _: _month(2000 + int(y), int(m))),
    (r"(\d\d)年", lambda y, _: _year(2000 + int(y))),
    (r"(\d{4})(?:年|[./-])(\d{1,2})(?:月|[./-])(\d{1,2})[日号]?", lambda y, m, d, _: _day(int(y), int(m), int(d))),
    (r"(\d{4})(\d\d)(\d\d)", lambda y, m, d, _: _day(int(y), int(m), int(d))),
    (r"(\d\d)年(\d{1,2})月(\d{1,2})[日号]", lambda y, m, d, _: _day(2000 + int(y), int(m), int(d))),
    (r"(\d{1,2})月份?", lambda m, year: _month(year, int(m))),
    (r"(\d{1,2})月(\d{1,2})[日号]?", lambda m, d, year: _day(year, int(m), int(d))),
    (r"(\d{4})?(?:年|[./-])?(?:第?([1-4])季度?|q([1-4]))", lambda y, a, b, year: _quarter(int(y or year), int(a or b))),
    (r"(\d{4})?年?([上下])半年", lambda y, h, year: spans.half(date(int(y or year), 1 if h == "上" else 7, 1))),
    (r"([2-5]\d{4})", lambda serial, _: Span(*(2 * [EPOCH + timedelta(days=int(serial))]))),
)  # fmt: skip
SINGLE_PATTERNS = tuple((re.compile(pattern), build) for pattern, build in SINGLE)
TEN_DAYS = re.compile(r"(.*月份?)(上旬|中旬|下旬)")
HOLIDAY = re.compile(
    rf"(?:(\d{{4}})年?)?(春节|{'|'.join(HOLIDAYS)})(?:劳动)?(?:节|国际劳动节)?(?:长假|假期|放假)?(?:之|以)?前"
)
BEFORE = re.compile(r"(.+?)(?:之前|以前|前)")


def _quarter(year: int, number: int) -> Span:
    return spans.quarter(date(year, 3 * number, 1))


def _single(text: str, year: int) -> Span | None:
    """Understand one date or deadline; None when the text is something else."""
    for pattern, build in SINGLE_PATTERNS:
        found = pattern.fullmatch(text)
        if found and (span := build(*found.groups(), year)) and span.end.year in YEARS:
            return span
    return _deadline(text, year)


def _deadline(text: str, year: int) -> Span | None:
    if found := PLAN.fullmatch(text):
        first = FIVE_YEARS[found[1]]
        return Span(None if found[2] else date(first, 1, 1), date(first + 4, 12, 31))
    if found := HOLIDAY.fullmatch(text):
        return _before_holiday(int(found[1] or 0), found[2], year)
    if found := TEN_DAYS.fullmatch(text):
        month = _single(found[1], year)
        last = {"上旬": 10, "中旬": 20}.get(found[2])
        return month and Span(None, month.end.replace(day=last) if last else month.end)
    if found := BEFORE.fullmatch(text):
        return _until(_single(found[1], year))
    for base in _without_end(text):
        if span := _single(base, year) if base else spans.year(date(year, 1, 1)):
            return _until(span)
    return None


def _without_end(text: str) -> Iterator[str]:
    """2021年底 → 2021年; 2021年年底 → 2021年年, then 2021年; 年底 → 年, then "" for the year of the table."""
    if text[-1:] in ("底", "末", "内"):
        base = re.sub("[以之]$", "", text[:-1])
        yield base or "?"
        if base.endswith("年"):
            yield base[:-1]


def _until(span: Span | None) -> Span | None:
    return span and Span(None, span.end)


def _before_holiday(stated: int, name: str, year: int) -> Span | None:
    if name == "元旦":
        return Span(None, date(stated - 1 if stated else year, 12, 31))
    day = SPRING.get(stated or year) if name == "春节" else HOLIDAYS[name]
    return Span(None, date(stated or year, *day)) if day else None


# ---- two dates ----------------------------------------------------------------------------------------------
def _joined(text: str, year: int) -> Span | None:
    """Understand 3-5月, 2020-2022, 2019-03/2021-12 as one range."""
    for left, right in _halves(text, year):
        return Span(left.start, right.end)
    return None


def _halves(text: str, year: int) -> Iterator[tuple[Span, Span]]:
    for place, char in enumerate(text):
        if char not in "-/至到,;" or not 0 < place < len(text) - 1:
            continue
        pair = _pair(_stripped(text[:place]), _stripped(text[place + 1 :]), year)
        if pair and (pair[0].start or pair[0].end) <= pair[1].end:
            yield pair


def _pair(left: str, right: str, year: int) -> tuple[Span, Span] | None:
    """Each side may borrow from the other: 3-5月 its month, 2020年10月-3月 its year."""
    try:
        first = next((span for end in _endings(right) if (span := _single(left + end, year))), None)
        if first is None:
            return None
        base = first.end.year
        second = _single(right, base) or _borrowed(first, left, right)
        if second and second.end < first.end and not re.match(r"\d{4}", right):
            second = _single(right, base + 1)
    except Impossible:
        return None
    return (first, second) if second else None


def _endings(right: str) -> tuple[str, ...]:
    for end in ("月", "季度", "季"):
        if re.search(rf"\d{end}(?:份|底|末)?$", right):
            return "", end
    return ("",)


def _borrowed(first: Span, left: str, right: str) -> Span | None:
    if found := re.fullmatch(r"(\d{1,2})[日号]", right):
        return _day(first.end.year, first.end.month, int(found[1]))
    if not re.fullmatch(r"\d{1,2}", right):
        return None
    if first.precision == "month":
        return _month(first.end.year, int(right))
    if first.precision == "year" and int(right) > 12:
        return spans.year(date(2000 + int(right), 1, 1))
    return None
