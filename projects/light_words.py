"""How a light explains itself: which node, how many days, by which rule, and what turns it green."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import spans
from projects import words
from projects.choices import Light
from projects.models import Project

FIELDS = (
    *("light", "light_why", "late_since", "late_node"),
    *("planned_start_from", "planned_start_to", "planned_finish_from", "planned_finish_to"),
)
PLANS = {"开工": "planned_start", "竣工投产": "planned_finish"}
ENDS = {"开工": "登记实际开工", "竣工投产": "登记实际竣工投产"}
WORDS: dict[str, str] = {str(code): label[1:] for code, label in Light.choices}
SIGNS: dict[str, str] = {str(code): label[0] for code, label in Light.choices}
CSS = {**{str(code): str(code) for code in Light.values}, str(Light.GREY): "none"}


def plan_words(row: Mapping[str, Any]) -> str:
    """The plan that decides, as somebody gave it: 计划开工2021年3月."""
    name = PLANS.get(row["late_node"])
    if name and row[f"{name}_to"] == row["late_since"]:
        return f"计划{row['late_node']}{words.in_prose(spans.Span(row[f'{name}_from'], row['late_since']))}"
    return f"{row['late_node']}计划{words.day_in_prose(row['late_since'])}前完成"


def explain(row: Mapping[str, Any], on: date) -> str:
    """计划开工2021年3月，逾期180天；规则V1：逾期超过30天为红灯；登记实际开工或经批准调整后转绿。"""
    if row["late_since"] is None:
        return str(row["light_why"])
    late = f"{plan_words(row)}，逾期{(on - row['late_since']).days}天"
    return f"{late}；{row['light_why']}；{end_words(row)}。"


def end_words(row: Mapping[str, Any]) -> str:
    """What turns the light green."""
    return f"{ENDS.get(row['late_node'], '登记节点完成')}或经批准调整后转绿"


@dataclass(frozen=True)
class Why:
    """The box 为什么是红灯 of one project."""

    word: str
    sentence: str
    rule: str
    end: str


def why(project: Project, on: date) -> Why | None:
    """Why the project is red or yellow; None when it is not."""
    row = {name: getattr(project, name) for name in FIELDS}
    if project.late_since is None:
        return None
    days = (on - project.late_since).days
    return Why(WORDS[project.light], f"{plan_words(row)}，已逾期{days}天。", project.light_why, end_words(row))
