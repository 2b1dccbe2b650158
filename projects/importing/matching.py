"""Which project of the register a row means: by 系统编号, else 统一项目代码, else name.

The index holds only what the person may see, so that a row about another unit's project is answered in the same words
whether it exists or not.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.models import User
from portal.text import squash
from projects.choices import UndoOutcome
from projects.importing import names
from projects.importing.suspects import Candidate, Suspects
from projects.models import ImportRow, Project

SEPARATORS = re.compile(r"[、；;，,\n]")
UPDATE = "update"  # of a row: the project a person said it means
UNKNOWN_NUMBER = "系统编号不存在，或不在您的权限范围。新项目请把系统编号留空。"
CODE_USED = "这个统一项目代码已被另一个项目使用，请核对；如有疑问请联系市局投资科。"


@dataclass(frozen=True)
class Match:
    """A project, or none (a new one). `error` stops the row, because of its `field`; `doubt` leaves it to a person, who
    may say that the row means the project `other`."""

    pk: int | None = None
    error: str = ""
    doubt: str = ""
    other: int | None = None
    field: str = "name"


@dataclass
class Index:
    """The register by its keys, and which project each row of the file has taken."""

    by_number: dict[str, int] = field(default_factory=dict)
    by_code: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    former: dict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    suspects: Suspects = field(default_factory=Suspects)
    known: dict[int, Candidate] = field(default_factory=dict)
    used_codes: set[str] = field(default_factory=set)
    recycled_numbers: set[str] = field(default_factory=set)
    recycled_names: set[str] = field(default_factory=set)
    claimed: dict[int, str] = field(default_factory=dict)
    new_names: dict[str, str] = field(default_factory=dict)
    new_codes: dict[str, str] = field(default_factory=dict)


def build(user: User) -> Index:
    """Load the keys of every project the person has to do with, in three queries."""
    index = Index()
    undone = ImportRow.objects.filter(undone=UndoOutcome.RECYCLED, project__deleted_no__gt=0)
    taken_back = set(undone.values_list("project_id", flat=True))  # by undoing an import: not a double
    columns = ("pk", "number", "project_code", "name", "former_names", "enterprise__name", "unit__code",
               "total_investment", "deleted_no")  # fmt: skip
    rows = Project.objects.within_rights(user).order_by("pk").values_list(*columns)
    for pk, number, code, name, former, enterprise, unit, total, deleted in rows.iterator(chunk_size=2000):
        if deleted:
            index.recycled_numbers.add(number)
            if pk not in taken_back:
                index.recycled_names.add(squash(name))
            continue
        candidate = Candidate(pk, number, name, squash(name), code or "", squash(enterprise or ""), unit or "", total)
        index.known[pk] = candidate
        index.suspects.add(candidate)
        index.by_number[number] = pk
        index.by_name[candidate.name].append(candidate)
        for old in {*map(squash, SEPARATORS.split(former)), squash(names.clean(name)[0])} - {"", candidate.name}:
            index.former[old].append(candidate)
        if code:
            index.by_code[code] = pk
    live = Project.objects.live().exclude(project_code=None).values_list("project_code", flat=True)
    index.used_codes = {code for code in live.iterator(chunk_size=2000) if code}
    return index


def find(index: Index, values: Mapping[str, Any], *, place: str) -> Match:
    """Find the project of a row and take it for `place` (推进表第8行): two rows never share one."""
    match = Match(values[UPDATE]) if values.get(UPDATE) in index.known else look_up(index, values)
    if match.pk is None:
        return match if match.error else new_one(index, values, match, place)
    other = index.claimed.setdefault(match.pk, place)
    if other == place:
        return match
    return (
        Match(error=f"与{other}对应同一个项目，请只保留一行。", field="number")
        if values.get("number")
        else Match(doubt=f"与{other}名称相同，默认不写入")
    )


def look_up(index: Index, values: Mapping[str, Any]) -> Match:
    number, code = values.get("number"), values.get("project_code")
    if number:
        if number in index.recycled_numbers:
            return Match(error="该项目在回收站中。请先恢复，或删去这一行。", field="number")
        pk = index.by_number.get(number)
        return Match(pk) if pk else Match(error=UNKNOWN_NUMBER, field="number")
    if code and code in index.by_code:
        return Match(index.by_code[code])
    if code and code in index.used_codes:
        return Match(error=CODE_USED, field="project_code")
    name = squash(values.get("name") or "")
    return among(index.by_name.get(name) or index.former.get(name) or [], values, taken=index.claimed)


def among(candidates: list[Candidate], values: Mapping[str, Any], *, taken: Mapping[int, str]) -> Match:
    """Choose among projects of one name: enterprise, unit, then amount decide; another code is another project."""
    code = values.get("project_code")
    candidates = [one for one in candidates if not (code and one.code and one.code != code)]
    if not candidates:
        return Match()
    if len(candidates) == 1:
        return far_apart(candidates[0], values)
    for test in (same_enterprise, same_unit, same_total):
        kept = [one for one in candidates if test(one, values)]
        candidates = kept or candidates
        if len(candidates) == 1:
            return Match(candidates[0].pk)
    free = [one for one in candidates if one.pk not in taken]
    if len(free) == 1:
        return Match(free[0].pk)
    return Match(error=f"库内有{len(candidates)}个同名项目，请填写系统编号或统一项目代码后再导入。")


def far_apart(one: Candidate, values: Mapping[str, Any]) -> Match:
    """The one project of that name, unless enterprise and unit are both given and both differ."""
    named = values.get("enterprise") and values.get("unit") and one.enterprise and one.unit
    if named and not same_enterprise(one, values) and not same_unit(one, values):
        return Match(doubt="库内有同名项目，但项目单位和所在园区都不同", other=one.pk)
    return Match(one.pk)


def same_enterprise(one: Candidate, values: Mapping[str, Any]) -> bool:
    return bool(one.enterprise) and one.enterprise == squash(values.get("enterprise") or "")


def same_unit(one: Candidate, values: Mapping[str, Any]) -> bool:
    wanted = values.get("unit") or ""
    return bool(one.unit) and (one.unit == wanted or (one.unit.startswith(f"{wanted}-") and bool(wanted)))


def same_total(one: Candidate, values: Mapping[str, Any]) -> bool:
    return values.get("total_investment") is not None and f"{one.total or 0:.2f}" == values["total_investment"]


def new_one(index: Index, values: Mapping[str, Any], match: Match, place: str) -> Match:
    """A row nobody in the register matches: look for the recycle bin and for the same in this file."""
    name, code = squash(values.get("name") or ""), values.get("project_code")
    if name in index.recycled_names and not match.doubt:
        match = Match(doubt="回收站中有同名项目")
    if code:
        other = index.new_codes.setdefault(code, place)
        if other != place:
            return Match(doubt=f"统一项目代码与{other}重复")
    other = index.new_names.setdefault(f"{name}|{squash(values.get('enterprise') or '')}", place)
    if other != place:
        return Match(doubt=f"与{other}名称和单位相同")
    return match if match.doubt else suspected(index, values)


def suspected(index: Index, values: Mapping[str, Any]) -> Match:
    """A new row that resembles a project no other row means."""
    found = index.suspects.find(values)
    if found is None or found.pk in index.claimed:
        return Match()
    return Match(doubt=f"疑似库内的“{found.written}”（{found.number}）", other=found.pk)
