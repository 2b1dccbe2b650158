"""One project as people read it: the facts in the order of the 推进表, key dates, what is late, and the paragraph."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.money import percent, yi
from portal.spans import Span
from portal.text import whole_number
from projects import investment, stat_sums, words
from projects.choices import EntryStatus
from projects.groups import CITY_KEY, COUNTY_KEY, MAJOR_PV, PROVINCE_KEY
from projects.models import GroupEntry, ProgressNote, Project, YearPlan

KEY_LEVELS = (PROVINCE_KEY, CITY_KEY, COUNTY_KEY)
LEVEL_WORDS = {EntryStatus.APPLIED: "(申报)", EntryStatus.LISTED: ""}
OPTIONAL = {"remark", "goal", "former_names", "actual_start", "actual_finish", "stat_listed_on", "chain_segment"}


@dataclass(frozen=True)
class Fact:
    """One labelled value. `phone`: shown masked. `demo`: the value is a 演示值."""

    label: str
    text: str
    demo: bool = False
    wide: bool = False
    phone: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Late:
    """Why a project is late and what ends it."""

    what: str
    planned: Span
    days: int
    ends: str

    @property
    def sentence(self) -> str:
        return f"计划{self.what}{words.in_prose(self.planned)}，已逾期{self.days}天。"


def plan_for(project: Project, *, year: int) -> YearPlan | None:
    """The plan of the year, else the newest one."""
    plans = list(project.plans.order_by("-year"))
    return next((plan for plan in plans if plan.year == year), plans[0] if plans else None)


def wanted_year(text: str | None, today: date) -> int:
    """The year of the address, else the year of today."""
    return (whole_number(text) if text and len(text) == 4 else None) or today.year


def demo_labels(project: Project) -> str:
    """The names of the facts whose values are 演示值."""
    return words.labels(project.demo_fields)


def key_levels(entries: Iterable[GroupEntry]) -> list[str]:
    """重点级别 from the lists that the project stands in: 省重点(申报)."""
    standing = [e for e in entries if e.group.slug in KEY_LEVELS and e.status in LEVEL_WORDS]
    return [f"{entry.group.short_name}{LEVEL_WORDS[EntryStatus(entry.status)]}" for entry in standing]


def is_major_pv(entries: Iterable[GroupEntry]) -> bool:
    return any(entry.group.slug == MAJOR_PV and entry.status in LEVEL_WORDS for entry in entries)


def paper_facts(project: Project, plan: YearPlan | None, entries: list[GroupEntry], *, year: int) -> list[Fact]:
    """The columns of the 推进表 in its order, then what the system knows besides."""

    def fact(name: str, label: str = "", *, wide: bool = False, phone: bool = False) -> Fact:
        holder: Any = plan if name in ("year_type", "annual_plan", "goal", "opening_cumulative") else project
        text = said(name, getattr(holder, name, None))
        return Fact(label or words.label(name), text, name in project.demo_fields, wide, phone, name in OPTIONAL)

    enterprise = project.enterprise
    return [
        Fact("系统编号", project.number),
        fact("name"),
        fact("project_code"),
        fact("enterprise"),
        Fact("统一社会信用代码", (enterprise.uscc or "") if enterprise else ""),
        fact("unit", "所在园区"),
        fact("county"),
        fact("industry_group"),
        fact("chain_segment"),
        fact("nature"),
        fact("year_type", f"{year}年年度类型"),
        fact("content", wide=True),
        fact("capacity"),
        fact("total_investment"),
        fact("annual_plan", f"{year}年计划投资（万元）"),
        fact("opening_cumulative", f"截至{year - 1}年底累计（万元）"),
        fact("planned_start"),
        fact("planned_finish"),
        fact("stage"),
        Fact("重点级别", "、".join(key_levels(entries)) or "无"),
        Fact("六大光伏项目", "是" if is_major_pv(entries) else "否"),
        fact("responsible_unit"),
        fact("city_leader"),
        fact("liaison"),
        fact("liaison_phone", phone=True),
        fact("remark", wide=True),
        fact("goal", f"{year}年形象进度目标", wide=True),
        fact("actual_start"),
        fact("actual_finish"),
        fact("industry"),
        fact("address"),
        fact("stat_listed"),
        fact("stat_listed_on"),
        fact("bureau_owner"),
        fact("park_owner"),
        fact("park_phone", phone=True),
        fact("former_names"),
    ]


def said(name: str, value: Any) -> str:
    """The value in words; unknown is an empty text."""
    return "" if value in (None, "") else words.shown(name, value)


def lateness(project: Project, *, year: int, on: date) -> Late | None:
    """What is overdue on that day, by the definitions of the register; None when nothing is."""
    this = Project.objects.filter(pk=project.pk)
    if project.planned_start and this.in_year(year).overdue_start(on=on).exists():
        days = (on - project.planned_start.end).days
        return Late("开工", project.planned_start, days, "登记实际开工，或计划开工时间经市局同意调整后，不再列入逾期。")
    if project.planned_finish and this.overdue_finish(on=on).exists():
        days = (on - project.planned_finish.end).days
        ends = "登记试生产或竣工投产，或计划竣工时间经市局同意调整后，不再列入逾期。"
        return Late("竣工", project.planned_finish, days, ends)
    return None


def figures(project: Project, plan: YearPlan | None, *, year: int) -> list[tuple[str, str, str]]:
    """Name, value and unit of the figures on top; what is not known is 待补."""
    total = project.total_investment
    annual, opening = (plan.annual_plan, plan.opening_cumulative) if plan else (None, None)
    amounts = [("总投资", total), (f"{year}年度计划投资", annual), (f"截至{year - 1}年底累计完成", opening)]
    rows = [(name, yi(value) or "待补", "亿元" if value is not None else "") for name, value in amounts]
    since_start = opening
    if plan and plan.done is not None:
        done = investment.Done(plan.done_month, plan.done, annual or Decimal(0))
        rows.append((f"{done.span}完成投资", yi(done.done), "亿元"))
        if done.rate_words:
            rows.append(("完成年度计划", done.rate_words, investment.gap_words(done.gap)))
        since_start = None if opening is None else opening + plan.done
    if total and since_start is not None:
        rows.append(("累计完成占总投资", percent(since_start, total), ""))
        rows.append(("尚需投资", yi(max(total - since_start, Decimal(0))), "亿元"))
    return [*rows, *official_figure(project, year)]


def official_figure(project: Project, year: int) -> list[tuple[str, str, str]]:
    """列统口径 beside 项目口径, 待统计 until the statistics office named the project."""
    figure = stat_sums.newest(year=year, projects=[project.pk]).get(project.pk)
    if figure is None:
        return [(stat_sums.LABEL, stat_sums.UNKNOWN, "")]
    return [(stat_sums.label(figure.month), yi(figure.ytd_done), "亿元")]


def paragraph(
    project: Project, plan: YearPlan | None, note: ProgressNote | None, late: Late | None, *, year: int, on: date
) -> str:
    """The project in official prose for pasting: no telephone numbers, the day, and 演示数据 said."""
    where = project.unit.name if project.unit else "待分派"
    who = f"，项目单位{project.enterprise}" if project.enterprise else ""
    parts = [f"{project.name}（{where}{who}）。", money_sentence(project, plan, year=year)]
    parts.append(stage_sentence(project, plan, late, year=year))
    if project.unverified:
        parts.append("公开资料截至2021年初，进展待核实。")
    if note:
        parts.append(note_sentence(note))
    mark = "；演示数据" if project.is_demo else ""
    values = f"；其中{'、'.join(words.label(n) for n in project.demo_fields)}为演示值" if project.demo_fields else ""
    parts.append(f"（截至{words.day_in_prose(on)}{mark}{values}）")
    return words.without_phones("".join(parts))


def money_sentence(project: Project, plan: YearPlan | None, *, year: int) -> str:
    total = f"总投资{yi(project.total_investment)}亿元" if project.total_investment is not None else "总投资待补"
    annual = plan.annual_plan if plan else None
    return f"{total}，{year}年度计划投资{yi(annual)}亿元。" if annual is not None else f"{total}。"


def stage_sentence(project: Project, plan: YearPlan | None, late: Late | None, *, year: int) -> str:
    kind = f"{year}年度类型为{plan.get_year_type_display()}，" if plan and plan.year_type else ""
    parts = [f"{kind}目前{project.status}" if project.status != "待补" else f"{kind}阶段待补"]
    if project.actual_start:
        parts.append(f"{words.in_prose(project.actual_start)}开工")
    elif project.planned_start:
        parts.append(f"计划开工{words.in_prose(project.planned_start)}")
    if late and late.what == "开工":
        parts.append(f"已逾期{late.days}天")
    if project.actual_finish:
        parts.append(f"{words.in_prose(project.actual_finish)}竣工投产")
    elif project.planned_finish:
        parts.append(f"计划竣工{words.in_prose(project.planned_finish)}")
    if late and late.what == "竣工":
        parts.append(f"已逾期{late.days}天")
    return "，".join(parts) + "。"


def note_sentence(note: ProgressNote) -> str:
    """The newest 进展: date, progress, problem with its category, next step."""
    kind = f"（{note.get_reason_display()}）" if note.reason else ""
    texts = [("进展：", note.progress), (f"存在问题{kind}：", note.problem), ("下一步：", note.next_step)]
    said = "".join(f"{title}{text.strip().rstrip('。')}。" for title, text in texts if text.strip())
    return f"{note.noted_on.month}月{note.noted_on.day}日{said}"
