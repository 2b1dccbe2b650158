"""数据导入, between the upload and the preview: how far a job is, what the columns are, how blanks count."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from portal import audit
from portal.excel.refusal import Refused
from portal.permissions import access, park_or_bureau
from portal.requests import SignedInRequest
from projects.choices import BatchState
from projects.forms.importing import years
from projects.importing import batches, choosing, jobs, mapping, memory, remarks, uploads
from projects.importing.choosing import Answer
from projects.models import ImportBatch
from projects.views.exporting import XLSX
from projects.views.importing import load


def next_step(batch: ImportBatch) -> HttpResponseRedirect:
    """The page of the columns when something has to be asked or to be chosen, else the preview."""
    asked = batch.state == BatchState.PREVIEW and (batch.summary.get("questions") or batch.job.get("columns"))
    return redirect("import_columns" if asked else "import_preview", batch.pk)


# --- a job and its bar -----------------------------------------------------------------------------------------


@access(park_or_bureau)
def import_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """The bar alone, for the page that asks every second; when the job is done, the way on."""
    batch = load(request.user, pk, unfinished=True, reading=True)
    if jobs.is_stuck(batch):
        jobs.start_here(batch)
    if not batch.phase:
        return HttpResponseClientRedirect(next_step(batch).url)
    return render(request, "projects/_import_progress.html", {"batch": batch, "standing": jobs.standing(batch)})


@access(park_or_bureau)
@require_POST
def import_restart(request: SignedInRequest, pk: int) -> HttpResponse:
    if not jobs.restart(load(request.user, pk, unfinished=True, reading=True)):
        messages.info(request, "正在处理，不需要重新开始。")
    return redirect("import_preview", pk)


# --- columns ---------------------------------------------------------------------------------------------------


@access(park_or_bureau)
def import_columns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which sheets are read, where their heading is, what each column means, in which unit, of which year."""
    batch = load(request.user, pk)
    if batch.state != BatchState.PREVIEW:
        return redirect("import_preview", pk)
    survey, problems = batch.summary["sheets"], []
    if request.method == "POST":
        try:
            return follow(request, batch, choosing.read(survey, request.POST, year=batch.year, before=wanted(batch)))
        except ValidationError as error:
            problems = error.messages
        except Refused as refusal:
            problems = [refusal.message]
    context = {
        "batch": batch,
        "sheets": choosing.sheets(survey, request.POST or None),
        "problems": problems,
        "questions": [] if problems else batch.summary.get("questions", []),
        "fields": choosing.FIELDS,
        "units": choosing.UNIT_CHOICES,
        "year_choices": years(batch.year),
        "amounts": mapping.MONEY,
    }
    return render(request, "projects/import_columns.html", context, status=422 if problems else 200)


def wanted(batch: ImportBatch) -> mapping.Wish:
    return mapping.from_json(batch.mapping)


def follow(request: SignedInRequest, batch: ImportBatch, answer: Answer) -> HttpResponse:
    """Read the file as the person said and remember it for the next of the same headings."""
    again = "reread" in request.POST or answer.reread
    if not again:
        memory.remember(batch.summary["sheets"], answer.wish, by=request.user)
    if answer.changed and jobs.is_long(batch):
        batch.mapping = answer.wish.as_json()
        batch.save(update_fields=["mapping"])
        jobs.queue(batch, jobs.READ, by=request.user, columns=again)
        return redirect("import_preview", batch.pk)
    if answer.changed:
        uploads.restage(batch, by=request.user, wish=answer.wish)
    return redirect("import_columns" if again else "import_preview", batch.pk)


# --- options ---------------------------------------------------------------------------------------------------


@access(park_or_bureau)
@require_POST
def import_blank(request: SignedInRequest, pk: int) -> HttpResponse:
    """Turn 空白即清空 on or off."""
    batch, on = load(request.user, pk), "blank_clears" in request.POST
    if batch.state != BatchState.PREVIEW:
        messages.error(request, batches.taken(batch))
    elif jobs.is_long(batch):
        jobs.queue(batch, jobs.AGAIN, by=request.user, blank_clears=on)
    else:
        batches.set_blank_clears(batch, on, by=request.user)
        messages.info(request, "空白单元格现在会清空库内的内容，请核对。" if on else "空白单元格不会清掉库内的内容。")
    return redirect("import_preview", pk)


# --- 错误说明 --------------------------------------------------------------------------------------------------


@access(park_or_bureau)
@require_safe
def import_errors(request: SignedInRequest, pk: int) -> HttpResponse | FileResponse:
    """The uploaded workbook with a red column that says what is wrong with each row."""
    batch = load(request.user, pk, reading=True)
    try:
        made = remarks.workbook(batch)
    except Refused as refusal:
        messages.error(request, refusal.message)
    except FileNotFoundError:
        messages.error(request, "这次上传的文件已经清理，请重新上传。")
    else:
        count = sum(batch.counts.get(verdict, 0) for verdict in remarks.LOOKED_AT)
        audit.log("import.errors", by=request.user, request=request, obj=batch, rows=count)
        return FileResponse(BytesIO(made), as_attachment=True, filename=remarks.filename(batch), content_type=XLSX)
    return redirect("import_preview", pk)
