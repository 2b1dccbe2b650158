"""How much of a sheet of paper a text takes: 一页纸 is one A4 page in 三号 type, whatever names are in it."""

import math
from collections.abc import Iterable

from projects.digests.content import Section

IN_A_LINE = 29.0  # characters of 16 pt on 170 mm, less one for punctuation that may not begin a line
LINES = 26  # of 24 pt, below a title of two lines and above a foot of three
NARROW = 0.62  # a figure or a Latin letter, in Chinese characters


def lines(sections: Iterable[Section]) -> int:
    """How many lines the sections take, title and first sentence on one line."""
    found = 0
    for one in sections:
        found += of(f"{one.title}　{one.lead}") if one.title or one.lead else 0
        found += sum(of(point) for point in one.points)
    return found


def of(text: str) -> int:
    return max(1, math.ceil(width(text) / IN_A_LINE))


def width(text: str) -> float:
    return sum(NARROW if sign.isascii() else 1.0 for sign in text)


def cut(text: str, most: int) -> str:
    """The text, or its beginning and … when it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
