"""The bureau's digest: everything for the meeting on Monday, the calls of the day, the table by unit."""

from portal.money import yi
from projects import stats
from projects.attention import MOST, Item
from projects.digests import naming
from projects.digests.content import Content, Section, Table, numbered, titled
from projects.digests.facts import Facts, day_words, due_words, foot
from projects.weekly import NAMED_AT_MOST

UNITS = (
    "园区",
    "项目",
    "总投资 亿元",
    "年计划 亿元",
    "新开工 已/计划",
    "逾期 未开工",
    "逾期 未竣工",
    "投产 已/计划",
    "红灯",
    "黄灯",
)
PLAN, DONE = 4, ("完成 亿元", "完成率", "较序时")  # after so many columns, once a month is closed
WIDE = ("年计划 亿元", "投产 已/计划", *DONE)
LARGEST = 5
LATE = ("项目", "总投资 亿元", "逾期", "原因")


def write(facts: Facts, *, red: bool) -> Content:
    whole, due = facts.whole, len(facts.due)
    days, second = facts.week.words, facts.unreported or f"本周到期{due}个"
    sections = (summary(facts), today(facts, red), changes(facts), due_section(facts, red), late(facts, red))
    return Content(
        kind="staff",
        subject=f"逾期未开工{whole['overdue_start'].count}个、{second}｜工业项目周调度（{days}）",
        title=f"工业项目周调度（{days}）",
        sections=titled([*sections, units(facts), photovoltaic(facts)]),
        foot=foot(facts, about="口径见系统。", red=red),
        counts=counts(facts),
        contact=facts.contact,
    )


def counts(facts: Facts) -> tuple[str, ...]:
    """What may go to a mailbox outside the house."""
    told = [
        ("项目", facts.whole["all"].count),
        ("逾期未开工", facts.whole["overdue_start"].count),
        ("逾期未竣工", facts.whole["overdue_finish"].count),
        ("红灯", facts.whole["red"].count),
        ("本周到期节点", len(facts.due)),
    ]
    return (*(f"{label}{count}个" for label, count in told), *facts.month_counts)


def summary(facts: Facts) -> Section:
    whole = facts.whole
    new = f"（{facts.span_name}+{facts.newly_started}）" if facts.newly_started else ""
    reds = f"（{facts.span_name}新增{facts.changed('turned_red')}个）" if facts.changed("turned_red") else ""
    return Section(
        "总体",
        f"{whole['all'].words}{stats.guard_words(whole, facts.guard)}。"
        f"计划新开工{whole['planned_new'].count}个，已开工{whole['started'].count}个{new}；"
        f"计划竣工投产{whole['planned_finishing'].count}个，已投产{whole['finished'].count}个、"
        f"试生产{whole['trial'].count}个。逾期未开工{whole['overdue_start'].words}；"
        f"逾期未竣工{whole['overdue_finish'].words}。{facts.done_words}{facts.stat_words}红灯{whole['red'].count}个{reds}，"
        f"黄灯{whole['yellow'].count}个，未评价{whole['grey'].count}个。",
    )


def today(facts: Facts, red: bool) -> Section:
    """今天要办: reasons to ask for, requests to answer, calls to make, projects to assign."""
    found, calls = facts.missing, len(facts.calls(red=red, count=MOST))
    paused = f"，另有{facts.promised}个已承诺时间" if facts.promised else ""
    points = numbered([
        unreported_words(facts),
        review_words(facts),
        missing_words(facts) if found.count else "",
        f"节点调整申请{facts.waiting_requests}件待办理。" if facts.waiting_requests else "",
        issue_words(facts),
        f"建议致电{calls}个（名单见系统“工作台”）{paused}。" if calls or paused else "",
        f"待分派{facts.whole['unassigned'].count}个，请指定填报单位。" if facts.whole["unassigned"].count else "",
    ])  # fmt: skip
    return Section("今天要办", "" if points else "没有待办事项。", points)


def unreported_words(facts: Facts) -> str:
    """催报11个：犍为5、沐川3、峨眉1（另2个待分派）；退回待改1个."""
    month = facts.month
    if month is None or not (month.missing or month.returned):
        return ""
    units = "、".join(f"{naming.place(name)}{count}" for name, count in month.units)
    aside = f"（另{month.waiting}个{naming.WAITING}）" if units and month.waiting else ""
    whom = f"：{units}{aside}" if units else f"，均{naming.WAITING}"
    told = [f"催报{month.period.label}月报{month.missing}个{whom}"] if month.missing else []
    return "；".join([*told, *([f"月报退回待改{month.returned}个"] if month.returned else [])]) + "。"


def review_words(facts: Facts) -> str:
    """待审核63个，其中58个无异常."""
    month = facts.month
    if month is None or not month.submitted:
        return ""
    return f"{month.period.label}月报待审核{month.submitted}个，其中{month.clear}个无异常。"


def issue_words(facts: Facts) -> str:
    """要素保障问题：待交办2个、待销号1个、超期3个。 Nothing when none waits."""
    found = facts.issue_counts
    kinds = (("待交办", "new"), ("待销号", "solved"), ("超期", "overdue"))
    told = [f"{label}{found[key]}个" for label, key in kinds if found[key]]
    return f"要素保障问题：{'、'.join(told)}。" if told else ""


def missing_words(facts: Facts) -> str:
    """催补逾期原因14个：犍为5、沐川3（另2个待分派；另有1个已承诺时间）."""
    found = facts.missing
    units = "、".join(f"{naming.place(name)}{count}" for name, count in found.units)
    aside = [f"{naming.WAITING}{found.waiting}个"] if found.waiting else []
    aside += [f"另有{found.promised}个已承诺时间"] if found.promised else []
    return f"催补逾期原因{found.count}个：{units}{'（' + '；'.join(aside) + '）' if aside else ''}。"


def changes(facts: Facts) -> Section:
    """上周变化: 新开工 by name, the rest by count."""
    told = [one.words for one in facts.week.changes if one.count and one.chip != "started_last_week"]
    sentences = [started(facts)] if facts.started else []
    sentences += ["、".join(told) + "。"] if told else []
    return Section(f"{facts.span_name}变化", "".join(sentences) or "无变化。")


def started(facts: Facts) -> str:
    """新开工1个：演示项目084（五通桥，0.52亿元）。"""
    some = facts.started[:NAMED_AT_MOST]
    names = "、".join(
        f"{row['name'].split()[0]}（{naming.place(row['unit__name'])}，{yi(row['total_investment'])}亿元）"
        for row in some
    )
    return f"新开工{facts.changed('started_last_week')}个：{names}{'等' if len(facts.started) > len(some) else ''}。"


def due_section(facts: Facts, red: bool) -> Section:
    rows = [row for row in facts.due if row["project__light"] == "red"] if red else facts.due
    when, kinds = due_words(rows)
    title = f"本周到期节点{len(facts.due)}个"
    return Section(title + ("" if red else when), f"{'；'.join(kinds)}。" if kinds else "" if facts.due else "无。")


def late(facts: Facts, red: bool) -> Section:
    found = facts.late(red=red, count=LARGEST)
    if not found:
        return Section("逾期未开工", "没有逾期未开工的项目。")
    rows = tuple((naming.project(one.name, one.row["unit__name"]), yi(one.total), days(one), why(one)) for one in found)
    lines = numbered(f"{name}　{total}亿元，逾期{late}，{reason}" for name, total, late, reason in rows)
    return Section(f"逾期未开工前{len(found)}（按总投资）", "", (), Table(LATE, rows, lines))


def days(item: Item) -> str:
    return item.late.removeprefix("逾期未开工").removeprefix("逾期未竣工")


def why(item: Item) -> str:
    """The reason, and the day somebody promised if it has not passed."""
    return item.reason + promise(item)


def promise(item: Item) -> str:
    """；承诺10月15日, or nothing."""
    day = item.promised_on
    return f"；承诺{day_words(day)}" if day and day >= item.on else ""


def units(facts: Facts) -> Section:
    told = tuple(unit_cells(line) for line in facts.lines)
    lines = tuple(unit_line(row, done_words(line)) for row, line in zip(told, facts.lines, strict=True))
    span = facts.lines[0].done.span
    if not span:
        return Section("分园区", "", (), Table(UNITS, told, lines, WIDE, total_first=True))
    heading = (*UNITS[:PLAN], *DONE, *UNITS[PLAN:])
    rows = tuple((*row[:PLAN], *done_cells(line), *row[PLAN:]) for row, line in zip(told, facts.lines, strict=True))
    lead = f"完成投资为{span}（已关闭的月份）。"
    return Section("分园区", lead, (), Table(heading, rows, lines, WIDE, total_first=True))


def done_cells(line: stats.UnitLine) -> tuple[str, str, str]:
    """完成投资, of the annual plan, against 序时; a dash where there is no plan."""
    done = line.done
    return (yi(done.done), done.rate_words, done.gap_signed) if done.rate_words else ("–", "–", "–")


def done_words(line: stats.UnitLine) -> str:
    """，1—8月完成19.66亿元、52.0%; nothing without a plan or a closed month."""
    done = line.done
    return f"，{done.span}完成{yi(done.done)}亿元、{done.rate_words}" if done.rate_words else ""


def unit_cells(line: stats.UnitLine) -> tuple[str, ...]:
    f = line.figures
    return (
        line.name, str(f["all"].count), yi(f["all"].total), yi(f["all"].plan) if f["all"].plan else "–",
        share(f, "started", "planned_new"), str(f["overdue_start"].count), str(f["overdue_finish"].count),
        share(f, "finished", "planned_finishing"), str(f["red"].count), str(f["yellow"].count),
    )  # fmt: skip


def share(figures: stats.Figures, done: str, planned: str) -> str:
    return f"{figures[done].count}/{figures[planned].count}" if figures[planned].count else "–"


def unit_line(row: tuple[str, ...], told: str) -> str:
    """犍为基地　38个、125.79亿元，1—8月完成19.66亿元、52.0%，新开工2/11，逾期未开工8，…"""
    name, count, total, _, new, late_start, late_finish, done, red, yellow = row
    return (
        f"{name}　{count}个、{total}亿元{told}，新开工{new}，逾期未开工{late_start}，逾期未竣工{late_finish}，"
        f"投产{done}，红灯{red}，黄灯{yellow}"
    )


def photovoltaic(facts: Facts) -> Section | None:
    """六大光伏: one line each, or one for all that wait for news."""
    known = [one for one in facts.photovoltaic if not one.row["unverified"]]
    waiting = len(facts.photovoltaic) - len(known)
    if not facts.photovoltaic:
        return None
    lead = f"{waiting}个进展待核实（公开资料截至2021年初）。" if waiting else ""
    points = tuple(f"{one.name}：{one.stage}。{one.note}" for one in known)
    return Section("六大光伏", lead, points)
