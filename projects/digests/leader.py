"""一页纸: one A4 page in large type; what is late, why, which three need a leader. The digest of the leaders is that of
the city. Whatever the names in it, it stays one page: where there is much to say, names and reasons are cut shorter."""

from dataclasses import dataclass

from portal.money import yi
from projects import stats
from projects.digests import measure, naming, staff
from projects.digests.content import Content, Section, numbered, titled
from projects.digests.facts import Facts, day_words, due_words, foot
from projects.digests.measure import cut
from projects.models import Issue
from projects.words import without_phones

NEED_HELP = 3


@dataclass(frozen=True)
class Room:
    """How many characters a name and a reason may take, how many of the six are named."""

    name: int
    reason: int
    six: int


ROOMS = (Room(60, 40, 10), Room(30, 24, 6), Room(16, 16, 4), Room(8, 8, 3))  # the first that fits the page is taken


def write(facts: Facts, *, red: bool) -> Content:
    title = f"工业投资项目一页纸（截至{day_words(facts.last)}）"
    return Content(
        kind="leader",
        subject=title,
        title=title,
        sections=sections(facts, red=red),
        foot=foot(facts, about="", red=red),
        counts=staff.counts(facts),
        contact=facts.contact,
    )


def sections(facts: Facts, *, red: bool = False) -> tuple[Section, ...]:
    """What the page says of these projects, in at most as many lines as the page has."""
    found: tuple[Section, ...] = ()
    for room in ROOMS:
        told = [progress(facts), behind(facts, room), reasons(facts), needs(facts, red, room)]
        found = titled([*told, photovoltaic(facts, room), near(facts)])
        if measure.lines(found) <= measure.LINES:
            break
    return found


def short(amount: str) -> str:
    """1380.00 → 1380: prose without idle zeros."""
    return amount.rstrip("0").rstrip(".")


def progress(facts: Facts) -> Section:
    whole, guard = facts.whole, facts.guard
    differs = f"，{guard.words}" if guard and not guard.agrees else ""
    return Section(
        "进度",
        f"{whole['all'].count}个、{short(yi(whole['all'].total))}亿元{differs}。"
        f"开工{whole['started'].count}/{whole['planned_new'].count}，"
        f"投产{whole['finished'].count}/{whole['planned_finishing'].count}（另试生产{whole['trial'].count}）。"
        f"{facts.done_words}{facts.stat_words}{reported(facts)}红灯{whole['red'].count}个、黄灯{whole['yellow'].count}个。",
    )


def reported(facts: Facts) -> str:
    """9月月报未报11个。 Nothing while none is late to be asked for."""
    month = facts.month
    return f"{month.period.label}月报未报{month.missing}个。" if month and month.missing else ""


def behind(facts: Facts, room: Room) -> Section:
    """差在哪里: the units with late starts, most first; what is 停缓建."""
    late = facts.whole["overdue_start"]
    below = facts.lines[1].children if len(facts.lines) == 2 else facts.lines[1:]  # one unit is not told of itself
    lines = sorted(below, key=lambda line: -line.figures["overdue_start"].count)
    units = [
        f"{cut(naming.place(line.name), room.name)}{line.figures['overdue_start'].count}"
        for line in lines
        if line.figures["overdue_start"].count
    ]
    where = f"：{'、'.join(units)}" if units else ""
    finish, held = facts.whole["overdue_finish"], facts.whole["suspended"].count
    paused = f"停缓建{held}个。" if held else ""
    return Section("差在哪里", f"逾期未开工{amount(late)}{where}。逾期未竣工{amount(finish)}。{paused}")


def amount(tally: stats.Tally) -> str:
    """46个、218.0亿元."""
    return f"{tally.count}个、{yi(tally.total, 1)}亿元" if tally.count else "0个"


def reasons(facts: Facts) -> Section | None:
    if not facts.reasons:
        return None
    told = "、".join(f"{label}{count}" for label, count in facts.reasons)
    return Section("主要原因", f"{told}（合计{facts.whole['overdue_start'].count}）。")


def needs(facts: Facts, red: bool, room: Room) -> Section | None:
    asked, found = facts.city_issues(red=red, count=NEED_HELP), facts.late(red=red, count=NEED_HELP)
    if asked:
        held = {one.project_id for one in asked}
        found = [one for one in found if one.pk not in held][: NEED_HELP - len(asked)]
    if not asked and not found:
        return None
    points = [issue_words(one, facts, room) for one in asked]
    points += [
        f"{name_of(one.name, one.row['unit__name'], room)}（{yi(one.total, 1)}亿元，逾期{staff.days(one)}）："
        f"{cut(one.reason, room.reason)}{staff.promise(one)}。"
        for one in found
    ]
    lead = needs_lead(facts, issues=len(asked), late=len(found))
    return Section(f"请领导协调的{len(points)}件", lead, numbered(points))


def needs_lead(facts: Facts, *, issues: int, late: int) -> str:
    """市级协调的要素保障问题2个（超期1个），以及逾期未开工中总投资最大的1个：; either half alone if it has points."""
    found, told = facts.issue_counts, []
    if issues:
        overdue = f"（超期{found['city_overdue']}个）" if found["city_overdue"] else ""
        told.append(f"市级协调的要素保障问题{found['city']}个{overdue}")
    if late:
        told.append(f"逾期未开工中总投资最大的{late}个")
    return "，以及".join(told) + "："


def name_of(name: str, unit: str | None, room: Room) -> str:
    """夹江159 年产35万吨竹浆纸扩能, cut where there is little room."""
    return cut(naming.project(name, unit), room.name)


def issue_words(issue: Issue, facts: Facts, room: Room) -> str:
    """五通桥070 光伏组件（14.5亿元）：用地，42亩征拆未完成（牵头自然资源局，超期3天）。"""
    unit = issue.project.unit.name if issue.project.unit else None
    late = issue.late_days(facts.on)
    due = f"，超期{late}天" if late else f"，{day_words(issue.due_on)}前办结" if issue.due_on else ""
    lead = f"（牵头{cut(issue.lead_unit, room.name)}{due}）" if issue.lead_unit else "（待交办）"
    name = name_of(issue.project.name, unit, room)
    amount_words, told = f"{yi(issue.project.total_investment, 1)}亿元", cut(without_phones(issue.words), room.reason)
    return f"{name}（{amount_words}）：{issue.get_category_display()}，{told}{lead}。"


def photovoltaic(facts: Facts, room: Room) -> Section | None:
    """6个项目进展待核实; the others by name and stage."""
    if not facts.photovoltaic:
        return None
    known = [
        f"{cut((one.name.split() or [one.name])[0], room.reason)}{one.stage}"
        for one in facts.photovoltaic
        if not one.row["unverified"]
    ]
    waiting = len(facts.photovoltaic) - len(known)
    told = [*known[: room.six], *([f"另有{len(known) - room.six}个"] if len(known) > room.six else [])]
    told += [f"{waiting}个项目进展待核实"] if waiting else []
    return Section("六大光伏", "；".join(told) + "。")


def near(facts: Facts) -> Section:
    """近期: what is due this week, what changed last week."""
    count = len(facts.due)
    when, _ = due_words(facts.due)
    day = when.strip("（）").removeprefix("均为") or "本周"
    due = f"{day}到期节点{count}个" if count else "本周没有到期节点"
    told = [f"{one.label}{one.count}个" for one in facts.week.changes if one.count]
    return Section("近期", f"{due}；{facts.span_name}{'、'.join(told) if told else '无变化'}。")
