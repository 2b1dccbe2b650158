"""The ways of writing one date or two, and the spans they mean (domain.md §11.3)."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from portal import spans
from portal.spans import Span

EPOCH = date(1899, 12, 30)
YEARS = range(1900, 2101)

# The last day before the holiday of 春节, month and day; another year is not known.
SPRING = {
    2015: (2, 17), 2016: (2, 6), 2017: (1, 26), 2018: (2, 14), 2019: (2, 3), 2020: (1, 23),
    2021: (2, 10), 2022: (1, 30), 2023: (1, 20), 2024: (2, 9), 2025: (1, 27), 2026: (2, 14),
}  # fmt: skip
HOLIDAYS = {"国庆": (9, 30), "十一": (9, 30), "五一": (4, 30), "劳动": (4, 30), "七一": (6, 30), "元旦": (12, 31)}
FIVE_YEARS = {"三": 2016, "四": 2021, "五": 2026}


class Impossible(ValueError):
    """A date that does not exist, such as 2021年2月30日."""


def day(year: int, month: int, day: int) -> Span:
    try:
        return Span(date(year, month, day), date(year, month, day))
    except ValueError as error:
        raise Impossible from error


def year_of(year: int) -> Span:
    return spans.year(day(year, 1, 1).end)


def month(year: int, month: int) -> Span:
    return spans.month(day(year, month, 1).end)


PLAN = re.compile(r"(?:\d{4}年)?十([三四五])五(?:规划)?(?:期间|时期|期|内|期内)?(末|期末|末期|底|前)?")
BRACKETS = re.compile(r"\([^()]*\)|【[^【】]*】")
LEAD = re.compile(r"^(?:计划|规划|预计|预期|拟定?|力争|争取|确保|约|于|在|自|从|到|至|截至|截止)+")
TAIL = re.compile(
    r"(?:全面|正式)?(?:开工|动工|破土|竣工|完工|建成|投产|投运|投用|达产|试生产|启动|建设|完成|交付|使用|并|实现)+$"
)


def stripped(text: str) -> str:
    rest = BRACKETS.sub("", text) or text.strip("()")
    return TAIL.sub("", LEAD.sub("", rest)).rstrip(",;。.")


# ---- one date -----------------------------------------------------------------------------------------------
NUMBERS = "一二三四"
SINGLE: tuple[tuple[str, Callable[..., Span]], ...] = (
    (r"(\d{4})年?度?", lambda y, _: year_of(int(y))),
    (r"(\d{4})(?:年|[./-])(\d{1,2})月?份?", lambda y, m, _: month(int(y), int(m))),
    (r"(\d{4})(\d\d)", lambda y, m, _: month(int(y), int(m))),
    (r"(\d\d)年(\d{1,2})月份?", lambda y, m, _: month(2000 + int(y), int(m))),
    (r"(\d\d)年", lambda y, _: year_of(2000 + int(y))),
    (r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?", lambda y, m, d, _: day(int(y), int(m), int(d))),
    (r"(\d{4})([./-])(\d{1,2})\2(\d{1,2})[日号]?", lambda y, _, m, d, __: day(int(y), int(m), int(d))),
    (r"(\d{4})(\d\d)(\d\d)", lambda y, m, d, _: day(int(y), int(m), int(d))),
    (r"(\d\d)年(\d{1,2})月(\d{1,2})[日号]", lambda y, m, d, _: day(2000 + int(y), int(m), int(d))),
    (r"(\d{1,2})月份?", lambda m, year: month(year, int(m))),
    (r"(\d{1,2})月(\d{1,2})[日号]?", lambda m, d, year: day(year, int(m), int(d))),
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


def single(text: str, year: int) -> Span | None:
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
        month = single(found[1], year)
        last = {"上旬": 10, "中旬": 20}.get(found[2])
        return month and Span(None, month.end.replace(day=last) if last else month.end)
    if found := BEFORE.fullmatch(text):
        return _until(single(found[1], year))
    for base in _without_end(text):
        if span := single(base, year) if base else spans.year(date(year, 1, 1)):
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
def joined(text: str, year: int) -> Span | None:
    """Understand 3-5月, 2020-2022, 2019-03/2021-12 as one range."""
    for left, right in halves(text, year):
        return Span(left.start, right.end)
    return None


def halves(text: str, year: int) -> Iterator[tuple[Span, Span]]:
    for place, char in enumerate(text):
        if char not in "-/至到,;" or not 0 < place < len(text) - 1:
            continue
        pair = _pair(stripped(text[:place]), stripped(text[place + 1 :]), year)
        if pair and (pair[0].start or pair[0].end) <= pair[1].end:
            yield pair


def _pair(left: str, right: str, year: int) -> tuple[Span, Span] | None:
    """Each side may borrow from the other: 3-5月 its month, 2020年10月-3月 its year."""
    try:
        first = next((span for end in _endings(right) if (span := single(left + end, year))), None)
        if first is None:
            return None
        base = first.end.year
        second = single(right, base) or _borrowed(first, left, right)
        if second and second.end < first.end and not re.match(r"\d{4}", right):
            second = single(right, base + 1)
    except Impossible:
        return None
    return (first, second) if second else None


def _endings(right: str) -> tuple[str, ...]:
    for end in ("月", "季度", "季"):
        if re.search(rf"\d{end}(?:份|底|末)?$", right):
            return end, ""
    return ("",)


def _borrowed(first: Span, left: str, right: str) -> Span | None:
    if found := re.fullmatch(r"(\d{1,2})[日号]", right):
        return day(first.end.year, first.end.month, int(found[1]))
    if not re.fullmatch(r"\d{1,2}", right):
        return None
    if first.precision == "month":
        return month(first.end.year, int(right))
    if first.precision == "year" and int(right) > 12:
        return spans.year(date(2000 + int(right), 1, 1))
    return None
