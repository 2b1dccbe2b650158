"""A unit's digest: what it has to do, its own figures, its own week. No other unit, no rank, no telephone numbers."""

from datetime import date

from django.db.models import Count

from parks.choices import ParkKind
from projects import changes, owed_reports
from projects.choices import Light, RequestState
from projects.digests import naming
from projects.digests.content import SIGN_IN, Content, Section, numbered
from projects.digests.facts import NAMED_AT_MOST, Facts, Row, by_day, day_words, foot, listed
from projects.models import ChangeRequest
from projects.models.queries import ProjectQuerySet
from projects.models.sets import NAMED
from projects.models.weeks import promised
from projects.wording import ShortNames
from projects.words import without_phones

NOTHING = "目前没有由您填报的单位。"


def write(facts: Facts, *, red: bool) -> Content:
    start, finish = Asked(facts, "overdue_start", red=red), Asked(facts, "overdue_finish", red=red)
    due = [row for row in facts.due if not row["paused"]]
    name, days = unit_name(facts), facts.week.words
    return Content(
        kind="park",
        subject=f"{name}：{subject(facts, start, finish, due)}｜{days}",
        title=f"{name}周调度（{days}）",
        sections=(duties(facts, (start, finish), due, red), own(facts), behind(facts)),
        foot=foot(facts, about=f"明细{SIGN_IN}。", red=red),
        counts=counts(facts, (start, finish), due),
        contact=facts.contact,
    )


def subject(facts: Facts, start: "Asked", finish: "Asked", due: list[Row]) -> str:
    """逾期未开工10个、原因未填8个; without a late start what else there is."""
    worst = start if start.late else finish
    told = [(worst.label, worst.late), ("原因未填", worst.count), ("本周到期", 0 if worst.count else len(due))]
    words = [*(f"{label}{count}个" for label, count in told if count), *facts.month_counts]
    return "、".join(words) or "本周无要办事项"


def counts(facts: Facts, asked: tuple["Asked", ...], due: list[Row]) -> tuple[str, ...]:
    late = [
        f"{one.label}{one.late}个" + (f"（原因未填{one.count}个）" if one.count else "") for one in asked if one.late
    ]
    issues = facts.issue_counts["overdue"]
    rest = [("要素保障问题超期", issues), ("本周到期节点", len(due)), ("红灯", facts.whole["red"].count)]
    return (*facts.month_counts, *late, *(f"{label}{count}个" for label, count in rest if count))


def unit_name(facts: Facts) -> str:
    """五通桥; of several units all, without those under one that is named."""
    own = {unit.pk for unit in facts.units}
    return "、".join(naming.place(unit.name) for unit in facts.units if unit.parent_id not in own)


class Asked:
    """Of one kind of late projects: how many, those nobody has explained, and those of them a promise pauses."""

    def __init__(self, facts: Facts, key: str, *, red: bool):
        self.label, self.late = NAMED[key].label, facts.whole[key].count
        self.count, self.paused, self.names = 0, 0, ""
        if self.late:
            self.look(facts.projects.filter(NAMED[key].condition(facts.on)).without_reason(), facts.on, red)

    def look(self, late: ProjectQuerySet, on: date, red: bool) -> None:
        """Tell those that are to be explained now from those whose promised day has not come."""
        found = late.aggregate(all=Count("pk"), paused=Count("pk", filter=promised(on)))
        self.count, self.paused = found["all"] - found["paused"], found["paused"]
        if self.count:
            self.names = few(listed(late.exclude(promised(on)), red=red))

    @property
    def words(self) -> str:
        """逾期未开工10个中，8个未填原因：演示项目075、080、…，请补一句；另有1个未填原因、已承诺时间。"""
        names = f"：{self.names}" if self.names else ""
        ask = f"{self.count}个未填原因{names}，请补一句" if self.count else ""
        paused = f"另有{self.paused}个未填原因、已承诺时间" if self.paused else ""
        told = "；".join(filter(None, (ask, paused)))
        return f"{self.label}{self.late}个中，{told}。" if told else ""


def few(found: ProjectQuerySet) -> str:
    ordered = found.order_by("plan__paper_unit", "pk").values_list("name", flat=True)
    some = list(ordered[: NAMED_AT_MOST + 1])
    return ShortNames().list(some[:NAMED_AT_MOST]) + ("等" if len(some) > NAMED_AT_MOST else "")


def duties(facts: Facts, asked: tuple[Asked, ...], due: list[Row], red: bool) -> Section:
    returned = [one for one in facts.answers if one.state == RequestState.RETURNED]
    points = numbered(
        [
            report_words(facts),
            returned_words(returned),
            *(one.words for one in asked),
            issue_words(facts, red),
            due_words(facts, due, red),
        ]
    )
    return Section("要办的", "" if points else "本周没有要办的事项。", points)


def report_words(facts: Facts) -> str:
    """月报退回1个：演示项目047（…请核实），请修改后重新提交；9月月报未报5个（已过截止时间9月26日17时），请尽快填报。"""
    month = facts.month
    if month is None:
        return ""
    back = "、".join(month.reasons) + ("等" if month.returned > len(month.reasons) else "")
    told = [f"月报退回{month.returned}个：{back}，请修改后重新提交"] if month.returned else []
    when = owed_reports.until(month.period, facts.on)
    told += [f"{month.period.label}月报未报{month.missing}个（{when}），请尽快填报"] if month.missing else []
    return "；".join(told) + "。" if told else ""


def issue_words(facts: Facts, red: bool) -> str:
    """要素保障问题超期1个：演示项目070用地，请办结后申请销号。"""
    count, names = facts.issue_counts["overdue"], ShortNames()
    found = facts.late_issues(red=red, count=NAMED_AT_MOST)
    told = "、".join(f"{names.short(one.project.name)}{one.get_category_display()}" for one in found)
    return f"要素保障问题超期{count}个{'：' if told else ''}{told}，请办结后申请销号。" if count else ""


def returned_words(found: list[ChangeRequest]) -> str:
    """调整申请退回1件：演示项目047计划开工时间（请补充依据）。"""
    names = ShortNames()
    told = "、".join(
        f"{names.short(one.project.name)}{changes.label(one.field, one.milestone)}"
        + (f"（{without_phones(one.answer)}）" if one.answer else "")
        for one in found
    )
    return f"调整申请退回{len(found)}件：{told}。" if found else ""


def due_words(facts: Facts, due: list[Row], red: bool) -> str:
    """9月30日到期1个：演示项目079开工。"""
    told = [f"{day_words(day)}到期{len(rows)}个{names_of(rows, red)}" for day, rows in by_day(due)]
    paused = len(facts.due) - len(due)
    told += [f"另有到期{paused}个已承诺时间"] if paused else []
    return "；".join(told) + "。" if told else ""


def names_of(rows: list[Row], red: bool) -> str:
    some = [row for row in rows if row["project__light"] == Light.RED] if red else rows
    names, told = ShortNames(), []
    for row in some[:NAMED_AT_MOST]:
        told.append(f"{names.short(row['project__name'])}{row['phase']}{row['name']}")
    return f"：{'、'.join(told)}{'等' if len(some) > NAMED_AT_MOST else ''}" if told else ""


def own(facts: Facts) -> Section:
    whole = facts.whole
    late = f"（逾期{whole['overdue_start'].words}）" if whole["overdue_start"].count else ""
    is_park = all(unit.kind != ParkKind.COUNTY for unit in facts.units) and len(facts.units) == 1
    finish = f"逾期未竣工{whole['overdue_finish'].words}。" if whole["overdue_finish"].count else ""
    new = (
        f"计划新开工{whole['planned_new'].count}个，已开工{whole['started'].count}个，"
        f"未开工{whole['not_started'].count}个{late}。"
    )
    return Section(
        "本园区" if is_park else "本单位",
        f"{whole['all'].words}。{new if whole['planned_new'].count else ''}{finish}"
        f"{facts.done_words}{facts.stat_words}红灯{whole['red'].count}个、黄灯{whole['yellow'].count}个。",
    )


def behind(facts: Facts) -> Section:
    """上周: what happened among the own projects."""
    names = ShortNames()
    some = facts.started
    told = [f"开工{facts.changed('started_last_week')}个：{names.list(row['name'] for row in some)}"] if some else []
    told += [one.words for one in facts.week.changes if one.count and one.chip != "started_last_week"]
    agreed = sum(one.state == RequestState.AGREED for one in facts.answers)
    told += [f"调整申请同意{agreed}件"] if agreed else []
    return Section(facts.span_name, "，".join(told) + "。" if told else "无变化。")
