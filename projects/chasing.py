"""催报通知: which late projects nobody has explained, by unit, as a text for a WeChat group."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, F

from portal import calendar, contact
from portal.calendar import SHANGHAI
from projects import owed_reports
from projects.models.queries import ProjectQuerySet
from projects.models.weeks import promised

CLOSES = time(17)


@dataclass(frozen=True)
class Missing:
    """Late projects without a reason: how many of each unit (most first), without unit, and paused by a promise."""

    units: tuple[tuple[str, int], ...]
    waiting: int = 0
    promised: int = 0

    @property
    def count(self) -> int:
        """Those asked for now."""
        return sum(count for _, count in self.units) + self.waiting


def missing(projects: ProjectQuerySet, *, on: date) -> Missing:
    """逾期原因未填 of these projects (they need `in_year`), without those somebody promised a day for. Two queries."""
    late = projects.overdue(on=on).without_reason().order_by()
    asked = late.exclude(promised(on))
    rows = (
        asked.values("unit__name").annotate(count=Count("pk")).order_by("-count", F("unit__order").asc(nulls_last=True))
    )
    found = [(row["unit__name"], row["count"]) for row in rows]
    known = tuple((name, count) for name, count in found if name)
    waiting = sum(count for name, count in found if not name)
    return Missing(known, waiting, late.filter(promised(on)).count())


def notice(found: Missing, *, at: datetime, month: owed_reports.Standing | None = None) -> str:
    """The text to paste: reports missing from the open period, then reasons; empty when nothing is missing. It names
    no project and no person but the contact."""
    told = [month_notice(month, at=at)] if month and month.missing else []
    told += [reason_notice(found, at=at)] if found.count else []
    return "\n".join(told)


def month_notice(month: owed_reports.Standing, *, at: datetime) -> str:
    """【催报】截至9月27日9时，9月月报尚有11个未报：犍为基地5个、沐川县3个…"""
    units = "、".join(f"{name}{count}个" for name, count in month.units)
    aside = f"（另{month.waiting}个待明确填报单位）" if units and month.waiting else ""
    whom = f"：{units}{aside}" if units else "，均待明确填报单位"
    local = at.astimezone(SHANGHAI)
    start = f"【催报】截至{local.month}月{local.day}日{local.hour}时"
    missing = f"{month.period.label}月报尚有{month.missing}个未报{whom}"
    passed = at > month.period.due_at
    by_when = deadline(local) if passed else owed_reports.until(month.period, local.date()).removeprefix("截止")
    asked = f"请有关单位于{by_when}前在系统“月报填报”中提交，没有变化的可选“本月无变化”。"
    return f"{start}，{missing}。{asked}{contact.line()}"


def reason_notice(found: Missing, *, at: datetime) -> str:
    """Late projects nobody has explained, by unit."""
    units = "、".join(f"{name}{count}个" for name, count in found.units)
    aside = f"（另{found.waiting}个待明确填报单位）" if units and found.waiting else ""
    whom = f"：{units}{aside}" if units else "，均待明确填报单位"
    later = f"另有{found.promised}个已承诺时间，到期前不再催。" if found.promised else ""
    local = at.astimezone(SHANGHAI)
    until = f"截至{local.month}月{local.day}日{local.hour}时"
    asked = f"请有关单位于{deadline(local)}前补填逾期原因，在项目“更新进展”中写一句即可。"
    return f"【催报】{until}，逾期项目中尚有{found.count}个未填原因{whom}。{later}{asked}{contact.line()}"


def deadline(local: datetime) -> str:
    """今天17时 on a working day before that hour, else 17时 of the next working day."""
    days = calendar.current()
    if days.is_workday(local.date()) and local.time() < CLOSES:
        return "今天17时"
    following = days.add(local.date(), 1)
    return f"{following.month}月{following.day}日17时"
