"""The paragraph of a list of nodes, what 「复制文字」 gives."""

from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count

from portal.choices import Role
from projects.models.node_sets import NODE_SETS, overdue
from projects.node_filters import NodeFilter
from projects.wording import ShortNames

NAMED_AT_MOST = 40


def subject(found: NodeFilter) -> str:
    """Whom the list is about: the chosen units, the own unit, or the city; then its other conditions."""
    chosen = [one.label for one in found.conditions if one.field == "park"]
    if not chosen and found.user.role == Role.PARK:
        chosen = [one.name for one in found.units if one.parent_id not in {unit.pk for unit in found.units}]
    others = [one.label for one in found.conditions if one.field not in ("park", "state")]
    others += [f"含“{word}”" for word in found.understood.words]
    return ("、".join(chosen) or "全市") + (f"（{'、'.join(others)}）" if others else "")


def paragraph(found: NodeFilter, number: dict[str, int]) -> str:
    """截至9月27日，全市项目节点逾期81个（开工46个、竣工投产35个），7天内到期10个。本周到期10个：开工5个：…。"""
    late = kinds(found.base.filter(overdue(found.on)))
    text = f"截至{month_day(found.on)}，{subject(found)}项目节点逾期{number['overdue']}个"
    text += f"（{late}）" if late else ""
    text += f"，7天内到期{number['soon']}个，待定{number['undated']}个。"
    if found.kind in ("due", "all") or not number.get(found.kind):
        return text
    label = NODE_SETS[found.kind].label
    return f"{text}其中{label}{number[found.kind]}个" + named(found, number[found.kind]) + "。"


def kinds(nodes: Any) -> str:
    """开工46个、竣工投产35个."""
    rows = nodes.order_by("order").values("name", "order").annotate(count=Count("pk"))
    return "、".join(f"{row['name']}{row['count']}个" for row in rows)


def named(found: NodeFilter, count: int) -> str:
    """：开工5个（演示项目079、162 …），竣工投产5个（…）; counts alone when there are many."""
    if count > NAMED_AT_MOST:
        return f"（{kinds(found.qs)}）"
    rows = list(found.qs.order_by("order", "name", "current_to", "pk").values("name", "project__name", "current_to"))
    parts = []
    for name, group in groupby(rows, key=lambda row: row["name"]):
        some = list(group)
        days = {row["current_to"] for row in some}
        due = f"，均为{month_day(day)}" if len(days) == 1 and (day := next(iter(days))) else ""
        parts.append(f"{name}{len(some)}个（{ShortNames().list(row['project__name'] for row in some)}{due}）")
    return "：" + "，".join(parts)


def month_day(day: date) -> str:
    return f"{day.month}月{day.day}日"
