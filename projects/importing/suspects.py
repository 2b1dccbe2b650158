"""疑似同名: projects that a new row may mean although its name is written otherwise. Only asks, never decides."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.text import squash
from projects.importing.places import STEMS

PLACE = re.compile(
    rf"^(?:四川省?|乐山市?|(?:市中|{'|'.join(sorted(STEMS, key=len, reverse=True))})(?:[县市区](?!中))?)+"
)
ENDING = re.compile(r"(?:建设|项目|工程)+(?=(?:[一二三四五六七八九十\d]+期)?$)")
MARKS = re.compile(r"[\W_]+")
PHASE = re.compile(r"[一二三四五六七八九十\d]+期")
SHORTEST = 4  # characters; what remains of a shorter name says too little


@dataclass(frozen=True)
class Candidate:
    """As much of a project as telling it from others of its name needs. `written`: its name as the register has it."""

    pk: int
    number: str
    written: str
    name: str
    code: str
    enterprise: str
    unit: str
    total: Any


def bare(name: str) -> str:
    """A squashed name without place, punctuation and words such as 项目; "" when too little remains."""
    core = ENDING.sub("", MARKS.sub("", PLACE.sub("", name)))
    return core if len(core) >= SHORTEST else ""


@dataclass
class Suspects:
    """The register by what remains of the names, and by enterprise."""

    by_bare: dict[str, Candidate] = field(default_factory=dict)
    by_enterprise: dict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))

    def add(self, candidate: Candidate) -> None:
        if core := bare(candidate.name):
            self.by_bare.setdefault(core, candidate)
        if candidate.enterprise and candidate.total:
            self.by_enterprise[candidate.enterprise].append(candidate)

    def find(self, values: Mapping[str, Any]) -> Candidate | None:
        """The project whose name says the same, else one of the same enterprise, amount and much the same name."""
        name, code = squash(values.get("name") or ""), values.get("project_code")
        found = self.by_bare.get(bare(name))
        if found is None:
            of_enterprise = self.by_enterprise.get(squash(values.get("enterprise") or ""), ())
            found = next((one for one in of_enterprise if resembles(one, name, values)), None)
        return None if found and code and found.code and found.code != code else found


def resembles(one: Candidate, name: str, values: Mapping[str, Any]) -> bool:
    if values.get("total_investment") != f"{one.total:.2f}" or PHASE.findall(one.name) != PHASE.findall(name):
        return False
    mine, theirs = pairs(name), pairs(one.name)
    return len(mine & theirs) * 2 >= min(len(mine), len(theirs)) > 0


def pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}
