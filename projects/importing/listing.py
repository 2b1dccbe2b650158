"""The columns 重点级别 and 六大光伏项目: how a cell speaks about entries in published lists, and what it asks for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.text import squash
from projects.choices import EntryStatus
from projects.groups import CITY_KEY, COUNTY_KEY, INDUSTRIAL, MAJOR_PV, PROVINCE_KEY

LEVELS = (PROVINCE_KEY, CITY_KEY, COUNTY_KEY)
LABELS = {
    INDUSTRIAL: "年度项目",
    PROVINCE_KEY: "重点级别",
    CITY_KEY: "重点级别",
    COUNTY_KEY: "重点级别",
    MAJOR_PV: "六大光伏项目",
}
STANDING = (EntryStatus.APPLIED, EntryStatus.LISTED)
WORDS = {
    "省重点(申报)": (PROVINCE_KEY, EntryStatus.APPLIED),
    "省重点": (PROVINCE_KEY, EntryStatus.LISTED),
    "市重点": (CITY_KEY, EntryStatus.LISTED),
    "县重点": (COUNTY_KEY, EntryStatus.LISTED),
}
ALIASES = {
    "省重点申报": "省重点(申报)",
    "申报省重点": "省重点(申报)",
    "省重点项目": "省重点",
    "省重点(已列入)": "省重点",
    "市重点项目": "市重点",
    "县重点项目": "县重点",
    "区重点": "县重点",
    "县区重点": "县重点",
    "县(区)重点": "县重点",
}
NAMES = {
    INDUSTRIAL: "工业投资项目",
    PROVINCE_KEY: "省重点",
    CITY_KEY: "市重点",
    COUNTY_KEY: "县重点",
    MAJOR_PV: "六大光伏",
}


@dataclass(frozen=True)
class Wish:
    """One list a row wants to stand in differently. `doubt` says why a person should look first."""

    slug: str
    old: str
    new: str
    doubt: str = ""


def read_levels(text: str) -> tuple[dict[str, str], list[str]]:
    """Read a cell such as “省重点(申报)、市重点” into {slug: status} and the words nobody knows."""
    found, unknown = {}, []
    for part in re.split(r"[、,;/和]", squash(text)):
        word = ALIASES.get(part, part)
        if word in WORDS:
            slug, status = WORDS[word]
            found[slug] = str(status)
        elif part:
            unknown.append(part)
    return found, unknown


def write_levels(standing: Mapping[str, str]) -> str:
    """Write entries as the cell of 重点级别; those that do not stand are left out."""
    return "、".join(word for word, (slug, status) in WORDS.items() if standing.get(slug) == status)


def wishes(values: Mapping[str, object], standing: Mapping[str, str]) -> list[Wish]:
    """What the row asks of the lists, given the entries by slug. A blank cell asks nothing."""
    wanted: dict[str, str | None] = {INDUSTRIAL: str(EntryStatus.LISTED)}
    levels = values.get("levels")
    if isinstance(levels, dict):
        wanted.update({slug: levels.get(slug) for slug in LEVELS})
    if values.get("major_pv") is not None:
        wanted[MAJOR_PV] = str(EntryStatus.LISTED) if values["major_pv"] else None
    found = [wish(slug, standing.get(slug), status) for slug, status in wanted.items()]
    return [one for one in found if one]


def wish(slug: str, old: str | None, new: str | None) -> Wish | None:
    if new is None:
        if old not in STANDING:
            return None
        return Wish(slug, str(old), EntryStatus.LEFT, f"表中不再列为{NAMES[slug]}，库内仍在名单中")
    if old is None:
        return Wish(slug, "", new)
    if old == new or (slug in (INDUSTRIAL, MAJOR_PV) and old in STANDING):
        return None
    forward = old == EntryStatus.APPLIED
    status = EntryStatus(old).label
    return Wish(slug, old, new, "" if forward else f"库内{NAMES[slug]}的状态为“{status}”")


def show(slug: str, status: str) -> str:
    """Write an entry for the preview: 省重点（申报中）; none gives an empty text."""
    if not status:
        return ""
    return NAMES[slug] if status == EntryStatus.LISTED else f"{NAMES[slug]}（{EntryStatus(status).label}）"
