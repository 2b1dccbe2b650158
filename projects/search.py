"""What people type: words the register understands (units, counties, 市领导, chips, stages, …) and words to look for.

A word that is understood becomes a condition; every other word must occur in the project's search text.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from parks.models import County, Park
from portal.text import squash
from projects.choices import HOLD_ALIASES, STAGE_ALIASES, IndustryGroup, Nature, Stage, YearType
from projects.models import ProjectGroup
from projects.models.sets import NAMED

SEPARATORS = str.maketrans(dict.fromkeys("，,、；;", " "))
LONGEST_QUERY = 100


@dataclass(frozen=True)
class Condition:
    """One condition of a list: the filter it belongs to, its value, how people read it, the word that was typed."""

    field: str
    value: str
    label: str
    word: str = ""


@dataclass(frozen=True)
class Understood:
    """A query taken apart."""

    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()

    def without(self, dropped: Iterable[str]) -> str:
        """The query as text, without these typed words."""
        gone = set(dropped)
        typed = [one.word for one in self.conditions] + list(self.words)
        return " ".join(dict.fromkeys(word for word in typed if word not in gone))


@dataclass
class Vocabulary:
    """The words one person's search understands: never a unit or a leader the person has nothing to do with."""

    words: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    def add(self, name: str, value: str, label: str, *others: str) -> None:
        for word in (label, *others):
            self.words.setdefault(squash(word), (name, value, label))

    def lookup(self, word: str) -> Condition | None:
        found = self.words.get(squash(word))
        return Condition(*found, word) if found else None


def vocabulary(
    *, units: Iterable[Park], counties: Iterable[County], leaders: Iterable[str], lists: Iterable[ProjectGroup]
) -> Vocabulary:
    """Collect the words; where two things are called alike the unit comes first, then the chip, then the stage."""
    known = Vocabulary()
    for unit in units:
        known.add("park", unit.code, unit.name, *unit.words)
    for one in NAMED.values():
        known.add("chip", one.key, one.label, *one.words)
    for word, hold in HOLD_ALIASES.items():
        known.add("chip", str(hold), NAMED[hold].label, word)
    for name, choices in (("type", YearType), ("stage", Stage), ("industry", IndustryGroup), ("nature", Nature)):
        for value, label in choices.choices:
            known.add(name, value, str(label))
    for word, stage in STAGE_ALIASES.items():
        known.add("stage", str(stage), stage.label, word)
    for group in lists:
        known.add("group", group.slug, group.short_name, group.name)
    for county in counties:
        known.add("county", county.code, county.name)
    for leader in leaders:
        known.add("leader", leader, leader)
    return known


def understand(query: str, known: Vocabulary) -> Understood:
    """Split the query at spaces and commas and look each word up; 五通桥未开工 in one piece is understood too."""
    conditions: list[Condition] = []
    words: list[str] = []
    for word in query[:LONGEST_QUERY].translate(SEPARATORS).split():
        parts = [found] if (found := known.lookup(word)) else pieces(word, known)
        conditions += parts
        if not parts:
            words.append(word)
    return Understood(tuple(dict.fromkeys(conditions)), tuple(words))


def pieces(word: str, known: Vocabulary) -> list[Condition]:
    """Take a run of characters apart into understood words, longest first; [] when a rest stays."""
    if not word:
        return []
    for end in range(len(word), 1, -1):
        head = known.lookup(word[:end])
        if head is None:
            continue
        if end == len(word):
            return [head]
        rest = pieces(word[end:], known)
        if rest:
            return [head, *rest]
    return []
