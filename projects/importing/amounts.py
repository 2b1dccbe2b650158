"""Amounts as people write them, in 万元 (domain.md §11.2). Decimal arithmetic only."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from portal.excel import formats
from portal.excel.cells import NUMBER, TEXT, Cell
from portal.money import round_half_up
from portal.text import squash
from projects.importing.wording import DIGITS, PLACES, chinese_number, is_blank, is_error, says_nothing

WAN = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万元": Decimal(1),
    "万": Decimal(1),
    "百万元": Decimal(100),
    "百万": Decimal(100),
    "千万元": Decimal(1000),
    "千万": Decimal(1000),
    "亿元": Decimal(10000),
    "亿": Decimal(10000),
    "百亿元": Decimal(10) ** 6,
    "百亿": Decimal(10) ** 6,
    "千亿元": Decimal(10) ** 7,
    "千亿": Decimal(10) ** 7,
}
LONGEST = 200  # characters; a longer text is an explanation
LARGEST = Decimal(10) ** 13

UNIT = "(?:[千百]?[万亿]元?|千?元)"
NUMERAL = f"[{''.join(DIGITS)}{''.join(PLACES)}点]+"
VALUE = rf"(\d[\d,]*(?:\.\d+)?(?:e[+-]?\d{{1,2}})?|\.\d+|{NUMERAL}?)"
FOREIGN = re.compile(r"[美欧日港澳英加韩新台]元|港币|美金|美刀|欧|英镑|法郎|卢布|外币|us|usd|eur|hkd|jpy|gbp|\$|€|£")
APPROXIMATE = re.compile(r"大约|约为?|左右|近(?=[\d.])|约")
WORKING_CAPITAL = re.compile(r"(?:[包内]?含|包括)\S{0,4}?流动资金")
UNIT_IN_BRACKETS = re.compile(rf"[(\[]({UNIT})[)\]]")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
CLAUSE = re.compile(r"其中|(?<!\d),|,(?!\d)|[;。、]")
RANGE = re.compile(
    r"\d\s*(?:[千百]?[万亿]?元?)[-—–−―─~至到]+[\d.]|以上|以下|以内|起步|不超过|不高于|不低于|不少于|至少|最多|最高|最低|超过?(?=\d)|"
    r"大于|小于|高于|低于|[≥≤><＞＜≧≦]|[\d万亿][余多]|\+$"
)
LEAD = r"(?:该?项目|计划|预计|估算|概算|匡算|暂估|总投资额?|投资总?额|投资|人民币|rmb|cny|[¥:为共达计]|一期|首期)*"
AMOUNT = re.compile(rf"{LEAD}{VALUE}({UNIT})?(?:([\d.]+)([千百]?万)元?)?(?:人民币|rmb|整|余额?)*")


@dataclass(frozen=True)
class Amount:
    """`wan`: the amount in 万元 with two decimals, or None. `code`: what is wrong. `flags`: words taken off."""

    wan: Decimal | None = None
    code: str = ""
    flags: tuple[str, ...] = ()


def read(cell: Cell | None, unit: str | None) -> Amount:
    """Read a cell of an amount column. `unit`: that of bare numbers (万元, 亿元 …), None when nothing states it."""
    if cell is None or is_blank(cell):
        return Amount()
    if is_error(cell):
        return Amount(code="formula_error")
    if cell.kind == NUMBER:
        if formats.is_foreign_currency(cell.format):
            return Amount(code="foreign_currency")
        shown = squash(formats.unit(cell.format))
        return _convert(cell.number, shown if shown in WAN else unit)
    return _text(squash(cell.value), unit) if cell.kind == TEXT else Amount(code="invalid_amount")


def _text(text: str, unit: str | None) -> Amount:
    text = text.lstrip("'’‘`")
    if says_nothing(re.sub(f"{UNIT}$", "", text)):
        return Amount()
    if FOREIGN.search(text):
        return Amount(code="foreign_currency")
    if len(text) > LONGEST:
        return Amount(code="invalid_amount")
    flags: tuple[str, ...] = ("约",) if APPROXIMATE.search(text) else ()
    flags += ("含流动资金",) if WORKING_CAPITAL.search(text) else ()
    rest = UNIT_IN_BRACKETS.sub(r"\1", APPROXIMATE.sub("", text).replace("个亿", "亿"))
    rest = WORKING_CAPITAL.sub("", BRACKETS.sub("", rest))
    first, *others = [part for part in CLAUSE.split(rest) if part] or [""]
    if RANGE.search(first):
        return Amount(code="amount_range", flags=flags)
    found = AMOUNT.fullmatch(first)
    if not found or not found[1] or (others and re.match("一期|首期|固定|设备", first)):
        return Amount(code="invalid_amount", flags=flags)
    return _parts(found, unit, flags)


def _parts(found: re.Match[str], unit: str | None, flags: tuple[str, ...]) -> Amount:
    """Add up the one or two parts of 12亿5000万元."""
    number = _decimal(found[1])
    if number is None:
        return Amount(code="invalid_amount", flags=flags)
    amount = _convert(number, found[2] or unit, flags)
    extra = _decimal(found[3]) if found[3] else Decimal(0)
    if amount.wan is None or extra is None:
        return Amount(code=amount.code or "invalid_amount", flags=flags)
    return Amount(round_half_up(amount.wan + extra * WAN[found[4] or "万"]), flags=flags)


def _decimal(text: str) -> Decimal | None:
    """Read a number with or without thousands separators (groups of three or of four), or a Chinese numeral."""
    if text[0] in DIGITS or text[0] in PLACES:
        whole, _, fraction = text.partition("点")
        return Decimal(f"{chinese_number(whole)}.{chinese_number(fraction) if fraction else 0}")
    whole = text.partition(".")[0]
    if "," in whole and not re.fullmatch(r"\d{1,3}(,\d{3})+|\d{1,4}(,\d{4})+", whole):
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def _convert(number: Decimal, unit: str | None, flags: tuple[str, ...] = ()) -> Amount:
    if number == 0:
        return Amount(Decimal("0.00"), flags=flags)
    if unit is None:
        return Amount(code="unknown_unit", flags=flags)
    if unit not in WAN:
        return Amount(code="foreign_currency", flags=flags)
    wan = number * WAN[unit]
    if not 0 < wan < LARGEST:
        return Amount(code="invalid_amount", flags=flags)
    return Amount(round_half_up(wan), flags=flags)


# ---- amounts inside sentences ----------------------------------------------------------------------------
STATED = re.compile(
    r"(期|其中)?(?:计划|项目|概算|估算)?(?:总投资|投资总)额?(?:约为?|大约|为|达到?|共计?|:|人民币|计划|预计)*([\d.,]+)([万亿])(?:元|(?![美欧日港]))"
)


def stated_total(text: str) -> Decimal | None:
    """Return the 总投资 a sentence states, in 万元: 总投资约2.8亿元 is 28000. That of one phase does not count."""
    for found in STATED.finditer(squash(text)):
        number = _decimal(found[2].strip(",")) if found[2][0].isdigit() else None
        if number is not None and not found[1]:
            return round_half_up(number * WAN[found[3]])
    return None
