"""月通报 by the skeleton of domain.md §7.3: every sentence is made from figures; what a person adds is kept apart.

Prose in 亿元 with one decimal, tables in 万元. Where there is nothing to say, the section says so or is absent.
"""

from dataclasses import dataclass
from datetime import date

from portal.money import yi
from projects import groups, investment, stats, words
from projects.choices import IndustryGroup, PaperKind
from projects.digests import naming
from projects.digests.content import Section
from projects.digests.facts import CITY, Facts, day_words
from projects.digests.leader import amount
from projects.digests.measure import cut
from projects.models.sets import STAT_LISTED, STAT_UNKNOWN
from projects.models.weeks import started_between
from projects.papers import annex
from projects.papers.paper import Paper
from projects.papers.shortfalls import LATE, NAME, NAMED, problems, steps

TO = "各县（市、区）经济和信息化主管部门，各园区管委会："
SAID_AT_MOST = 2000


@dataclass(frozen=True)
class Said:
    """What a person adds to 二、主要特点 and 四、下一步工作; one paragraph a line."""

    features: str = ""
    steps: str = ""


def paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text[:SAID_AT_MOST].splitlines() if line.strip())


def bulletin(facts: Facts, *, said: Said | None = None) -> Paper:
    """The bulletin of the newest closed month, of the register as it is on the day."""
    said = said or Said()
    day = f"{facts.on.year}年{day_words(facts.on)}"
    return Paper(
        kind=PaperKind.BULLETIN.value,
        scope=CITY,
        title=title(facts),
        addressee=TO,
        sections=(
            opening(facts),
            *whole(facts),
            *features(facts, said),
            *problems(facts),
            steps(facts, paragraphs(said.steps)),
        ),
        signed=(words.BUREAU, day),
        foot=f"（数据时点：{annex.as_of(facts)}。{facts.contact.rstrip('。')}）{facts.demo}",
        as_of=annex.as_of(facts),
        demo=bool(facts.demo),
        sheets=annex.sheets(facts),
        sources=annex.sources(facts),
    )


def span(facts: Facts) -> str:
    """1—8月, or nothing before the first closed month."""
    return facts.whole.done(facts.lines[0].month).span


def title(facts: Facts) -> str:
    return f"关于{facts.year}年{span(facts)}全市工业投资项目推进情况的通报"


def opening(facts: Facts) -> Section:
    return Section("", f"现将{facts.year}年{span(facts)}全市工业投资项目推进情况通报如下。")


def done_words(done: investment.Done) -> str:
    """1—8月完成投资218.6亿元，完成年度计划的59.4%，低于序时7.2个百分点."""
    if done.month is None:
        return ""
    told = f"{done.span}完成投资{yi(done.done, 1)}亿元"
    return f"{told}，完成年度计划的{done.rate_words}，{investment.gap_words(done.gap)}" if done.rate_words else told


# --- 一、总体情况 --------------------------------------------------------------------------------------------------


def whole(facts: Facts) -> list[Section]:
    found, month = facts.whole, facts.lines[0].month
    guard = stats.guard_words(found, facts.guard)
    told = [
        f"全市{facts.year}年工业投资项目{amount(found['all'])}{guard}，年度计划投资{yi(found['all'].plan, 1)}亿元。",
        f"{done}。" if (done := done_words(found.done(month))) else "",
        facts.stat.said(1),
        f"计划新开工{found['planned_new'].count}个，已开工{found['started'].count}个"
        f"{rate('新开工率', found, 'started', 'planned_new')}；"
        f"计划竣工投产{found['planned_finishing'].count}个，已投产{found['finished'].count}个"
        f"{rate('竣工投产率', found, 'finished', 'planned_finishing')}，另有试生产{found['trial'].count}个。",
        f"{listed(facts)}停缓建{found['suspended'].count}个。红灯{found['red'].count}个，黄灯{found['yellow'].count}个。",
    ]
    return [
        Section("一、总体情况", "".join(told)),
        Section("（一）分园区", "；".join(part_words(one.name, one.figures, month) for one in facts.lines[1:]) + "。"),
        Section("（二）分产业", industries(facts)),
        Section("（三）省重点", group_words(facts, groups.PROVINCE_KEY, "省重点项目")),
        Section("（四）六大光伏项目", photovoltaic(facts)),
    ]  # fmt: skip


def listed(facts: Facts) -> str:
    """已统计入库120个，未填5个。 Of what is under way; nothing while nobody has filled it in."""
    count = facts.projects.filter(STAT_LISTED).count()
    unknown = facts.projects.filter(STAT_UNKNOWN).count()
    if not count:
        return ""
    return f"在建及建成项目中已统计入库{count}个{f'，未填{unknown}个' if unknown else ''}。"


def rate(name: str, found: stats.Figures, part: str, base: str) -> str:
    share = stats.share(found[part].count, found[base].count)
    return f"，{name}{share}" if share else ""


def part_words(name: str, found: stats.Figures, month: int | None) -> str:
    """犍为基地38个、125.8亿元，完成年度计划的52.0%，低于序时14.7个百分点，新开工2/11，逾期未开工8个."""
    done = found.done(month)
    told = [f"{name}{amount(found['all'])}"]
    if done.rate_words:
        told.append(f"完成年度计划的{done.rate_words}，{investment.gap_words(done.gap)}")
    if found["planned_new"].count:
        told.append(f"新开工{found['started'].count}/{found['planned_new'].count}")
    late = [f"{label}{found[key].count}个" for label, key in LATE if found[key].count]
    return "，".join([*told, *late])


def industries(facts: Facts) -> str:
    """The leading industries in their order, those without one last."""
    found = stats.figures_by(facts.projects, "industry_group", on=facts.on, year=facts.year)
    names = [(code, str(label)) for code, label in IndustryGroup.choices] + [("", "未填主导产业")]
    month = facts.lines[0].month
    told = [part_words(name, found[code], month) for code, name in names if code in found]
    return "；".join(told) + "。" if told else "库内没有项目。"


def group_words(facts: Facts, slug: str, name: str) -> str:
    some = stats.figures(facts.projects.in_group(slug, facts.year), on=facts.on, year=facts.year)
    if not some["all"].count:
        return f"{facts.year}年没有申报或列入的{name}。"
    return f"{part_words(f'申报和列入{name}', some, facts.lines[0].month)}，红灯{some['red'].count}个。"


def photovoltaic(facts: Facts) -> str:
    found = facts.photovoltaic
    if not found:
        return f"{facts.year}年项目库内没有六大光伏项目。"
    known = [
        f"{cut((one.name.split() or [one.name])[0], NAME)}{one.stage}" for one in found if not one.row["unverified"]
    ]
    waiting = len(found) - len(known)
    told = [*known, f"{waiting}个项目进展待核实（公开资料截至2021年初）"] if waiting else known
    return f"共{len(found)}个。{'；'.join(told)}。"


# --- 二、主要特点 --------------------------------------------------------------------------------------------------


def features(facts: Facts, said: Said) -> list[Section]:
    """Who is ahead, what was begun and finished; no praise that the figures do not say."""
    told = [one for one in (ahead(facts), openers(facts), begun(facts), completed(facts)) if one]
    told += paragraphs(said.features)
    return [Section("二、主要特点", told[0], tuple(told[1:]))] if told else []


def ahead(facts: Facts) -> str:
    found = [line for line in facts.lines[1:] if line.done.gap is not None and not line.done.is_behind]
    if facts.lines[0].month is None:
        return ""
    if not found:
        return f"{span(facts)}没有园区达到序时进度。"
    found.sort(key=lambda line: -(line.done.gap or 0))
    names = "、".join(f"{line.name}（{line.done.rate_words}，{investment.gap_words(line.done.gap)}）" for line in found)
    return f"完成年度计划达到序时的园区{len(found)}个：{names}。"


def openers(facts: Facts) -> str:
    """The units whose 新开工率 is above that of the city."""
    base = facts.whole
    if not base["started"].count:
        return ""
    above = [
        line for line in facts.lines[1:]
        if line.figures["started"].count * base["planned_new"].count
        > base["started"].count * line.figures["planned_new"].count
    ]  # fmt: skip
    names = "、".join(
        f"{line.name}（{line.figures['started'].count}/{line.figures['planned_new'].count}）" for line in above
    )
    return f"新开工率高于全市的园区{len(above)}个：{names}。" if above else ""


def begun(facts: Facts) -> str:
    """What was started since the first of the month, by name."""
    first = facts.on.replace(day=1)
    found = facts.projects.filter(started_between(first, facts.on)).order_by("actual_start_to", "pk")
    some = list(found.values_list("name", "unit__name")[: NAMED + 1])
    if not some:
        return ""
    names = "、".join(cut(naming.project(name, unit), NAME) for name, unit in some[:NAMED])
    return f"{days(first, facts.on)}新开工{found.count()}个：{names}{'等' if len(some) > NAMED else ''}。"


def completed(facts: Facts) -> str:
    found = facts.projects.finished().paper_order().values_list("name", "unit__name")
    some = list(found[: NAMED + 1])
    if not some:
        return ""
    names = "、".join(cut(naming.project(name, unit), NAME) for name, unit in some[:NAMED])
    return f"计划竣工投产项目中已投产{facts.whole['finished'].count}个：{names}{'等' if len(some) > NAMED else ''}。"


def days(first: date, last: date) -> str:
    return f"{first.month}月{first.day}日—{last.day}日"
