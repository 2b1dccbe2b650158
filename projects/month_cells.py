"""What people write into the cells of a monthly report, read as the importer reads amounts. In 万元."""

import re
from decimal import Decimal

from django.core.exceptions import ValidationError

from portal.excel.cells import NUMBER, TEXT, Cell
from portal.text import squash
from projects.importing import amounts

SIGN = re.compile(r"^[-−–—﹣－]\s*")
HINTS = {
    "amount_range": "“{text}”是一个范围，请填一个数，如3000。",
    "foreign_currency": "“{text}”是外币，请折算成万元填写。",
}
NOT_AN_AMOUNT = "看不懂金额“{text}”，请填数字（万元），如3000或0.3亿。"
ABOUT = "“{text}”是约数，请填准确的数（万元），如3000。"


def month_done(cell: Cell | None, *, unit: str = "万元") -> Decimal | None:
    """本月完成投资: bare numbers are in `unit`, 0.56亿 is 5600, a fall is negative; empty is None.

    Raises ValidationError with the remedy for what is no exact amount.
    """
    if cell is None or not cell.value.strip():
        return None
    text = cell.value.strip()
    bare, falls = re.subn(SIGN, "", text)
    read = amounts.read(Cell(cell.kind, bare, cell.format), unit)
    if read.code:
        raise ValidationError(HINTS.get(read.code, NOT_AN_AMOUNT).format(text=text[:40]))
    if "约" in read.flags:
        raise ValidationError(ABOUT.format(text=text[:40]))
    if read.wan is None:
        return None
    return -read.wan if falls else read.wan


def typed(text: str) -> Decimal | None:
    """The same for what is typed into a page."""
    plain = squash(text).replace(",", "")
    kind = NUMBER if re.fullmatch(r"[-−]?\d+(\.\d+)?", plain) else TEXT
    return month_done(Cell(kind, plain.replace("−", "-") if kind == NUMBER else text))
