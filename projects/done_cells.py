"""The cells of 完成投资 in the register's table: 1—N月完成, 完成率, 较序时 by the closed month; 列统口径 apart."""

from django.utils.safestring import SafeString

from portal.money import yi
from projects.cells import EMPTY, EMPTY_NUMBER, Cell, Sight, filled, own
from projects.investment import Done, has_not_reported
from projects.rows import Row
from projects.stat_sums import UNKNOWN

MISSING = SafeString('<div class="sub late">未报</div>')
WAITING = filled('<td class="num soft" data-label="列统完成">{}</td>', own(UNKNOWN))


def of_row(row: Row, sight: Sight) -> Done:
    """What is done of a project; it keeps the last 累计 when it did not report."""
    return Done(sight.month if row["plan__done"] is not None else None, row["plan__done"], row["plan__annual_plan"])


def done(row: Row, sight: Sight, number: int) -> SafeString:
    mark = MISSING if is_missing(row, sight) else EMPTY
    label = f"1—{sight.month}月完成"
    return filled('<td class="num" data-label="{}">{}{}</td>', own(label), own(yi(row["plan__done"])), mark)


def is_missing(row: Row, sight: Sight) -> bool:
    return has_not_reported(
        hold=row["hold"], stage=row["stage"], year_type=row["plan__year_type"], through=row["plan__done_month"],
        month=sight.month,
    )  # fmt: skip


def rate(row: Row, sight: Sight, number: int) -> SafeString:
    words = of_row(row, sight).rate_words
    return filled('<td class="num" data-label="完成率">{}</td>', own(words)) if words else EMPTY_NUMBER


def gap(row: Row, sight: Sight, number: int) -> SafeString:
    found = of_row(row, sight)
    look = own(" late" if found.is_behind else "")
    if found.gap is None:
        return EMPTY_NUMBER
    return filled('<td class="num{}" data-label="较序时">{}</td>', look, own(found.gap_signed))


def stat(row: Row, sight: Sight, number: int) -> SafeString:
    """The newest figure by 列统口径; an older one than that of the others names its month."""
    if row["stat_done"] is None:
        return WAITING
    older = row["stat_month"] != sight.stat_month
    mark = filled('<div class="sub">1—{}月</div>', own(row["stat_month"])) if older else EMPTY
    return filled('<td class="num" data-label="列统完成">{}{}</td>', own(yi(row["stat_done"])), mark)


DONE_CELLS: dict[str, Cell] = {"done": done, "rate": rate, "gap": gap, "stat": stat}
