"""批量建账号: the blank table, the preview of a filled one, and the accounts with their passwords, shown once."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from parks import people_sheet
from parks.forms import PeopleSheetForm
from portal.excel.refusal import Refused
from portal.permissions import access, sysadmin
from portal.requests import SignedInRequest

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SALT = "people"
VALID_SECONDS = 3600
GONE = "核对结果已失效，请重新上传。"


@access(sysadmin)
@require_safe
def people_table(request: SignedInRequest) -> HttpResponseBase:
    file = BytesIO()
    people_sheet.write_blank(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="账号名单.xlsx", content_type=XLSX)


@access(sysadmin)
def people_import(request: SignedInRequest) -> HttpResponse:
    """Drop the filled table; the answer is its preview with all faults at once."""
    form = PeopleSheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines = people_sheet.read(file.chunks(), name=file.name)
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            people_sheet.judge(lines)
            return preview(request, lines)
    return render(request, "parks/people_import.html", {"form": form}, status=422 if form.errors else 200)


def preview(request: SignedInRequest, lines: list[people_sheet.Line]) -> HttpResponse:
    wrong = [line for line in lines if line.faults]
    carried = ""
    if not wrong:
        kept = {"by": request.user.pk, "rows": people_sheet.as_json(lines)}
        carried = signing.dumps(kept, salt=SALT, compress=True)
    context = {"lines": lines, "wrong": wrong, "carried": carried}
    return render(request, "parks/people_preview.html", context)


@access(sysadmin)
@require_POST
def people_import_write(request: SignedInRequest) -> HttpResponse:
    try:
        kept: dict[str, Any] = signing.loads(request.POST.get("carried", ""), salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        kept = {}
    if kept.get("by") != request.user.pk:
        messages.error(request, GONE)
        return redirect("people_import")
    try:
        made = people_sheet.create_all(kept["rows"], by=request.user, request=request)
    except ValidationError as error:
        messages.error(request, f"一个账号也没有建立。{' '.join(error.messages)}")
        return redirect("people_import")
    return render(request, "parks/people_made.html", {"made": made})
