"""Project names without the marks people hang on them (domain.md §11.1 S13)."""

import re

from projects.importing.places import is_county_or_city

MARKS = "★▲※●☆△◆■"
TENTATIVE = {"暂定名", "暂定", "暂名", "暂用名"}
LAST_BRACKET = re.compile(r"^(.*?)\s*[（(]\s*([^（()）]*?)\s*[)）]$")


def clean(text: str) -> tuple[str, list[str]]:
    """Return the name and what was taken off it: marks at either end, 暂定名, a county or city in brackets."""
    name, flags = one_line(text), []
    while name:
        if name[0] in MARKS:
            flags.append(name[0])
            name = name[1:].strip()
        elif name[-1] in MARKS:
            flags.append(name[-1])
            name = name[:-1].strip()
        elif (found := LAST_BRACKET.match(name)) and (found[2] in TENTATIVE or is_county_or_city(found[2])):
            flags.append(found[2])
            name = found[1].strip()
        else:
            break
    return name, list(dict.fromkeys(flags))


def one_line(text: str) -> str:
    """Join the lines of a cell; only between two Latin words a space remains."""
    joined = re.sub(r"(?<=[A-Za-z0-9])\s*[\r\n]+\s*(?=[A-Za-z])", " ", text.strip())
    return re.sub(r"\s*[\r\n\v\f\u2028\u2029]+\s*", "", joined).replace("\u200b", "").replace("\ufeff", "").strip()
