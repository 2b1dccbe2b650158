"""下载填报表 and 上传填报表: the table of a month out to Excel and back, with a preview before anything is kept."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from parks.models import Park
from portal import audit, clock
from portal.excel.refusal import Refused
from portal.permissions import access, park_or_bureau
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import month_upload, periods, report_rows
from projects.exporting import month_table
from projects.exporting.lists import BUREAU
from projects.filters import units_of
from projects.forms.month_upload import TableForm
from projects.importing import uploads
from projects.models import ReportingPeriod
from projects.month_upload import Judged
from projects.reporting import CLOSED

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "month-upload"
CARRIED = 2_000_000  # characters a preview may carry
STALE_PREVIEW = "核对结果已失效，请重新上传填报表。"
TOLD = 10  # rows told one by one


def open_period(query: QueryDict) -> ReportingPeriod | None:
    """The period that is open; None when the address names another."""
    found = periods.current()
    asked = query.get("period")
    return found if found and (asked is None or whole_number(asked) == found.pk) else None


def closed(request: SignedInRequest) -> HttpResponse:
    messages.error(request, CLOSED)
    return redirect("report_list")


def unit_of(request: SignedInRequest, query: QueryDict) -> Park | None:
    """The unit the address names, of those the person sees."""
    units = units_of(request.user, on=clock.today())
    return next((one for one in units if one.code == query.get("park")), None)


@access(park_or_bureau)
@require_safe
def report_table(request: SignedInRequest) -> HttpResponseBase:
    """The table of the open period as xlsx: the rows the person reports for."""
    period, unit = open_period(request.GET), unit_of(request, request.GET)
    if period is None:
        return closed(request)
    rows = [row for row in report_rows.rows(period, request.user, unit=unit) if row.is_mine]
    named = list(dict.fromkeys(str(row.project.unit or BUREAU) for row in rows))
    name = str(unit) if unit else "、".join(named[:2]) + ("等" if len(named) > 2 else "")
    file = BytesIO()
    month_table.write(file, rows, period=period, unit=name)
    file.seek(0)
    audit.log("report.table", by=request.user, request=request, obj=period, rows=len(rows))
    demo = any(row.project.is_demo for row in rows)
    return FileResponse(
        file, as_attachment=True, filename=month_table.filename(period, name, demo=demo), content_type=XLSX
    )


@access(park_or_bureau)
def report_upload(request: SignedInRequest) -> HttpResponse:
    """Drop a filled table; the answer is its preview. Nothing is written yet."""
    period = open_period(request.POST if request.method == "POST" else request.GET)
    if period is None:
        return closed(request)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return preview(request, period, form)
        except Refused as refusal:
            detail = {"code": refusal.code, "name": uploads.shown(form.cleaned_data["file"].name)}
            audit.log("report.upload", by=request.user, request=request, obj=period, result="refused", **detail)
            form.add_error("file", refusal.message)
    context = {"form": form, "period": period, "back_url": address(period)}
    return render(request, "projects/report_upload.html", context, status=422 if form.errors else 200)


def preview(request: SignedInRequest, period: ReportingPeriod, form: TableForm) -> HttpResponse:
    """Every row of the file with what would become of it. Raises `Refused`."""
    file = form.cleaned_data["file"]
    with uploads.incoming(file.chunks()) as (place, _):
        table = month_upload.read(place, name=file.name)
    found = month_upload.judge(*table, period=period, by=request.user)
    wrong = [(one.name, one.fault_words) for one in found if one.verdict == month_upload.WRONG]
    kept = {"period": period.pk, "by": request.user.pk, "rows": month_upload.as_json(found), "wrong": wrong}
    carried = signing.dumps(kept, salt=SALT, compress=True)
    if len(carried) > CARRIED:
        raise Refused("too_large", month_upload.TOO_MANY)
    context = {
        "period": period,
        "filename": uploads.shown(file.name),
        "groups": groups(found),
        "counts": [(label, sum(one.verdict == key for one in found)) for key, label in month_upload.VERDICTS.items()],
        "writable": sum(one.verdict == month_upload.FILLED for one in found),
        "clashes": sum(one.verdict == month_upload.CLASH for one in found),
        "wrong": len(wrong),
        "carried": carried,
        "back_url": address(period),
    }
    return render(request, "projects/report_upload_preview.html", context)


def groups(found: list[Judged]) -> list[tuple[str, str, list[Judged]]]:
    """The rows by verdict, what needs a look first; empty ones are only counted."""
    told = [(key, label) for key, label in month_upload.VERDICTS.items() if key != month_upload.EMPTY]
    made = [(key, label, [one for one in found if one.verdict == key]) for key, label in told]
    return [group for group in made if group[2]]


@access(park_or_bureau)
@require_POST
def report_upload_write(request: SignedInRequest) -> HttpResponse:
    """存为草稿: the good rows at once, of the others those ticked; the wrong ones stay to be corrected in the table."""
    kept = carried(request)
    if kept is None:
        messages.error(request, STALE_PREVIEW)
        return redirect("report_upload")
    period = open_period(QueryDict(f"period={kept['period']}"))
    if period is None:
        return closed(request)
    taken = [number for one in request.POST.getlist("take") if (number := whole_number(one)) is not None]
    written = month_upload.write(
        period=period, rows=kept["rows"], taken=taken, by=request.user, wrong=len(kept["wrong"])
    )
    left = [*kept["wrong"], *written.kept_out]
    if written.count:
        messages.success(request, f"{written.count}个项目已存为草稿。核对后点“全部提交”。")
    elif not left:
        messages.info(request, "没有要填写的内容。")
    for name, words in left[:TOLD]:
        messages.error(request, f"{name}没有存：{words}")
    if len(left) > TOLD:
        messages.error(request, f"另有{len(left) - TOLD}个没有存，请改正后重新上传，或直接在下面的表里填写。")
    return redirect(address(period))


def carried(request: SignedInRequest) -> dict[str, Any] | None:
    """What the preview carries, as it was made for this person; None when it is not that."""
    try:
        kept: dict[str, Any] = signing.loads(request.POST.get("carried", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return kept if kept["by"] == request.user.pk else None


def address(period: ReportingPeriod) -> str:
    return f"{reverse('report_list')}?year={period.year}&month={period.month}"
