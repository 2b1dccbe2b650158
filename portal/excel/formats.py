"""What a number format shows: whether a date has a day, whether a number carries a unit or a foreign currency."""

import re

# Formats Excel knows by number only; 27–36 and 50–58 are the Chinese ones (ECMA-376, 18.8.30) that openpyxl lacks.
CHINESE_BUILT_IN = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    **dict.fromkeys((32, 34, 55), 'h"时"mm"分"'),
    **dict.fromkeys((33, 35, 56), 'h"时"mm"分"ss"秒"'),
}

NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
UNIT = re.compile(r'^[#,0]*0(?:\.0+)?[\s_]*(?:"\s*([^"]+?)\s*"|([亿万千百]*元))')
FOREIGN = re.compile(r"\[\$(?:US\$|HK\$|\$|€|£|USD|EUR|HKD|JPY)", re.IGNORECASE)


def _letters(code: str) -> str:
    return NOT_SHOWN.sub("", code.split(";")[0]).lower()


def is_date(code: str) -> bool:
    """Return whether numbers of this format are dates (a time of day alone is none)."""
    letters = _letters(code)
    return (
        letters != "general"
        and bool(re.search(r"[yde]", letters) and re.search(r"[ymd]", letters))
        and "0" not in letters
    )


def shows_day(code: str) -> bool:
    return "d" in _letters(code)


def shows_month(code: str) -> bool:
    return "m" in _letters(code)


def unit(code: str) -> str:
    """Return the unit a number format writes behind the number, such as 亿元; "" when it writes none."""
    found = UNIT.match(code)
    return (found[1] or found[2] or "") if found else ""


def is_foreign_currency(code: str) -> bool:
    return bool(FOREIGN.search(code))
