"""提醒函 and 督办函: drafts for a unit from its late list. A person reads, signs and sends them, never the system."""

from datetime import date

from parks.models import Park
from portal import calendar
from projects import words
from projects.choices import Light, PaperKind
from projects.digests.content import Section, Table
from projects.digests.facts import Facts, day_words
from projects.digests.leader import amount
from projects.digests.measure import cut
from projects.papers.annex import as_of
from projects.papers.one_page import facts_of
from projects.papers.paper import Paper
from projects.rows import DATES, NOTE, days_late, has_reason, lateness, note_words
from projects.wording import UNFILLED

REPLY_DAYS = {PaperKind.REMINDER: 5, PaperKind.SUPERVISION: 3}  # working days
LETTERS = tuple(REPLY_DAYS)
HEADING = ("序号", "项目", "总投资（万元）", "逾期事项", "原因")
NAME, REASON, MOST = 60, 80, 60
FIELDS = ("name", "unit__name", "total_investment", "stage", "light", "plan__year_type", *DATES, *NOTE)


def letter(unit: Park, kind: PaperKind, *, on: date) -> Paper | None:
    """The draft for a unit; None when there is nothing to write about. 督办函 speaks of the red ones only."""
    facts = facts_of(unit.code, on=on)
    rows = late_rows(facts, only_red=kind == PaperKind.SUPERVISION)
    if not rows:
        return None
    reply = calendar.current().add(on, REPLY_DAYS[kind])
    return Paper(
        kind=kind.value,
        scope=unit.code,
        title=title(kind),
        addressee=f"{unit.name}：",
        sections=sections(facts, kind, rows, reply=reply),
        signed=(words.BUREAU, f"{on.year}年{day_words(on)}"),
        foot=f"（数据时点：{as_of(facts)}。{facts.contact.rstrip('。')}）{facts.demo}",
        as_of=as_of(facts),
        demo=bool(facts.demo),
    )


def title(kind: PaperKind) -> str:
    if kind == PaperKind.SUPERVISION:
        return "关于督促办理逾期工业投资项目的函"
    return "关于提示工业投资项目推进情况的函"


def late_rows(facts: Facts, *, only_red: bool) -> list[tuple[str, ...]]:
    """The late projects, the longest late first."""
    found = facts.projects.overdue(on=facts.on).annotate(**lateness(facts.on))
    found = found.filter(light=Light.RED) if only_red else found
    rows = sorted(found.values(*FIELDS, "late_start", "late_finish"), key=lambda row: -days_late(row, facts.on))
    return [
        (
            str(number), cut(row["name"], NAME), words.shown("total_investment", row["total_investment"]),
            f"逾期未{'开工' if row['late_start'] else '竣工'}{days_late(row, facts.on)}天",
            cut(note_words(row), REASON) if has_reason(row) else UNFILLED,
        )
        for number, row in enumerate(rows, 1)
    ]  # fmt: skip


def sections(facts: Facts, kind: PaperKind, rows: list[tuple[str, ...]], *, reply: date) -> tuple[Section, ...]:
    start, finish = facts.whole["overdue_start"], facts.whole["overdue_finish"]
    late = "，".join(
        f"{label}{amount(tally)}" for label, tally in (("逾期未开工", start), ("逾期未竣工", finish)) if tally.count
    )
    lines = tuple(f"{row[0]}. {row[1]}：{row[3]}，{row[4]}。" for row in rows[:MOST])
    table = Table(HEADING, tuple(rows[:MOST]), lines)
    by = f"{reply.year}年{day_words(reply)}"
    if kind == PaperKind.SUPERVISION:
        told = f"截至{day_words(facts.on)}，你单位{late}，其中进度滞后较多的{len(rows)}个，现函告如下。"
        ask = f"请逐个查明原因，明确责任人、措施和完成时限，于{by}前书面回复。"
    else:
        told = f"截至{day_words(facts.on)}，你单位{late}，现将{len(rows)}个项目的情况函告如下，商请加快推进。"
        ask = f"请核对进展，补充原因和预计时间，于{by}前回复；已经开工、竣工的，请在系统中登记并附依据。"
    return (Section("", told, (), table), Section("", ask))
