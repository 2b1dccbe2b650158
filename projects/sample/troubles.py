"""要素保障问题 of a few invented projects, in every state, as the demonstration's day finds them."""

from dataclasses import dataclass
from datetime import date

from portal.models import User
from projects import audit
from projects.choices import IssueLevel, IssueSource, IssueState, Reason
from projects.models import Issue, IssueStep, Project
from projects.sample.progress import gather_cast, moment


@dataclass(frozen=True)
class Trouble:
    """One issue; `due` and `lead` once it is handed over, `closed` with its result."""

    key: str
    category: str
    words: str
    raised: date
    source: str = IssueSource.PARK
    level: str = IssueLevel.COUNTY
    lead: str = ""
    assist: str = ""
    handed: date | None = None
    due: date | None = None
    step: str = ""
    result: str = ""
    closed: date | None = None


TROUBLES = (
    Trouble(
        "070", Reason.LAND, "385亩中42亩征拆未完成，涉及11户", date(2021, 9, 8), level=IssueLevel.CITY,
        lead="区自然资源局", assist="区征收中心", handed=date(2021, 9, 10), due=date(2021, 9, 24),
        step="已签约8户，余3户正在协商",
    ),
    Trouble(
        "226", Reason.SAFETY, "安全条件审查未通过，需调整总平面布置", date(2021, 9, 15), IssueSource.MEETING,
        IssueLevel.CITY, "市应急管理局", handed=date(2021, 9, 16), due=date(2021, 10, 15), step="正在修改总平图",
    ),
    Trouble("159", Reason.ENVIRONMENT, "排污指标尚差12%，环评无法上会", date(2021, 9, 24), IssueSource.ENTERPRISE),
    Trouble(
        "160", Reason.FINANCE, "项目贷款未放款", date(2021, 9, 3), IssueSource.ENTERPRISE,
        lead="县金融局", handed=date(2021, 9, 6), due=date(2021, 9, 30), result="银行已放款1.2亿元",
    ),
    Trouble(
        "260", Reason.POWER, "园区110千伏变电站未投运，施工用电无保障", date(2021, 9, 17), lead="供电公司",
        assist="县发展改革局", handed=date(2021, 9, 18), due=date(2021, 10, 29), step="变电站设备安装完成，正在调试",
    ),
    Trouble(
        "117", Reason.WATER, "供水管网未接通", date(2021, 8, 16), level=IssueLevel.PARK, lead="县水务局",
        handed=date(2021, 8, 17), due=date(2021, 8, 31), result="供水管网已接通", closed=date(2021, 8, 30),
    ),
)  # fmt: skip


def tell(*, on: date) -> int:
    """Add the issues of the projects that are there and return how many. All are 演示数据."""
    cast = gather_cast(on=on)
    found = [(one, project) for one in TROUBLES for project in of_key(one.key)]
    for one, project in found:
        by = cast.staff if one.source == IssueSource.MEETING else cast.of(project)
        add(one, project, by, cast.staff)
    return len(found)


def of_key(key: str) -> list[Project]:
    return list(Project.objects.live().filter(is_demo=True, name__startswith=f"演示项目{key} ")[:1])


def add(told: Trouble, project: Project, park: User, staff: User) -> Issue:
    """The issue with the acts that led to its state, each on its day."""
    issue = Issue(
        project=project, category=told.category, source=told.source, level=told.level, words=told.words, by=park
    )
    issue.raised_on, issue.at, issue.is_demo = told.raised, moment(told.raised), True
    audit.save(issue, by=park, reason="提出问题", at=moment(told.raised))
    if told.handed is None:
        return issue
    issue.lead_unit, issue.assist_units = told.lead, told.assist
    issue.handed_on, issue.due_on = told.handed, told.due
    write(issue, IssueState.WORKING, staff, f"交办{told.lead}", told.handed)
    if told.step:
        day = max(told.handed, date(2021, 9, 22))
        IssueStep.objects.create(issue=issue, on=day, words=told.step, by=park, at=moment(day))
    if told.result:
        issue.result = told.result
        write(issue, IssueState.SOLVED, park, f"申请销号：{told.result}", told.closed or date(2021, 9, 26))
    if told.closed:
        issue.closed_on = told.closed
        write(issue, IssueState.CLOSED, staff, "销号", told.closed)
    return issue


def write(issue: Issue, state: str, by: User, reason: str, day: date) -> None:
    issue.state, issue.version = state, issue.version + 1
    audit.save(issue, by=by, reason=reason, at=moment(day))
