"""How a digest calls units and projects: 五通桥079、夹江162、164 instead of whole names."""

import re
from collections.abc import Iterable

WAITING = "待分派"
SAMPLE_NUMBER = re.compile(r"演示项目(\d+)")


def place(unit: str | None) -> str:
    """五通桥基地 → 五通桥, 乐山高新区 → 高新区, 沐川县 → 沐川; a unit that is not known is 待分派."""
    if not unit:
        return WAITING
    short = unit.removeprefix("乐山") or unit
    for ending in ("基地", "特色园区", "县"):
        if short.endswith(ending) and len(short) - len(ending) >= 2:
            return short.removesuffix(ending)
    return short


def project(name: str, unit: str | None) -> str:
    """夹江159 年产35万吨竹浆纸扩能; a name that is no number keeps its words: 五通桥晶科三期切片."""
    return place(unit) + (SAMPLE_NUMBER.sub(r"\1", name, count=1))


def projects(rows: Iterable[tuple[str, str | None]]) -> str:
    """Name and unit of some projects in one line; a unit is said once: 五通桥079、夹江162、164."""
    told, before = [], None
    for name, unit in rows:
        first = name.split()[0] if name.split() else name
        short = SAMPLE_NUMBER.sub(r"\1", first, count=1)
        told.append(short if unit == before else place(unit) + short)
        before = unit
    return "、".join(told)
