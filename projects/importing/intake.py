"""From a project as read to a row as decided: words become codes of the register, everything becomes JSON."""

from collections.abc import Iterator
from typing import Any

from django.db.models import TextChoices

from parks.models import County, Park, park_by_word
from portal.spans import Span
from portal.text import squash
from projects.choices import (
    HOLD_ALIASES,
    STAGE_ALIASES,
    ChainSegment,
    Hold,
    IndustryGroup,
    Nature,
    Reason,
    Stage,
    YearType,
)
from projects.importing import columns, decisions, issues, listing, month_plans, places
from projects.importing.clearing import CLEARABLE, VANISHING
from projects.importing.decisions import Row
from projects.importing.records import ParsedFile, ProjectRead

OTHER_PARKS = "P99"
TEXTS = (
    *("project_code", "address", "content", "capacity", "hold_reason", "city_leader", "park_owner", "park_phone"),
    *(
        "responsible_unit",
        "liaison",
        "liaison_phone",
        "remark",
        "progress",
        "problem",
        "next_step",
        "number",
        "uscc",
        "goal",
    ),
)
WORDS: dict[str, type[TextChoices]] = {
    "industry_group": IndustryGroup, "chain_segment": ChainSegment, "reason": Reason,
}  # fmt: skip
AMOUNTS = {
    "total_investment": "total_investment",
    "annual_plan": "annual_plan",
    "cumulative_done": "opening_cumulative",
}
SPANS = ("planned_start", "planned_finish", "actual_start", "actual_finish")


def rows(parsed: ParsedFile) -> Iterator[tuple[ProjectRead, Row]]:
    """Yield every project of the file with its row. Two queries in all."""
    units, counties = list(Park.objects.all()), {county.code: county for county in County.objects.all()}
    letters = decisions.letters([sheet.survey() for sheet in parsed.sheets])
    for project in parsed.projects:
        intake = Intake(project)
        intake.take(units, counties)
        place = f"“{project.sheet}”第{project.row}行"
        yield project, Row(place, intake.values, intake.found, project.row, letters[project.sheet[:40]])


class Intake:
    """Collects the values of one project."""

    def __init__(self, project: ProjectRead) -> None:
        self.project = project
        self.values: dict[str, Any] = {}
        self.found = [vars(found) for found in project.issues]

    def take(self, units: list[Park], counties: dict[str, County]) -> None:
        project, facts = self.project, self.project.facts
        self.put("name", project.name)
        self.put("enterprise", project.enterprise)
        for key in TEXTS:
            self.put(key, facts.get(key))
        for key, field in AMOUNTS.items():
            amount = getattr(project, key)
            self.put(field, None if amount is None else f"{amount:.2f}")
        for key in SPANS:
            span = facts.get(key) if key in VANISHING else getattr(project, key)
            self.put(key, columns.span_json(span) if span else None)
        words: dict[str, type[TextChoices]] = {**WORDS, "nature": Nature, "year_type": YearType}
        for key, choices in words.items():
            self.put(key, self.code(key, choices, facts.get(key) or getattr(project, key, None)))
        self.status(facts.get("stage"), facts.get("hold"))
        self.place(units, counties)
        self.lists(facts)
        self.put(month_plans.KEY, month_plans.told(facts))
        self.put("stat_listed", facts.get("stat_listed"))
        noted: Span | None = facts.get("noted_on")
        self.put("noted_on", noted.end.isoformat() if noted else None)
        empty = {decisions.READ_AS.get(key, key) for key in project.blank}
        self.put("blank", [key for key in CLEARABLE if key in empty] or None)

    def put(self, key: str, value: Any) -> None:
        if value is not None and value != "":
            self.values[key] = value

    def unknown(self, field: str, text: str) -> None:
        cell = self.project.cells.get(field, f"第{self.project.row}行")
        found = issues.issue(field, "unknown_choice", cell, text)
        self.found.append(vars(issues.strictly(found) if self.project.facts.get("number") else found))

    def code(self, key: str, choices: type[TextChoices], text: str | None) -> str | None:
        """The code of a choice by its label; a word nobody knows is reported and not taken over."""
        if not text:
            return None
        found = next((value for value, label in choices.choices if squash(label) == squash(text)), None)
        if found is None:
            self.unknown(key, text)
        return found

    def status(self, stage: str | None, hold: str | None) -> None:
        """项目阶段 may say 停缓建 or 退出; an ordinary stage says that the project is neither, unless 管理状态 does."""
        on_hold = read_hold(hold)
        if hold and on_hold is None:
            self.unknown("hold", hold)
        if stage:
            reached, stopped = read_stage(stage), read_hold(stage)
            if reached is None and stopped is None:
                self.unknown("stage", stage)
            self.put("stage", reached)
            if on_hold is None and (stopped or reached):
                on_hold = stopped or Hold.NONE.value
        if on_hold is not None:
            self.values["hold"] = on_hold

    def place(self, units: list[Park], counties: dict[str, County]) -> None:
        """Park and county; 其他特色园区 with a county is the unit of that county."""
        text = self.project.facts.get("county", "")
        code = places.county(text) if text else None
        if text and code is None:
            self.unknown("county", text)
        self.put("county", code)
        word = self.project.park
        unit = park_by_word(word, units) if word else None
        if unit and unit.code == OTHER_PARKS and code:
            child = next(
                (one for one in units if one.parent_id == unit.pk and one.county_id == counties[code].pk), None
            )
            unit = child or unit
        self.put("unit", unit.code if unit else None)

    def lists(self, facts: dict[str, Any]) -> None:
        if facts.get("key_level"):
            levels, unknown = listing.read_levels(facts["key_level"])
            for word in unknown:
                self.unknown("key_level", word)
            self.put("levels", levels or None)
        self.put("major_pv", facts.get("six_pv"))


def read_stage(text: str) -> str | None:
    """The stage a word names, the bureau's or another's for it (design: users, names)."""
    word = squash(text)
    known = {squash(label): value for value, label in Stage.choices}
    return known.get(word) or next((str(s) for alias, s in STAGE_ALIASES.items() if squash(alias) == word), None)


def read_hold(text: str | None) -> str | None:
    """The code of 停缓建, 退出 or 正常; None when the word is none of them."""
    if not text:
        return None
    word = squash(text)
    known = {squash(label): value for value, label in Hold.choices}
    if word in known:
        return known[word]
    return next((str(hold) for alias, hold in HOLD_ALIASES.items() if squash(alias) == word), None)
