"""期初数: the bureau imports the 本年累计 with which the system starts, with a preview before anything is kept."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import audit
from portal.excel.refusal import Refused
from portal.permissions import access, bureau
from portal.requests import SignedInRequest
from projects import openings
from projects.forms.month_upload import TableForm
from projects.importing import uploads
from projects.models import ReportingPeriod
from projects.reporting import CLOSED

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "openings"
CARRIED = 2_000_000  # characters a preview may carry
TOLD = 10  # rows told one by one


@access(bureau)
@require_safe
def opening_table(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The table to fill: every project of the year."""
    period = get_object_or_404(ReportingPeriod, pk=pk)
    file = BytesIO()
    rows = openings.write_table(file, period=period, by=request.user)
    file.seek(0)
    audit.log("report.table", by=request.user, request=request, obj=period, rows=rows, kind="期初数")
    return FileResponse(
        file, as_attachment=True, filename=f"{period.year}年{period.span}期初数.xlsx", content_type=XLSX
    )


@access(bureau)
def period_opening(request: SignedInRequest, pk: int) -> HttpResponse:
    """Drop the filled table; the answer is its preview."""
    period = get_object_or_404(ReportingPeriod, pk=pk)
    if period.closed_at:
        messages.error(request, CLOSED)
        return redirect(address(period))
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            return preview(request, period, form)
        except Refused as refusal:
            audit.log(
                "report.opening", by=request.user, request=request, obj=period, result="refused", code=refusal.code
            )
            form.add_error("file", refusal.message)
    context = {"form": form, "period": period, "back_url": address(period)}
    return render(request, "projects/opening.html", context, status=422 if form.errors else 200)


def preview(request: SignedInRequest, period: ReportingPeriod, form: TableForm) -> HttpResponse:
    """Every row of the file with what would become of it. Raises `Refused`."""
    file = form.cleaned_data["file"]
    with uploads.incoming(file.chunks()) as (place, _):
        table = openings.read(place, name=file.name, period=period)
    found = openings.judge(*table, period=period, by=request.user)
    rows, wrong = openings.as_json(found), sum(bool(one.faults) for one in found)
    kept = {"by": request.user.pk, "period": period.pk, "rows": rows, "wrong": wrong}
    carried = signing.dumps(kept, salt=SALT, compress=True)
    if len(carried) > CARRIED:
        raise Refused("too_large", openings.TOO_MANY)
    by_verdict = [
        (key, label, [one for one in found if one.verdict == key]) for key, label in openings.VERDICTS.items()
    ]
    context = {
        "period": period,
        "filename": uploads.shown(file.name),
        "groups": [group for group in by_verdict if group[2]],
        "counts": [(label, len(those)) for _, label, those in by_verdict],
        "writable": len(rows),
        "total": sum(one.ytd or 0 for one in found if not one.faults),
        "carried": carried,
        "back_url": address(period),
    }
    return render(request, "projects/opening_preview.html", context)


@access(bureau)
@require_POST
def opening_write(request: SignedInRequest, pk: int) -> HttpResponse:
    period = get_object_or_404(ReportingPeriod, pk=pk)
    try:
        kept: dict[str, Any] = signing.loads(request.POST.get("carried", ""), salt=SALT)
    except signing.BadSignature:
        kept = {}
    if (kept.get("by"), kept.get("period")) != (request.user.pk, period.pk):
        messages.error(request, "核对结果已失效，请重新上传。")
        return redirect("period_opening", pk)
    count, left = openings.write(period=period, rows=kept["rows"], by=request.user, wrong=kept["wrong"])
    if count:
        messages.success(request, f"已导入{count}个项目的期初数（{period.span}累计），{period.label}关闭后计入汇总。")
    for name, words in left[:TOLD]:
        messages.error(request, f"{name}没有导入：{words}")
    if kept["wrong"]:
        messages.error(request, f"{kept['wrong']}行有错没有导入，请改正后重新上传。")
    return redirect(address(period))


def address(period: ReportingPeriod) -> str:
    return f"{reverse('settings_periods')}?year={period.year}"
