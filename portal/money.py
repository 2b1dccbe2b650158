"""Money as people read it. Amounts are stored as Decimal in 万元; prose and lists show 亿元.

Rounding is half up as in Excel and WPS, always from the exact amount, never from rounded parts.
"""

from decimal import ROUND_HALF_UP, Decimal

WAN_PER_YI = Decimal(10000)


def round_half_up(value: Decimal, places: int = 2) -> Decimal:
    """Return `value` with `places` decimals; 33.845 becomes 33.85."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def yi(wan: Decimal | None, places: int = 2) -> str:
    """Write an amount in 万元 as a number of 亿元: 145000 → "14.50"; unknown → ""."""
    return "" if wan is None else f"{round_half_up(Decimal(wan) / WAN_PER_YI, places):f}"


def wan(amount: Decimal | None, places: int = 2) -> str:
    """Write an amount in 万元 with thousands separators: 145000 → "145,000.00"; unknown → ""."""
    return "" if amount is None else f"{round_half_up(Decimal(amount), places):,f}"


def percent(part: Decimal | int, whole: Decimal | int | None, places: int = 1) -> str:
    """Write a share as "59.4%"; a whole that is zero or unknown gives "–"."""
    if not whole:
        return "–"
    return f"{round_half_up(Decimal(part) * 100 / Decimal(whole), places):f}%"
