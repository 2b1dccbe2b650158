"""月报填报: the table of a month first, the single form for the phone; everything typed is kept at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.choices import Role
from portal.models import User
from portal.permissions import access, park_or_bureau, readers
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import month_cells, periods, report_photos, report_rows, reporting
from projects.choices import Reason, ReportState
from projects.filters import units_of, year_of, years
from projects.models import ReportingPeriod
from projects.report_rows import ReportRow

STATES = {
    "": "全部", "missing": "未填", "draft": "草稿", "returned": "退回", "submitted": "待审核", "approved": "已审核",
}  # fmt: skip
TEXTS = ("progress", "problem", "confirmed", "helper", "next_step", "remark", "reason")


@require_safe
@access(readers)
def report_list(request: SignedInRequest) -> HttpResponse:
    """The table of a period: the one that is open, else the newest closed; a park fills, others read."""
    known = years()
    year, period = chosen(request.GET, known)
    context: dict[str, Any] = {
        "year": year,
        "years": known,
        "period": period,
        "periods": ReportingPeriod.objects.filter(year=year, opened_at__isnull=False).order_by("month"),
        "units": units_of(request.user, on=clock.today()),
        "park": request.GET.get("park", ""),
    }
    if period:
        context |= filled(request, period)
    return render(request, "projects/report_list.html", context)


def chosen(query: QueryDict, known: list[int]) -> tuple[int, ReportingPeriod | None]:
    """Year and period the address names; without a month the one that is open, else the newest closed. Without a year
    that of the open period: December is reported when its year may be over."""
    number, current = whole_number(query.get("month", "")), periods.current()
    if current and number is None and query.get("year") in (None, str(current.year)):
        return current.year, current
    year = year_of(query.get("year"), known)
    if number is None:
        return year, periods.newest_closed(year)
    return year, ReportingPeriod.objects.filter(year=year, month=number, opened_at__isnull=False).first()


def filled(request: SignedInRequest, period: ReportingPeriod) -> dict[str, Any]:
    """The rows of the chosen unit and state, and how many there are of each."""
    user, now = request.user, clock.now()
    unit = next((one for one in units_of(user, on=clock.today()) if one.code == request.GET.get("park")), None)
    every = report_rows.rows(period, user, unit=unit)
    state = request.GET.get("state", "")
    rows = [row for row in every if in_state(row, state)]
    return {
        "rows": [(row, row.words(now)) for row in rows],
        "chips": [chip(request, every, key, label, state) for key, label in STATES.items()],
        "reported": sum(row.is_handed_in for row in every),
        "asked": len(every),
        "may_write": period.closed_at is None and any(row.is_mine for row in every),
        "state_now": period.state(now),
        "late": now > period.due_at,
        "receipt": receipt(every, period, user) if every and all(row.is_handed_in for row in every) else "",
    }


def receipt(rows: list[ReportRow], period: ReportingPeriod, user: User) -> str:
    """What a unit that has handed in everything may paste into the chat group."""
    units = list(dict.fromkeys(row.project.unit.name for row in rows if row.project.unit))
    if user.role != Role.PARK or not units:
        return ""
    last = max(row.report.submitted_at or clock.now() for row in rows).astimezone(clock.SHANGHAI)
    return f"{'、'.join(units)}{period.label}月报{len(rows)}个已全部提交（{last:%-m月%-d日%-H:%M}）。"


def in_state(row: ReportRow, state: str) -> bool:
    if state == "open":
        return row.state in ("", ReportState.DRAFT)
    return state == "" or row.state == ("" if state == "missing" else state)


def chip(request: SignedInRequest, rows: list[ReportRow], key: str, label: str, active: str) -> dict[str, Any]:
    query = request.GET.copy()
    query["state"] = key
    return {
        "url": f"?{query.urlencode()}",
        "label": label,
        "count": sum(in_state(row, key) for row in rows),
        "active": key == active,
    }


# --- one row -----------------------------------------------------------------------------------------------------


def row_of(request: SignedInRequest, pk: int, period: ReportingPeriod) -> ReportRow:
    """The row of a project the person sees and that must report. Raises Http404."""
    projects = periods.asked(period, request.user).filter(pk=pk).with_names()
    found = report_rows.of_projects(projects, period, request.user)
    if not found:
        raise Http404
    return found[0]


def period_of(query: QueryDict) -> ReportingPeriod:
    """The period the address names, else the newest that is open. Raises Http404."""
    if "period" in query:
        return get_object_or_404(ReportingPeriod, pk=whole_number(query["period"]) or 0)
    found = ReportingPeriod.objects.open().order_by("-year", "-month").first()
    if found is None:
        raise Http404
    return found


@access(park_or_bureau)
@require_POST
def report_save(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep what was typed into a row, as it is typed; answer with its live line and what is still wrong."""
    period = period_of(request.POST)
    row = row_of(request, pk, period)
    facts, wrong = facts_of(request.POST)
    version = whole_number(request.POST.get("version", ""))
    try:
        reporting.save_draft(project=row.project, period=period, by=request.user, facts=facts, version=version)
    except ValidationError as refused:
        wrong["row"] = "".join(refused.messages)
    fresh = row_of(request, pk, period)
    context = {"row": fresh, "words": fresh.words(clock.now()), "wrong": wrong, "may_write": True}
    if "form" in request.GET:
        context |= {"saved_at": None if wrong else clock.now(), "oob": True}
        return render(request, "projects/_report_live.html", context)
    return render(request, "projects/_report_state.html", context)


def facts_of(data: QueryDict) -> tuple[dict[str, Any], dict[str, str]]:
    """What was typed, and what could not be read; a cell that cannot be read leaves the stored value."""
    facts: dict[str, Any] = {name: str(data[name]).strip() for name in TEXTS if name in data}
    wrong: dict[str, str] = {}
    if "month_done" in data:
        try:
            facts["month_done"] = month_cells.typed(str(data["month_done"]))
        except ValidationError as refused:
            wrong["month_done"] = refused.messages[0]
    if facts.keys() & {"month_done", "progress"}:
        facts["no_change"] = False
    return facts, wrong


@access(park_or_bureau)
def report_form(request: SignedInRequest, pk: int) -> HttpResponse:
    """One project on the phone: big type, one screen and a half; 提交并填下一个."""
    period = period_of(request.GET if request.method == "GET" else request.POST)
    row = row_of(request, pk, period)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        wrong = save_one(request, row)
        if not wrong and "submit" in request.POST:
            return redirect(next_address(request, row))
        if not wrong:
            messages.success(request, "草稿已保存。")
        row = row_of(request, pk, period)
    following, place, count = waiting_after(request, row)
    context = {
        "row": row,
        "words": row.words(clock.now()),
        "wrong": wrong,
        "place": place,
        "count": count,
        "following": following,
        "may_write": row.may_fill and period.closed_at is None,
        "reasons": Reason.choices,
        "photos": report_photos.of_reports([row.report], to=request.user).get(row.report.pk, []),
        "back_url": address(period),
    }
    return render(request, "projects/report_form.html", context, status=422 if wrong else 200)


def save_one(request: SignedInRequest, row: ReportRow) -> dict[str, str]:
    """Save the form and, with 提交, hand it in; returns what is wrong by field."""
    facts, wrong = facts_of(request.POST)
    version = whole_number(request.POST.get("version", ""))
    try:
        report = reporting.save_draft(
            project=row.project, period=row.period, by=request.user, facts=facts, version=version
        )
        if "submit" in request.POST and not wrong:
            reporting.submit(report=report, by=request.user)
    except ValidationError as refused:
        found = refused.message_dict if hasattr(refused, "error_dict") else {"row": refused.messages}
        wrong |= {name: "".join(words) for name, words in found.items()}
    return wrong


def waiting_after(request: SignedInRequest, row: ReportRow) -> tuple[ReportRow | None, int, int]:
    """The next project that is not handed in, which one of how many this is."""
    waiting = [one for one in report_rows.rows(row.period, request.user) if one.may_fill]
    ids = [one.project.pk for one in waiting]
    place = ids.index(row.project.pk) + 1 if row.project.pk in ids else 0
    others = [*waiting[place:], *waiting[: max(place - 1, 0)]]
    return (others[0] if others else None), place, len(waiting)


def next_address(request: SignedInRequest, row: ReportRow) -> str:
    """The form of the next one; after the last the table."""
    following, _, _ = waiting_after(request, row)
    if following is None:
        tally = periods.tally(row.period, request.user)
        messages.success(request, f"{row.period.label}月报{tally['reported']}个已全部提交。")
        return address(row.period)
    messages.success(request, f"已提交“{row.project.name}”。")
    return f"{reverse('report_form', args=[following.project.pk])}?period={row.period.pk}"


# --- all at once -------------------------------------------------------------------------------------------------


@access(park_or_bureau)
@require_POST
def report_no_change(request: SignedInRequest) -> HttpResponse:
    """本月无变化 for the ticked rows."""
    period = period_of(request.POST)
    ids = [number for one in request.POST.getlist("ids") if (number := whole_number(one)) is not None]
    projects = list(periods.asked(period, request.user).filter(pk__in=ids))
    try:
        count = reporting.no_change(projects=projects, period=period, by=request.user)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        left = len(projects) - count
        more = f"；{left}个没有上月形象进度，请填写一次" if left else ""
        messages.success(request, f"{count}个项目已按本月无变化填好{more}。" if projects else "请先勾选项目。")
    return redirect(address(period))


@access(park_or_bureau)
@require_POST
def report_submit(request: SignedInRequest) -> HttpResponse:
    """全部提交: what is complete is handed in; the rest is named with what it lacks."""
    period = period_of(request.POST)
    handed = reporting.submit_all(period=period, by=request.user)
    left = periods.tally(period, request.user)
    if handed.count:
        messages.success(request, f"{period.label}月报已提交{handed.count}个，共报{left['reported']}/{left['asked']}。")
    for report, why in handed.kept[:10]:
        messages.error(request, f"{report.project.name}没有提交：{why}")
    if len(handed.kept) > 10:
        messages.error(request, f"另有{len(handed.kept) - 10}个没有提交，见表中标红的行。")
    if not handed.count and not handed.kept:
        messages.info(request, "没有可提交的草稿。")
    return redirect(address(period))


def address(period: ReportingPeriod) -> str:
    return f"{reverse('report_list')}?year={period.year}&month={period.month}"
