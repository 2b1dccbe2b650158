"""How a fact is called and written, the same in detail, form, history and conflict page."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from portal import money
from portal.spans import Span
from projects.models import GroupEntry, Project, YearPlan

SPAN_NAMES = ("planned_start", "planned_finish", "actual_start", "actual_finish")
OWN_LABELS = {
    "planned_start": "计划开工时间",
    "planned_finish": "计划竣工时间",
    "actual_start": "实际开工时间",
    "actual_finish": "实际竣工时间",
    "enterprise_name": "项目单位",
    "uscc": "统一社会信用代码",
    "groups": "专题",
}
NOTHING = "（空）"
BUREAU = "乐山市经济和信息化局"
DIGITS = re.compile(r"\d(?:[\d\s-]{5,}\d)")
PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")


def label(name: str) -> str:
    """The Chinese name of a field; spans go by their short name."""
    if name in OWN_LABELS:
        return OWN_LABELS[name]
    for model in (Project, YearPlan, GroupEntry):
        found = next((field for field in model._meta.fields if name in (field.name, field.attname)), None)
        if found:
            return str(found.verbose_name)
    return name


def labels(names: list[str]) -> str:
    return "、".join(label(name) for name in names)


def choices_of(name: str) -> dict[str, str]:
    """Code → word of a field with choices; empty for any other field."""
    for model in (Project, YearPlan, GroupEntry):
        found = next((field for field in model._meta.fields if field.name == name), None)
        if found:
            return {str(code): str(word) for code, word in found.flatchoices}
    return {}


def shown(name: str, value: Any) -> str:
    """The value in words: choices by their word, money in 万元 with separators, unknown as （空）."""
    if value is None or value == "" or value == []:
        return choices_of(name).get("", NOTHING) if name == "hold" else NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return money.wan(value)
    if isinstance(value, list):
        return labels(value)
    return choices_of(name).get(str(value), str(value))


def in_prose(span: Span) -> str:
    """A span as a sentence writes it: 2021年7月21日 instead of 2021-07-21."""
    if span.precision == "day":
        return day_in_prose(span.end)
    return f"{day_in_prose(span.end)}前" if span.precision == "deadline" else str(span)


def day_in_prose(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def masked(phone: str) -> str:
    """A telephone number with its middle hidden: 13800000058 → 138****0058."""
    return DIGITS.sub(lambda found: f"{found.group()[:3]}****{found.group()[-4:]}", phone)


def without_phones(text: str) -> str:
    """Prose for pasting: whatever reads like a telephone number is left out."""
    return PHONE.sub("（电话略）", text)
