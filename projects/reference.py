"""Public facts shipped with the product: the six photovoltaic projects and where each fact stands (domain.md §8.1)."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from portal.text import squash

FACTS = Path(__file__).parent / "data" / "major_pv.json"
REGISTER = Path(__file__).parent / "data" / "register-2021.xlsx"


@cache
def major_pv() -> dict[str, dict[str, Any]]:
    """Return the six projects by squashed name: name, segment, facts (text, source), as_of."""
    return {squash(entry["name"]): entry for entry in json.loads(FACTS.read_text(encoding="utf-8"))}


def is_public(name: str) -> bool:
    """True for the name of a real project: whatever is registered under it is 进展待核实 until a person updates it."""
    return squash(name) in major_pv()


def facts_of(name: str) -> dict[str, Any] | None:
    return major_pv().get(squash(name))


def names() -> list[str]:
    """The names of the six as they are published."""
    return [entry["name"] for entry in major_pv().values()]
