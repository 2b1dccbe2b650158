"""数据导入: upload, preview with choices, write or give up, and the earlier batches."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from portal import audit
from portal.excel.refusal import Refused
from portal.models import User
from portal.permissions import access, park_or_bureau
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects.choices import BatchKind, BatchState, RowVerdict
from projects.forms.importing import UploadForm
from projects.importing import absent, batches, decisions, jobs, report, undoing, uploads
from projects.models import ImportBatch

ROWS, BATCHES = 50, 20
KEY_FIELDS = ("unit", "year_type", "total_investment", "stage")  # of a new project, shown without asking
TABS = (RowVerdict.ERROR, RowVerdict.REVIEW, RowVerdict.NEW, RowVerdict.CHANGED, RowVerdict.SAME)


@access(park_or_bureau)
def import_start(request: SignedInRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        batch = upload(request, form)
        if batch:
            return redirect("import_columns" if batch.summary.get("questions") else "import_preview", batch.pk)
    kept = ImportBatch.objects.visible_to(request.user).told().select_related("by")
    page = Paginator(kept, BATCHES).get_page(request.GET.get("page"))
    unfinished = ImportBatch.objects.filter(by=request.user).exclude(phase="").order_by("-pk")[:5]
    return render(request, "projects/import_start.html", {"form": form, "page_obj": page, "unfinished": unfinished})


def upload(request: SignedInRequest, form: UploadForm) -> ImportBatch | None:
    """Read the file and keep its preview; a refusal becomes an error of the form. A long file is left to a job."""
    file, year = form.cleaned_data["file"], form.cleaned_data["year"]
    if file.size > jobs.LONG_FILE:
        batch = uploads.put_by(file.chunks(), filename=file.name, year=year, by=request.user)
        jobs.queue(batch, jobs.READ, by=request.user)
        return batch
    try:
        received = uploads.receive(file.chunks(), filename=file.name, year=year, by=request.user)
    except Refused as refusal:
        audit.log("import.refused", by=request.user, request=request, result="refused", code=refusal.code)
        form.add_error("file", refusal.message)
        return None
    batch = uploads.stage(received, by=request.user)
    audit.log("import.upload", by=request.user, request=request, obj=batch, sha256=batch.sha256, counts=batch.counts)
    return batch


def load(user: User, pk: int, *, unfinished: bool = False, reading: bool = False) -> ImportBatch:
    """A batch with a preview that the person may work on, for `reading` see; `unfinished`: also one that a job is at
    work on."""
    known = ~Q(digest="") | ~Q(phase="") if unfinished else ~Q(digest="") & Q(phase="")
    mine = ImportBatch.objects.visible_to(user) if reading else ImportBatch.objects.workable_by(user)
    mine = mine.filter(kind=BatchKind.IMPORT)
    return get_object_or_404(mine.filter(known).select_related("by", "undone_by"), pk=pk)


@access(park_or_bureau)
def import_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """What writing the batch would do, or what it did; while a job is at work on it, how far that is."""
    batch = load(request.user, pk, unfinished=True, reading=True)
    if batch.phase:
        context = {"batch": batch, "standing": jobs.standing(batch)}
        return render(request, "projects/import_waiting.html", context)
    verdict = request.GET.get("verdict") or first_tab(batch)
    if verdict not in RowVerdict.values:
        raise Http404
    rows = batch.rows.filter(verdict=verdict).select_related("project__unit").order_by("pk")
    context = {
        "batch": batch,
        "verdict": verdict,
        "tabs": tabs(batch, verdict),
        "page_obj": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "sums": list(report.sums(batch.summary)),
        "nothing": batches.nothing_to_write(batch),
        "earlier": batches.earlier(batch, to=request.user),
        "errors": batch.counts.get(RowVerdict.ERROR, 0),
        "open": batch.state == BatchState.PREVIEW and batches.may_work_on(batch, request.user),
        "skipped": skipped(batch.summary),
        "undoable": not undoing.refusal(batch, request.user),
        "key_fields": KEY_FIELDS,
    }
    return render(request, "projects/import_preview.html", context)


def first_tab(batch: ImportBatch) -> str:
    """What needs a look first: errors, then doubts, then changes."""
    return next((tab for tab in TABS if batch.counts.get(tab)), RowVerdict.SAME)


def tabs(batch: ImportBatch, verdict: str) -> list[dict[str, Any]]:
    order = [RowVerdict.NEW, RowVerdict.CHANGED, RowVerdict.SAME, RowVerdict.REVIEW, RowVerdict.ERROR]
    order += [RowVerdict.ABSENT] * bool(batch.counts.get(RowVerdict.ABSENT))
    return [
        {
            "url": f"?verdict={tab.value}",
            "label": tab.label,
            "count": batch.counts.get(tab, 0),
            "active": tab == verdict,
        }
        for tab in order
    ]


SKIPPED = {
    "title": "标题行",
    "unit": "单位行",
    "header": "表头",
    "group": "分组行",
    "total": "合计行",
    "note": "说明行",
    "blank": "空行",
    "duplicate": "重复行",
}


def skipped(summary: dict[str, Any]) -> str:
    return "、".join(f"{SKIPPED[kind]}{count}" for kind, count in summary["skipped"].items())


# --- acts ------------------------------------------------------------------------------------------------------


@access(park_or_bureau)
@require_POST
def import_choose(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remember choices: of one change as it is clicked, of a whole page, or of all."""
    batch = load(request.user, pk)
    if request.POST.get("all") in (decisions.KEEP, decisions.TAKE):
        another = batches.choose_all(batch, request.POST["all"])
    else:
        another = batches.choose(batch, chosen(request.POST))
    if another:
        decide_again(batch, by=request.user)
    if request.htmx:
        return HttpResponseClientRefresh() if another else HttpResponse(status=204)
    messages.success(request, "选择已保存。")
    return redirect(f"{request.path.removesuffix('choose/')}?verdict={RowVerdict.REVIEW.value}")


def decide_again(batch: ImportBatch, *, by: User) -> None:
    """Make the preview anew, in a job when that takes long."""
    if jobs.is_long(batch):
        jobs.queue(batch, jobs.AGAIN, by=by, blank_clears=batch.blank_clears)
    else:
        batches.stage_again(batch, by=by)


def chosen(data: QueryDict) -> dict[int, dict[str, str]]:
    """Read the radio buttons: choice-<row>-<field> is keep or take."""
    found: dict[int, dict[str, str]] = {}
    for name, choice in data.items():
        mark, _, rest = name.partition("-")
        row, _, field = rest.partition("-")
        number = whole_number(row)
        if mark == "choice" and number is not None:
            found.setdefault(number, {})[field] = str(choice)
    return found


@access(park_or_bureau)
@require_POST
def import_commit(request: SignedInRequest, pk: int) -> HttpResponse:
    batch = load(request.user, pk)
    if batches.choose(batch, chosen(request.POST)):
        decide_again(batch, by=request.user)
        messages.info(request, "按您的选择重新核对了，请看过后再写入。")
        return redirect("import_preview", pk)
    absent.choose(batch, absent.chosen(request.POST))
    skip_errors = request.POST.get("what") == "good" or "skip_errors" in request.POST
    if jobs.is_long(batch):
        jobs.queue(batch, jobs.WRITE, by=request.user, skip_errors=skip_errors)
        return redirect("import_preview", pk)
    try:
        batches.commit(batch, by=request.user, skip_errors=skip_errors)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("import_preview", pk)


@access(park_or_bureau)
@require_POST
def import_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        batches.discard(load(request.user, pk, unfinished=True), by=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.info(request, "已放弃，没有写入任何内容。")
    return redirect("import_start")
