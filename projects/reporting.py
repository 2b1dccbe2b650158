"""月报: filled by the unit, handed in, reviewed by the bureau (users.md §4.4). Amounts in 万元.

Required are 本月完成投资 and 形象进度, nothing else. What looks odd is said, and may stand with a word of explanation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import audit as site_audit
from portal import clock
from portal.choices import Role
from portal.models import User
from portal.money import wan
from projects import audit, derived, investment, lights
from projects.choices import BEFORE_BUILDING, ReportState
from projects.models import MonthlyReport, Project, ReportingPeriod
from projects.permissions import may_change

FIELDS = ("month_done", "progress", "problem", "reason", "helper", "next_step", "remark", "confirmed", "no_change")
JUMP = 3  # times the average month
NEED_DONE, NEED_PROGRESS = "请填写本月完成投资，没有完成的填0。", "请填写形象进度，没有变化的可沿用上月。"
CLOSED = "本月已关闭，如需修改请联系市局投资科重新开放。"
NOT_YOURS = "这个项目的月报由填报单位填报；待分派的项目由市局填报。"


@dataclass(frozen=True)
class Oddity:
    """Something a reader would ask about: which kind, and the sentence."""

    kind: str
    words: str


def oddities(report: MonthlyReport, *, earlier: MonthlyReport | None, opening: Decimal | None) -> list[Oddity]:
    """What is odd about a report: a fall, a jump, more than 总投资, money before the start, the same 形象进度.

    `earlier` is the report before it, `opening` what had been done before the year began.
    """
    done, project = report.month_done, report.project
    if done is None:
        return []
    found = []
    ytd = investment.ytd_before(earlier, report.period)
    if done < 0:
        found.append(Oddity("fall", f"本月完成投资为负数（{wan(done)}万元），累计将减少，请说明原因。"))
    if earlier and ytd > 0 and done > JUMP * ytd / earlier.period.month:
        average = wan(ytd / earlier.period.month)
        found.append(Oddity("jump", f"本月完成{wan(done)}万元，超过此前月均{average}万元的{JUMP}倍，请核对。"))
    total = project.total_investment
    if total is not None and done > 0 and ytd + done + (opening or 0) > total:
        found.append(Oddity("total", f"累计完成将超过总投资{wan(total)}万元，请核对。"))
    if done > 0 and project.stage in BEFORE_BUILDING:
        found.append(Oddity("early", "未开工项目不应有完成投资，前期费用请注明。"))
    if done > 0 and earlier and report.progress and report.progress == earlier.progress:
        found.append(Oddity("same", "形象进度与上月相同，请补充。"))
    return found


def missing(report: MonthlyReport) -> dict[str, str]:
    """What must still be filled before the report can be handed in, by field."""
    found = {}
    if report.month_done is None:
        found["month_done"] = NEED_DONE
    if not report.progress.strip():
        found["progress"] = NEED_PROGRESS
    return found


# --- filling -------------------------------------------------------------------------------------------------------


def report_of(project: Project, period: ReportingPeriod) -> MonthlyReport:
    """The report of the project in the period, or a new one, unsaved."""
    found = MonthlyReport.objects.filter(project=project, period=period).select_related("period", "project").first()
    return found or MonthlyReport(project=project, period=period, is_demo=project.is_demo)


def reports_for(by: User, project: Project) -> bool:
    """Of the projects a person sees: the unit reports for its own, the bureau for those of no unit."""
    return by.role == Role.PARK or (by.role == Role.STAFF and project.unit_id is None)


def refuse(project: Project, period: ReportingPeriod, by: User) -> None:
    """Only who reports for the project fills, while the period is open. Raises PermissionDenied or ValidationError."""
    if not (may_change(by, project) and reports_for(by, project)):
        raise PermissionDenied(NOT_YOURS)
    if period.opened_at is None:
        raise ValidationError(f"{period.label}月报还没有开放。")
    if period.closed_at is not None:
        raise ValidationError(CLOSED)


@transaction.atomic
def save_draft(
    *, project: Project, period: ReportingPeriod, by: User, facts: dict[str, Any], version: int | None = None
) -> MonthlyReport:
    """Keep what was typed, complete or not. `version` is that of the report when it was read (0: there was none):
    when somebody else saved it since, ValidationError says who, and nothing is lost on either side."""
    Project.objects.select_for_update().get(pk=project.pk)
    period = ReportingPeriod.objects.get(pk=period.pk)
    refuse(project, period, by)
    report = report_of(project, period)
    if report.state in (ReportState.SUBMITTED, ReportState.APPROVED):
        raise ValidationError(f"这个项目的月报{report.get_state_display()}，要修改请联系市局投资科退回。")
    if version is not None and report.pk and report.version != version:
        who = report.filled_by or "另一位用户"
        at = report.filled_at.astimezone(clock.SHANGHAI)
        raise ValidationError(f"{who}已于{at:%-H:%M}填写了这个项目，请刷新后核对。", code="stale")
    for name, value in facts.items():
        if name not in FIELDS:
            raise ValueError(f"{name} is no field of a report")
        setattr(report, name, value)
    report.filled_by, report.filled_at = by, clock.now()
    report.version = report.version + 1 if report.pk else 1
    earlier = investment.before([project.pk], period).get(project.pk)
    done = report.month_done
    report.ytd_done = None if done is None else (investment.ytd_before(earlier, period) + done)
    return audit.save(report, by=by, reason="填写月报")


@transaction.atomic
def no_change(*, projects: Iterable[Project], period: ReportingPeriod, by: User) -> int:
    """本月无变化: nothing was done, the 形象进度 of the month before stands. Returns how many reports were filled;
    one without an earlier 形象进度 is left out, it has to be written once."""
    projects = list(projects)
    earlier, filled = investment.before([one.pk for one in projects], period), 0
    for project in projects:
        last = earlier.get(project.pk)
        if last and last.progress:
            facts = {"month_done": Decimal(0), "progress": last.progress, "no_change": True}
            save_draft(project=project, period=period, by=by, facts=facts)
            filled += 1
    return filled


def locked(report: MonthlyReport) -> MonthlyReport:
    """Read a report anew, locked until the act is over. First its period, which nobody closes meanwhile, then its
    project, as drafts do."""
    ReportingPeriod.objects.select_for_update().get(pk=report.period_id)
    Project.objects.select_for_update().get(pk=report.project_id)
    return MonthlyReport.objects.select_for_update(of=("self",)).select_related("project", "period").get(pk=report.pk)


# --- handing in ----------------------------------------------------------------------------------------------------


def faults(report: MonthlyReport, *, earlier: MonthlyReport | None, opening: Decimal | None) -> dict[str, str]:
    """Why a report cannot be handed in: what is missing, and what is odd without a word about it."""
    found = missing(report)
    odd = oddities(report, earlier=earlier, opening=opening)
    if odd and not report.confirmed.strip():
        found["confirmed"] = "".join(one.words for one in odd)
    return found


@transaction.atomic
def submit(*, report: MonthlyReport, by: User) -> MonthlyReport:
    """Hand a report in. Raises ValidationError by field for what is missing or unexplained."""
    report = hand_in(report, by=by)
    relight([report.project_id])
    return report


def hand_in(report: MonthlyReport, *, by: User) -> MonthlyReport:
    report = locked(report)
    refuse(report.project, report.period, by)
    if report.state in (ReportState.SUBMITTED, ReportState.APPROVED):
        return report
    earlier = investment.before([report.project_id], report.period).get(report.project_id)
    if found := faults(report, earlier=earlier, opening=opening_of(report)):
        raise ValidationError(found)
    report.state, report.submitted_at = ReportState.SUBMITTED, clock.now()
    report.version += 1
    audit.save(report, by=by, reason="提交月报")
    investment.recount(report.project_id, report.period.year)
    report.refresh_from_db()
    return report


def opening_of(report: MonthlyReport) -> Decimal | None:
    plan = report.project.plans.filter(year=report.period.year).first()
    return plan.opening_cumulative if plan else None


@dataclass(frozen=True)
class Handed:
    """What 全部提交 did: how many were handed in, and what keeps each of the others."""

    count: int
    kept: Sequence[tuple[MonthlyReport, str]]


@transaction.atomic
def submit_all(*, period: ReportingPeriod, by: User, projects: Iterable[int] | None = None) -> Handed:
    """Hand in every draft and returned report of the person's projects that is complete; the others stay as they are,
    each with the reason."""
    mine = MonthlyReport.objects.filter(
        period=period, project__in=Project.objects.visible_to(by), state__in=(ReportState.DRAFT, ReportState.RETURNED)
    )
    mine = mine if by.role == Role.PARK else mine.filter(project__unit=None)
    mine = mine if projects is None else mine.filter(project__in=list(projects))
    ReportingPeriod.objects.select_for_update().get(pk=period.pk)
    done, kept = [], []
    for report in mine.select_related("project", "period").order_by("project"):
        try:
            with transaction.atomic():
                done.append(hand_in(report, by=by).project_id)
        except ValidationError as refused:
            kept.append((report, "".join(refused.messages)))
    relight(done)
    site_audit.log("report.submit", by=by, obj=period, rows=len(done), kept=len(kept))
    return Handed(len(done), kept)


# --- review --------------------------------------------------------------------------------------------------------


@transaction.atomic
def approve(*, reports: Iterable[MonthlyReport], by: User) -> int:
    """Approve reports that wait for it; each copies unit and amounts. Returns how many; the own ones are refused."""
    bureau(by)
    done = []
    for one in reports:
        report = locked(one)
        if report.state != ReportState.SUBMITTED or report.period.closed_at:
            continue
        plan = report.project.plans.filter(year=report.period.year).first()
        report.state, report.reviewed_by, report.reviewed_at = ReportState.APPROVED, by, clock.now()
        report.unit, report.total_investment = report.project.unit, report.project.total_investment
        report.annual_plan = plan.annual_plan if plan else None
        report.version += 1
        audit.save(report, by=by, reason="审核通过")
        derived.touch(report.project, on=(report.submitted_at or clock.now()).astimezone(clock.SHANGHAI).date())
        done.append(report.project_id)
    relight(done)
    site_audit.log("report.approve", by=by, rows=len(done))
    return len(done)


@transaction.atomic
def give_back(*, report: MonthlyReport, by: User, why: str) -> MonthlyReport:
    """Return a report to the unit with the reason; also an approved one, as long as its period is open."""
    bureau(by)
    if not why.strip():
        raise ValidationError({"returned_why": "退回请写明原因。"})
    report = locked(report)
    if report.period.closed_at:
        raise ValidationError("这一期已关闭，要退回请先重新开放。")
    if report.state not in (ReportState.SUBMITTED, ReportState.APPROVED):
        raise ValidationError(f"这个月报{report.get_state_display()}，不需要退回。")
    report.state, report.returned_why = ReportState.RETURNED, why.strip()[:200]
    report.reviewed_by, report.reviewed_at = by, clock.now()
    report.version += 1
    audit.save(report, by=by, reason=f"退回月报：{why.strip()}")
    investment.recount(report.project_id, report.period.year)
    relight([report.project_id])
    return report


def relight(projects: list[int]) -> None:
    """Bring the lights in line with what was handed in or returned."""
    lights.refresh(Project.objects.filter(pk__in=projects), on=clock.today())


def bureau(by: User) -> None:
    if by.role != Role.STAFF:
        raise PermissionDenied("月报由市局投资科审核。")


@transaction.atomic
def open_with(
    *, project: Project, period: ReportingPeriod, ytd: Decimal, progress: str = "", by: User
) -> MonthlyReport:
    """期初数: the 本年累计 with which the system starts, once per project; approved at once."""
    bureau(by)
    Project.objects.select_for_update().get(pk=project.pk)
    if ReportingPeriod.objects.get(pk=period.pk).closed_at is not None:
        raise ValidationError(CLOSED)
    if MonthlyReport.objects.filter(project=project, period__year=period.year).exclude(period=period).exists():
        raise ValidationError("这个项目已有月报，不能再导入期初数。")
    report = report_of(project, period)
    if report.pk and not report.is_opening:
        raise ValidationError("这个项目本期已有月报，不能再导入期初数。")
    plan = project.plans.filter(year=period.year).first()
    report.is_opening, report.ytd_done, report.progress = True, ytd, progress[:300]
    report.state, report.filled_by, report.filled_at = ReportState.APPROVED, by, clock.now()
    report.unit, report.total_investment = project.unit, project.total_investment
    report.annual_plan = plan.annual_plan if plan else None
    report.version = report.version + 1 if report.pk else 1
    audit.save(report, by=by, reason="导入期初数")
    relight([project.pk])
    return report
