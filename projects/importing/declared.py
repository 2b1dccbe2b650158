"""What a sheet says about itself (合计, 共193项) and whether its projects agree (domain.md §11.1 S16)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from portal.text import squash
from projects.importing import amounts

OVERALL = re.compile(r"(?:\(?[一二三四五六七八九十0-9]*\)?[、.]?)?(?:全市|全部|项目|总)?(?:合计|总计|共计)")
IN_TITLE = re.compile(
    r"共(?:有|计|安排|实施|梳理|确定)?[^\d,。;]{0,10}?(\d{1,6})(?:个|项)|项目(?:总数|数)?:?(\d{1,6})(?:个|项)|(\d{1,6})(?:个|项)[^\d,。;]{0,12}?项目|\((\d{1,6})(?:个|项)\)"
)
TOLERANCE = Decimal("0.01")


@dataclass(frozen=True)
class Declared:
    """Number of projects and 总投资 in 万元; None for what is not stated."""

    count: int | None = None
    total: Decimal | None = None

    def __bool__(self) -> bool:
        return self.count is not None or self.total is not None


@dataclass(frozen=True)
class TotalRow:
    label: str
    count: int | None
    total: Decimal | None


def of_sheet(totals: list[TotalRow], sentences: Iterable[str]) -> Declared:
    """Return what a sheet states: its 合计 row first, then titles and overview sentences."""
    rows = [
        row for row in totals if OVERALL.match(squash(row.label)) and (row.count is not None or row.total is not None)
    ]
    row = max(rows, key=lambda row: (row.total or 0, row.count or 0), default=TotalRow("", None, None))
    count, total = row.count, row.total
    for sentence in map(squash, sentences):
        stated = IN_TITLE.search(sentence)
        if stated:
            count = next(int(number) for number in stated.groups() if number) if count is None else count
            total = amounts.stated_total(sentence) if total is None else total
    return Declared(count, total)


def agrees(declared: Declared, count: int, total: Decimal) -> bool | None:
    """Compare with the number and sum of the sheet's projects; None when nothing is declared."""
    if not declared:
        return None
    right_count = declared.count is None or declared.count == count
    return right_count and (declared.total is None or abs(declared.total - total) <= TOLERANCE)
