"""批量修改: what to set for the chosen projects, the preview of it, and the batch it became."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.permissions import access, bureau
from portal.requests import SignedInRequest
from projects.bulk import batches, selection
from projects.bulk.batches import BulkError
from projects.choices import BatchKind, BatchState, RowVerdict
from projects.forms.bulk import BulkForm
from projects.importing import undoing
from projects.models import ImportBatch
from projects.views.listing import address, tidy

ROWS, NAMED = 50, 5
LABELS = {RowVerdict.CHANGED: "修改", RowVerdict.SAME: "不变", RowVerdict.ERROR: "不能修改"}


@access(bureau)
def bulk_edit(request: SignedInRequest) -> HttpResponse:
    """What to set. The chosen projects come from the list page; the filter it showed is in the address."""
    query = tidy(request.GET)
    query.pop("ids", None)
    data = request.POST if request.method == "POST" else request.GET
    chosen = selection.read(data, query)
    back = address(query)
    try:
        projects = selection.find(chosen, user=request.user)
    except ValidationError as refused:
        told = {"refused": refused.messages[0], "back_url": back}
        return render(request, "projects/bulk_refused.html", told, status=409 if chosen.everything else 200)
    form = BulkForm(request.POST if "reason" in request.POST else None, user=request.user, year=chosen.year)
    if form.is_bound and form.is_valid():
        batch = batches.stage(projects, form.wish(), year=chosen.year, by=request.user)
        return redirect(batch)
    context = {
        "form": form,
        "heading": "批量修改",
        "submit_label": "下一步：逐个核对",
        "chosen": chosen,
        "count": projects.count(),
        "names": list(projects.values_list("name", flat=True)[:NAMED]),
        "back_url": back,
    }
    return render(request, "projects/bulk_edit.html", context, status=422 if form.errors else 200)


@access(bureau)
def bulk_batch(request: SignedInRequest, pk: int) -> HttpResponse:
    """What writing would do to each project, or what it did; by POST write it."""
    batch = load(request, pk)
    if request.method == "POST":
        return commit(request, batch)
    verdict = request.GET.get("verdict") or first_tab(batch)
    if verdict not in LABELS:
        raise Http404
    rows = batch.rows.filter(verdict=verdict).select_related("project__unit")
    context = {
        "batch": batch,
        "open": batch.state == BatchState.PREVIEW,
        "verdict": verdict,
        "tabs": tabs(batch, verdict),
        "page_obj": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "undoable": not undoing.refusal(batch, request.user),
    }
    return render(request, "projects/bulk_batch.html", context)


def commit(request: SignedInRequest, batch: ImportBatch) -> HttpResponse:
    """Write it, or say why not and show where it stands."""
    try:
        if "again" in request.POST:
            batches.stage_again(batch, by=request.user)
            messages.info(request, "已按现在的内容重新核对。")
            return redirect(batch)
        only = request.POST.get("what") == "good"
        counts = batches.commit(batch, by=request.user, digest=request.POST.get("digest", ""), only_possible=only)
    except BulkError as refused:
        messages.error(request, refused.messages[0])
        return redirect(batch)
    messages.success(request, f"已修改{counts[RowVerdict.CHANGED]}个项目。30天内可以撤销。")
    return redirect(batch)


@access(bureau)
@require_POST
def bulk_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        batches.discard(load(request, pk), by=request.user)
        messages.info(request, "已放弃这次批量修改，没有修改任何项目。")
    except BulkError as refused:
        messages.error(request, refused.messages[0])
    return redirect("project_list")


# --- parts -----------------------------------------------------------------------------------------------------


def load(request: SignedInRequest, pk: int) -> ImportBatch:
    """A written batch of anybody's, or a preview of one's own."""
    mine = Q(by=request.user) | ~Q(state=BatchState.PREVIEW)
    found = ImportBatch.objects.filter(mine, kind=BatchKind.BULK).select_related("by", "undone_by")
    return get_object_or_404(found, pk=pk)


def first_tab(batch: ImportBatch) -> str:
    """While it is a preview, what cannot be changed comes first."""
    order = (RowVerdict.ERROR, RowVerdict.CHANGED, RowVerdict.SAME)
    if batch.state != BatchState.PREVIEW:
        order = (RowVerdict.CHANGED, RowVerdict.ERROR, RowVerdict.SAME)
    return next((tab for tab in order if batch.counts.get(tab)), RowVerdict.SAME)


def tabs(batch: ImportBatch, verdict: str) -> list[dict[str, Any]]:
    return [
        {
            "url": f"?verdict={tab.value}",
            "label": label,
            "count": batch.counts.get(tab, 0),
            "active": tab == verdict,
        }
        for tab, label in LABELS.items()
    ]
