"""How a light explains itself: which node, how many days, by which rule, and what turns it green."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import spans
from projects import words
from projects.choices import Light, LightDimension
from projects.dimensions import COMPUTED, OVERRIDE
from projects.models import Project
from projects.models.sets import stale_days

FIELDS = (
    *("light", "light_why", "late_since", "late_node", "light_parts", "stage", "hold", "last_update_on"),
    *("planned_start_from", "planned_start_to", "planned_finish_from", "planned_finish_to"),
)
PLANS = {"开工": "planned_start", "竣工投产": "planned_finish"}
ENDS = {"开工": "登记实际开工", "竣工投产": "登记实际竣工投产"}
DIMENSIONS: dict[str, str] = {str(code): str(label) for code, label in LightDimension.choices}
WORDS: dict[str, str] = {str(code): label[1:] for code, label in Light.choices}
SIGNS: dict[str, str] = {str(code): label[0] for code, label in Light.choices}
CSS = {**{str(code): str(code) for code in Light.values}, str(Light.GREY): "none"}


def plan_words(row: Mapping[str, Any]) -> str:
    """The plan that decides, as somebody gave it: 计划开工2021年3月."""
    name = PLANS.get(row["late_node"])
    if name and row[f"{name}_to"] == row["late_since"]:
        return f"计划{row['late_node']}{words.in_prose(spans.Span(row[f'{name}_from'], row['late_since']))}"
    return f"{row['late_node']}计划{words.day_in_prose(row['late_since'])}前完成"


def sign_and_word(light: str) -> str:
    """■红灯: never colour alone."""
    return SIGNS[light] + WORDS[light]


def by_hand(row: Mapping[str, Any]) -> str:
    """人工定灯：已与企业核实，至2021年10月31日；按规则计算为■红灯. Empty when the light was computed."""
    told = {part[0]: part for part in row["light_parts"][:2]}
    if OVERRIDE not in told or COMPUTED not in told:
        return ""
    return f"人工定灯：{told[OVERRIDE][2]}；按规则计算为{sign_and_word(told[COMPUTED][1])}"


def unsure(row: Mapping[str, Any], on: date) -> str:
    """状态不可信45天: for how long nobody has said anything about the project. It changes no light."""
    days = stale_days(hold=row["hold"], stage=row["stage"], last_update_on=row["last_update_on"], on=on)
    return f"状态不可信{days}天" if days else ""


def explain(row: Mapping[str, Any], on: date) -> str:
    """计划开工2021年3月，逾期180天；规则V1：逾期超过30天为红灯；登记实际开工或经批准调整后转绿；投资进度：…。"""
    told = [by_hand(row), *reasons(row, on)]
    if len(told) == 1 and not told[0] and row["light"] != Light.GREEN:
        told = [str(row["light_why"])]
    if silent := unsure(row, on):
        told.append(f"{silent}，最近更新{row['last_update_on']}")
    return "；".join(one for one in told if one) + ("。" if len(told) > 1 else "")


def reasons(row: Mapping[str, Any], on: date) -> list[str]:
    """Why each dimension that is red or yellow is so, the worst first."""
    bad = [part for part in row["light_parts"] if part[0] in DIMENSIONS and part[1] in (Light.RED, Light.YELLOW)]
    bad.sort(key=lambda part: part[1] != Light.RED)
    return [reason(part, row, on) for part in bad]


def reason(part: Sequence[Any], row: Mapping[str, Any], on: date) -> str:
    dimension, _, why = part[:3]
    if dimension == LightDimension.NODES and row["late_since"]:
        return f"{node_late(row, on)}；{why}；{end_words(row)}"
    return f"{DIMENSIONS[dimension]}：{why}"


def node_late(row: Mapping[str, Any], on: date) -> str:
    return f"{plan_words(row)}，逾期{(on - row['late_since']).days}天"


def end_words(row: Mapping[str, Any]) -> str:
    """What turns the light green."""
    return f"{ENDS.get(row['late_node'], '登记节点完成')}或经批准调整后转绿"


@dataclass(frozen=True)
class Why:
    """The box 为什么是红灯 of one project: what it asks, the first answer, and the lines below."""

    word: str
    sentence: str
    lines: Sequence[str] = ()


def why(project: Project, on: date) -> Why | None:
    """Why the project is red or yellow, or was set so by hand; None for a light that needs no word."""
    row = {name: getattr(project, name) for name in FIELDS}
    told = reasons(row, on)
    if hand := by_hand(row):
        return Why(sign_and_word(project.light), f"{hand}。", told)
    return Why(WORDS[project.light], f"{told[0]}。", told[1:]) if told else None


@dataclass(frozen=True)
class Line:
    """One dimension of a light for a table: its name, its light and why."""

    name: str
    light: str
    why: str


def lines(parts: Sequence[Sequence[Any]]) -> list[Line]:
    return [Line(DIMENSIONS[part[0]], str(part[1]), str(part[2])) for part in parts if part[0] in DIMENSIONS]
