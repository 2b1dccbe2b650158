"""三、存在问题 and 四、下一步工作 of the bulletin: what is late, why, who answers for it, what is due by when."""

from dataclasses import replace
from typing import Any

from portal import clock
from portal.money import yi
from projects import investment, reasons, stats, words
from projects.digests import naming
from projects.digests.content import Section
from projects.digests.facts import Facts, day_words
from projects.digests.leader import amount
from projects.digests.measure import cut
from projects.models import Issue
from projects.models.queries import ProjectQuerySet
from projects.papers.annex import responsible
from projects.rows import DATES, NOTE, days_late, has_reason, lateness, note_words
from projects.wording import UNFILLED

NAMED, NAME, REASON = 10, 60, 80
LATE = (("逾期未开工", "overdue_start"), ("逾期未竣工", "overdue_finish"))
LISTED = ("name", "unit__name", "responsible_unit", "total_investment", "stage", "plan__year_type", *DATES, *NOTE)


# --- 三、存在问题 --------------------------------------------------------------------------------------------------


def problems(facts: Facts) -> list[Section]:
    start, finish = facts.whole["overdue_start"], facts.whole["overdue_finish"]
    starting, finishing = facts.projects.overdue_start(on=facts.on), facts.projects.overdue_finish(on=facts.on)
    causes = reasons.distribution(starting, facts.issues)
    found = [
        behind(facts),
        late(facts, "逾期未开工", starting, start, because(causes)) if start.count else None,
        late(facts, "逾期未竣工", finishing, finish, "") if finish.count else None,
        troubles(facts),
    ]  # fmt: skip
    told = [one for one in found if one]
    if not told:
        return [Section("三、存在问题", f"截至{day_words(facts.on)}，没有逾期项目和未办结的要素保障问题。")]
    numbered = [replace(one, title=f"（{'一二三四'[place]}）{one.title}") for place, one in enumerate(told)]
    return [Section("三、存在问题"), *numbered]


def behind(facts: Facts) -> Section | None:
    """The units below 序时, furthest first."""
    found = [line for line in facts.lines[1:] if line.done.is_behind]
    if not found:
        return None
    found.sort(key=lambda line: line.done.gap or 0)
    names = "、".join(f"{line.name}（{line.done.rate_words}，{investment.gap_words(line.done.gap)}）" for line in found)
    return Section("投资进度", f"低于序时的园区{len(found)}个：{names}。")


def because(causes: reasons.Causes) -> str:
    """原因分布：用地18个、90.1亿元，…。"""
    told = "；".join(f"{one.label}{amount(one.late)}" for one in causes.rows if one.late.count)
    return f"原因分布：{told}。" if told else ""


def late(facts: Facts, label: str, found: ProjectQuerySet, tally: stats.Tally, why: str) -> Section:
    """How many, why, and the largest by name with reason and responsible unit; all of them are in 附件2."""
    rows = found.annotate(**lateness(facts.on)).order_by("-plan__paper_total", "pk")
    some = rows.values(*LISTED, "late_start", "late_finish")[:NAMED]
    points = tuple(f"{number}. {late_words(row, facts)}" for number, row in enumerate(some, 1))
    which = f"总投资最大的{NAMED}个（其余见附件2）：" if tally.count > NAMED else ""
    return Section(label, f"{label}{amount(tally)}。{why}{which}", points)


def late_words(row: dict[str, Any], facts: Facts) -> str:
    """五通桥070 光伏组件（总投资14.5亿元，逾期68天）：征拆42亩。责任单位：五通桥基地。"""
    name = cut(naming.project(row["name"], row["unit__name"]), NAME)
    total = yi(row["total_investment"], 1)
    reason = cut(note_words(row), REASON) if has_reason(row) else UNFILLED
    money = f"总投资{total}亿元" if total else "总投资待补"
    return f"{name}（{money}，逾期{days_late(row, facts.on)}天）：{reason}。责任单位：{cut(responsible(row), NAME)}。"


def troubles(facts: Facts) -> Section | None:
    """要素保障问题 by category, and those of the city by name."""
    found = facts.issue_counts
    if not found["open"]:
        return None
    causes = reasons.distribution(facts.projects.none(), facts.issues)
    kinds = "、".join(f"{one.label}{one.open}个" for one in causes.rows if one.open)
    held = causes.total.held
    overdue = f"，超期{found['overdue']}个" if found["overdue"] else ""
    city = f"其中市级协调{found['city']}个：" if found["city"] else ""
    some = facts.city_issues(red=False, count=NAMED)
    points = tuple(f"{number}. {issue_words(one, facts)}" for number, one in enumerate(some, 1))
    lead = f"未办结{found['open']}个{overdue}，涉及项目{amount(held)}：{kinds}。{city}"
    return Section("要素保障问题", lead, points)


def issue_words(one: Issue, facts: Facts) -> str:
    unit = one.project.unit.name if one.project.unit else None
    over = one.late_days(facts.on)
    due = f"，超期{over}天" if over else f"，{day_words(one.due_on)}前办结" if one.due_on else ""
    lead = f"牵头单位：{cut(one.lead_unit, NAME)}{due}。" if one.lead_unit else "待交办。"
    told = cut(words.without_phones(one.words).rstrip("。"), REASON)
    return f"{cut(naming.project(one.project.name, unit), NAME)}：{one.get_category_display()}，{told}。{lead}"


# --- 四、下一步工作 ------------------------------------------------------------------------------------------------


def steps(facts: Facts, said: tuple[str, ...]) -> Section:
    """What is due, by whom and by when, as the register knows it; then what a person wrote."""
    told = [one for one in (pushing(facts), nodes(facts), solving(facts), reporting(facts)) if one]
    numbered = tuple(f"{number}. {one}" for number, one in enumerate([*told, *said], 1))
    return Section("四、下一步工作", "" if numbered else "按年度计划推进。", numbered)


def pushing(facts: Facts) -> str:
    late = [f"{label}{facts.whole[key].count}个" for label, key in LATE if facts.whole[key].count]
    if not late:
        return ""
    unknown = facts.missing.count
    ask = f"其中原因未填的{unknown}个，由责任单位先补报原因。" if unknown else ""
    return f"对{'、'.join(late)}，由责任单位逐个明确开工、竣工时间和措施。{ask}"


def nodes(facts: Facts) -> str:
    rows = facts.due
    if not rows:
        return ""
    last = max(row["current_to"] for row in rows)
    return f"本周到期节点{len(rows)}个，由责任单位在{day_words(last)}前办结；不能按期的，按程序申请调整。"


def solving(facts: Facts) -> str:
    found = facts.issue_counts
    if not found["open"]:
        return ""
    new = f"待交办{found['new']}个，尽快明确牵头单位和时限；" if found["new"] else ""
    over = f"超期{found['overdue']}个，由牵头单位说明原因、限期办结；" if found["overdue"] else ""
    return f"对未办结的要素保障问题{found['open']}个：{new}{over}其余按办结时限办理。"


def reporting(facts: Facts) -> str:
    month = facts.month
    if not month or not month.missing:
        return ""
    due = month.period.due_at.astimezone(clock.SHANGHAI)
    units = "、".join(f"{name}{count}个" for name, count in month.units)
    until = f"{month.period.label}月报截止{day_words(due.date())}{due:%H}时"
    return f"{until}，尚有{month.missing}个未报（{units}），请尽快报送。"
