"""A date with the precision somebody gave it: a day, a month, a quarter … or only a deadline.

Stored as two columns, `x_from` (may be empty) and `x_to`; the precision is computed. One written form each,
the same in pages, exports and JSON: 2021-03-15 · 2021年3月 · 2021年一季度 · 2021年上半年 · 2021年 ·
2021-03-01至2021-05-31 · 2021-12-31前.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

QUARTERS = "一二三四"
HALVES = "上下"


@dataclass(frozen=True)
class Span:
    """The days a plan may mean. `start` is None when only the deadline `end` is known."""

    start: date | None
    end: date

    @property
    def precision(self) -> str:
        """One of day, month, quarter, half, year, range, deadline."""
        if self.start is None:
            return "deadline"
        if self.start == self.end:
            return "day"
        for name, whole in (("month", month), ("quarter", quarter), ("half", half), ("year", year)):
            if self == whole(self.start):
                return name
        return "range"

    def __str__(self) -> str:
        return WRITE[self.precision](self)


def month(day: date) -> Span:
    """Return the month that holds the day."""
    return _months(day.year, day.month, day.month)


def quarter(day: date) -> Span:
    first = (day.month - 1) // 3 * 3 + 1
    return _months(day.year, first, first + 2)


def half(day: date) -> Span:
    first = 1 if day.month <= 6 else 7
    return _months(day.year, first, first + 5)


def year(day: date) -> Span:
    return _months(day.year, 1, 12)


def _months(in_year: int, first: int, last: int) -> Span:
    return Span(date(in_year, first, 1), date(in_year, last, monthrange(in_year, last)[1]))


def of(start: date | None, end: date | None) -> Span | None:
    """Return the span of the two columns, or None when nothing is known."""
    return None if end is None else Span(start, end)


WRITE = {
    "day": lambda s: s.end.isoformat(),
    "month": lambda s: f"{s.end.year}年{s.end.month}月",
    "quarter": lambda s: f"{s.end.year}年{QUARTERS[(s.end.month - 1) // 3]}季度",
    "half": lambda s: f"{s.end.year}年{HALVES[s.end.month > 6]}半年",
    "year": lambda s: f"{s.end.year}年",
    "range": lambda s: f"{s.start.isoformat()}至{s.end.isoformat()}",
    "deadline": lambda s: f"{s.end.isoformat()}前",
}

DAY = r"(\d{4})-(\d{1,2})-(\d{1,2})"
READ = (
    (rf"{DAY}", lambda y, m, d: Span(date(y, m, d), date(y, m, d))),
    (r"(\d{4})年(\d{1,2})月", lambda y, m: month(date(y, m, 1))),
    (r"(\d{4})年([一二三四])季度", lambda y, q: quarter(date(y, QUARTERS.index(q) * 3 + 1, 1))),
    (r"(\d{4})年([上下])半年", lambda y, h: half(date(y, HALVES.index(h) * 6 + 1, 1))),
    (r"(\d{4})年", lambda y: year(date(y, 1, 1))),
    (rf"{DAY}至{DAY}", lambda a, b, c, d, e, f: Span(date(a, b, c), date(d, e, f))),
    (rf"{DAY}前", lambda y, m, d: Span(None, date(y, m, d))),
)


def parse(text: str) -> Span:
    """Read exactly the written forms. Anything else raises ValueError with a sentence for the user."""
    for pattern, build in READ:
        found = re.fullmatch(pattern, text.strip())
        if found:
            try:
                return build(*(int(g) if g.isdigit() else g for g in found.groups()))
            except ValueError as error:
                raise ValueError(f"没有“{text}”这一天，请核对日期。") from error
    raise ValueError(
        f"看不懂日期“{text}”。请写成 2021-03-15、2021年3月、2021年一季度、2021年上半年、2021年或2021-12-31前。"
    )
