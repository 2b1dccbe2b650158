"""一页纸 of one project: the facts of its page on one A4 page in 三号 type. No telephone numbers."""

from datetime import date

from portal import contact
from projects import sheet, words
from projects.choices import IssueState, PaperKind
from projects.digests import measure
from projects.digests.content import Section, titled
from projects.digests.facts import day_words
from projects.digests.measure import cut
from projects.models import Issue, ProgressNote, Project, YearPlan
from projects.papers import Paper

ISSUES = 3
ROOMS = (120, 60, 36, 20)  # characters of a long text; the first that fits the page is taken


def paper(project: Project, *, year: int, on: date) -> Paper:
    """What a leader takes along to a project. Whether one may see it, the page asks before."""
    plan = sheet.plan_for(project, year=year)
    note = project.notes.filter(kind="progress").first()
    issues = list(project.issues.exclude(state=IssueState.CLOSED).ledger_order()[: ISSUES + 1])
    found: tuple[Section, ...] = ()
    for room in ROOMS:
        found = sections(project, plan, note, issues, year=plan.year if plan else year, on=on, room=room)
        if measure.lines(found) <= measure.LINES:
            break
    mark = "（演示数据）" if project.is_demo else ""
    values = f"其中{words.labels(project.demo_fields)}为演示值。" if project.demo_fields else ""
    return Paper(
        kind=PaperKind.ONE_PAGE.value,
        scope=f"project:{project.pk}",
        title=f"{cut(project.name, 36)}（截至{day_words(on)}）",
        sections=found,
        foot=f"数据时点：{words.day_in_prose(on)}。{values}{contact.line()}{mark}",
        as_of=words.day_in_prose(on),
        demo=project.is_demo,
    )


def sections(
    project: Project, plan: YearPlan | None, note: ProgressNote | None, issues: list[Issue], *,
    year: int, on: date, room: int,
) -> tuple[Section, ...]:  # fmt: skip
    figures = "；".join(f"{name}{value}{unit}" for name, value, unit in sheet.figures(project, plan, year=year))
    return titled([
        Section("基本情况", about(project, room)),
        Section("投资", f"{figures}。"),
        Section("进度", sheet.stage_sentence(project, plan, sheet.lateness(project, year=year, on=on), year=year)),
        Section("最新进展", told(note, room)),
        troubles(issues, on, room),
        Section("责任", duties(project, room)),
    ])  # fmt: skip


def about(project: Project, room: int) -> str:
    where = project.unit.name if project.unit else "待分派"
    who = f"，项目单位{cut(project.enterprise.name, room)}" if project.enterprise else ""
    said = [text for text in (project.content, project.capacity) if text]
    return without(f"{where}{who}。" + "".join(f"{cut(text.rstrip('。'), room)}。" for text in said))


def told(note: ProgressNote | None, room: int) -> str:
    """9月24日进展：…。存在问题（用地）：…。下一步：…。"""
    if note is None:
        return "尚未填写进展。"
    kind = f"（{note.get_reason_display()}）" if note.reason else ""
    texts = [("进展：", note.progress), (f"存在问题{kind}：", note.problem), ("下一步：", note.next_step)]
    said = "".join(f"{title}{cut(text.strip().rstrip('。'), room)}。" for title, text in texts if text.strip())
    return without(f"{day_words(note.noted_on)}{said}")


def troubles(issues: list[Issue], on: date, room: int) -> Section | None:
    """要素保障问题 that are open: category, what, who sees to it, by when."""
    if not issues:
        return None
    lines = []
    for number, one in enumerate(issues[:ISSUES], 1):
        late = one.late_days(on)
        due = f"，超期{late}天" if late else f"，{day_words(one.due_on)}前办结" if one.due_on else ""
        lead = f"（牵头{cut(one.lead_unit, 20)}{due}）" if one.lead_unit else "（待交办）"
        lines.append(without(f"{number}. {one.get_category_display()}：{cut(one.words, min(room, 60))}{lead}。"))
    more = "，列前3个" if len(issues) > ISSUES else ""
    return Section("要素保障问题", f"未办结的{more}：", tuple(lines))


def duties(project: Project, room: int) -> str:
    known = [
        ("责任单位", project.responsible_unit), ("联系市领导", project.city_leader),
        ("市局责任人", str(project.bureau_owner or "")), ("园区责任人", project.park_owner),
    ]  # fmt: skip
    said = "，".join(f"{name}：{cut(value, min(room, 30))}" for name, value in known if value)
    return without(said or "尚未明确") + "。"


def without(text: str) -> str:
    return words.without_phones(text)
