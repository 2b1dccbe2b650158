"""填报期: the months of a year as rows the bureau opens, closes and reopens (domain.md §7.1)."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q

from parks.models import Park
from portal import audit, calendar, clock
from portal.calendar import SHANGHAI, WorkCalendar
from portal.choices import Role
from portal.models import User
from projects import investment, light_runs, month_lights, overview_store
from projects.choices import Deadline, ReportState
from projects.models import Project, ReportingPeriod
from projects.models.queries import ProjectQuerySet
from projects.models.reporting import last_day
from projects.models.sets import must_report

DUE_DAYS = {Deadline.SAME_MONTH: 25, Deadline.NEXT_MONTH: 3}
DUE_TIME = time(17)
FIRST_TOGETHER = 2  # January alone is not reported
NOT_YOURS = "填报期由市局投资科维护。"


def preset(
    year: int, *, deadline: str = Deadline.SAME_MONTH, days: WorkCalendar | None = None
) -> list[ReportingPeriod]:
    """The eleven periods of a year, unsaved: 1—2月 together, due at 17:00 of the 25th or of the 3rd of the next month,
    rolled forward."""
    days = days or calendar.current()
    return [
        ReportingPeriod(
            year=year,
            first_month=1 if month == FIRST_TOGETHER else month,
            month=month,
            due_at=datetime.combine(days.roll_forward(due_day(year, month, deadline)), DUE_TIME, SHANGHAI),
            as_of=last_day(year, month),
        )
        for month in range(FIRST_TOGETHER, 13)
    ]


def due_day(year: int, month: int, deadline: str) -> date:
    """The day of the deadline before it is rolled forward."""
    day = DUE_DAYS[Deadline(deadline)]
    after = deadline == Deadline.NEXT_MONTH
    return (last_day(year, month) + timedelta(days=day)) if after else date(year, month, day)


@transaction.atomic
def prepare(*, year: int, by: User, deadline: str = Deadline.SAME_MONTH) -> list[ReportingPeriod]:
    """Write the periods of a year that are not there yet. They ask for nothing until they are opened."""
    refuse(by)
    known = set(ReportingPeriod.objects.filter(year=year).values_list("month", flat=True))
    made = [period for period in preset(year, deadline=deadline) if period.month not in known]
    ReportingPeriod.objects.bulk_create(made)
    audit.log("period.prepare", by=by, year=year, deadline=str(deadline), rows=len(made))
    return made


@transaction.atomic
def edit(*, period: ReportingPeriod, due_at: datetime, as_of: date, by: User) -> ReportingPeriod:
    """Change deadline and 数据时点 of a period that is not closed."""
    refuse(by)
    period = held(period)
    if period.closed_at:
        raise ValidationError("这一期已关闭，要修改请先重新开放。")
    if due_at.astimezone(SHANGHAI).date() < date(period.year, period.month, 1):
        raise ValidationError({"due_at": "截止时间不能早于当月1日。"})
    period.due_at, period.as_of = due_at, as_of
    period.full_clean()
    period.save()
    light_runs.relight()
    audit.log("period.edit", by=by, obj=period, due_at=due_at.isoformat(), as_of=str(as_of))
    return period


@transaction.atomic
def start(*, period: ReportingPeriod, by: User) -> ReportingPeriod:
    """Open a period: from now on its reports are asked for. One at a time, in their order, also across years."""
    refuse(by)
    period = held(period)
    if period.opened_at:
        raise ValidationError("这一期已经开放。")
    if clock.today() < date(period.year, period.first_month, 1):
        raise ValidationError(f"{period}还没有开始，不能提前开放。")
    if other := current():
        raise ValidationError(f"{other}还没有关闭，请先关闭再开放{period.label}。")
    later = Q(year__gt=period.year) | Q(year=period.year, month__gt=period.month)
    if ReportingPeriod.objects.filter(later, opened_at__isnull=False).exists():
        raise ValidationError("后面的月份已经开放过，不能再开放更早的月份。")
    period.opened_at, period.opened_by = clock.now(), by
    period.save()
    light_runs.relight()
    audit.log("period.open", by=by, obj=period)
    return period


@transaction.atomic
def close(*, period: ReportingPeriod, by: User) -> ReportingPeriod:
    """Close a period: its approved reports become the official 累计; who did not report keeps the last one."""
    refuse(by)
    period = held(period)
    if not period.opened_at or period.closed_at:
        raise ValidationError("只能关闭正在填报或审核的一期。")
    waiting = period.reports.filter(state=ReportState.SUBMITTED).count()
    if waiting:
        raise ValidationError(f"还有{waiting}个月报待审核，请先审核或退回，再关闭。")
    period.closed_at, period.closed_by = clock.now(), by
    period.save()
    investment.settle(year=period.year)
    month_lights.keep(period)
    overview_store.wake()
    audit.log("period.close", by=by, obj=period)
    return period


@transaction.atomic
def reopen(*, period: ReportingPeriod, by: User, reason: str) -> ReportingPeriod:
    """Open a closed period again, with the reason; only the newest one."""
    refuse(by)
    period = held(period)
    if not reason.strip():
        raise ValidationError({"reason": "重新开放须写明原因。"})
    newest = ReportingPeriod.objects.filter(year=period.year).closed().order_by("-month").first()
    if newest != period:
        raise ValidationError("只能重新开放最近关闭的一期。")
    if other := current():
        raise ValidationError(f"{other}正在填报，请先关闭。")
    period.closed_at = period.closed_by = None
    period.save()
    investment.settle(year=period.year)
    month_lights.forget(period)
    light_runs.relight()
    overview_store.wake()
    audit.log("period.reopen", by=by, obj=period, reason=reason.strip())
    return period


def held(period: ReportingPeriod) -> ReportingPeriod:
    """The period read anew; all of them stay as they are until the act is over: one person may open a month while
    another closes it."""
    every = ReportingPeriod.objects.select_for_update(of=("self",)).order_by("pk")
    return next(one for one in every if one.pk == period.pk)


def refuse(by: User) -> None:
    if by.role != Role.STAFF:
        raise PermissionDenied(NOT_YOURS)


# --- which period, and who must report -----------------------------------------------------------------------------


def newest_closed(year: int) -> ReportingPeriod | None:
    """The period all totals speak of."""
    return ReportingPeriod.objects.filter(year=year).closed().order_by("-month").first()


def current() -> ReportingPeriod | None:
    """The period that is being reported or reviewed: never more than one. In January it may be December's."""
    return ReportingPeriod.objects.open().order_by("-year", "-month").first()


def asked(period: ReportingPeriod, user: User, *, unit: Park | None = None) -> ProjectQuerySet:
    """应报范围: what the person sees of the projects that must report in the period, of a unit and those under it."""
    found = Project.objects.visible_to(user).in_year(period.year).filter(must_report())
    return found.in_unit(unit) if unit else found


def tally(period: ReportingPeriod, user: User, *, unit: Park | None = None) -> dict[str, int]:
    """How many must report and how many did, by state: asked, reported (handed in or approved), each state, missing."""
    states = {state.value: Count("pk", filter=Q(reports__period=period, reports__state=state)) for state in ReportState}
    projects = asked(period, user, unit=unit).order_by()
    found: dict[str, int] = projects.aggregate(asked=Count("pk", distinct=True), **states)
    found["reported"] = found[ReportState.SUBMITTED] + found[ReportState.APPROVED]
    found["missing"] = found["asked"] - found["reported"] - found[ReportState.RETURNED] - found[ReportState.DRAFT]
    return found
