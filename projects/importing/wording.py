"""Words that mean the same in every column: nothing known, an error of Excel; and Chinese numerals."""

import re

from portal.excel.cells import ERROR, TEXT, Cell
from portal.text import squash

NOTHING = {
    *("待定", "未定", "暂定", "未确定", "暂未确定", "尚未确定", "待确定", "待明确", "未明确", "暂未明确", "待核实"),
    *("不详", "不明", "暂无", "无", "空", "未知", "待补", "待填", "未填", "n/a", "na", "none", "null"),
    *("视市场情况", "视市场情况而定", "按协议约定", "以实际为准"),
}
EMPTY_MARKS = re.compile(r"[-—–−―─_/\\|.。·*]*")
ERRORS = {"#ref!", "#value!", "#n/a", "#name?", "#div/0!", "#null!", "#num!", "#getting_data", "#spill!", "#calc!"}

DIGITS = dict(zip("零〇○一二两三四五六七八九", (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
PLACES = {"十": 10, "百": 100, "千": 1000}


def says_nothing(text: str) -> bool:
    """Return whether a squashed text means that the value is not known: a dash, 待定 and the like."""
    return EMPTY_MARKS.fullmatch(text) is not None or text.strip("()") in NOTHING


def is_blank(cell: Cell | None) -> bool:
    return cell is None or (cell.kind == TEXT and not cell.value.strip())


def is_error(cell: Cell) -> bool:
    return cell.kind == ERROR or (cell.value.lstrip()[:1] in ("#", "＃") and squash(cell.value) in ERRORS)


def chinese_number(text: str) -> int:
    """Read a Chinese numeral: 三 is 3, 十二 is 12, 一百二十 is 120, 二〇二一 is 2021."""
    if not any(char in PLACES for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in PLACES:
            total += (digit or 1) * PLACES[char]
            digit = 0
        else:
            digit = DIGITS[char]
    return total + digit
