"""A batch as a whole: what the register has and the file has not, and 撤销本次导入."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal.permissions import access, bureau, park_or_bureau
from portal.requests import SignedInRequest
from projects.choices import BatchKind, RowVerdict, UndoOutcome
from projects.importing import absent, decisions, jobs, undoing
from projects.importing.undoing import UndoError
from projects.models import ImportBatch, ImportRow

KEPT_ON_PAGE = 50


def load(request: SignedInRequest, pk: int) -> ImportBatch:
    """A written batch the person may see."""
    mine = ImportBatch.objects.visible_to(request.user).exclude(digest="").select_related("by", "undone_by")
    return get_object_or_404(mine, pk=pk)


@access(park_or_bureau)
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """What undoing would restore, recycle and keep; by POST do it, if it still is what the page showed."""
    batch = load(request, pk)
    try:
        if request.method == "POST":
            digest = request.POST.get("digest", "")
            if batch.kind == BatchKind.IMPORT and jobs.is_long(batch) and not undoing.refusal(batch, request.user):
                jobs.queue(batch, jobs.UNDO, by=request.user, digest=digest)
                return redirect(batch)
            undoing.undo(batch, by=request.user, digest=digest)
            messages.success(request, f"已撤销本次{batch.act}。")
            return redirect(batch)
        outlook = undoing.preview(batch, by=request.user)
    except UndoError as refused:
        messages.error(request, refused.messages[0])
        return redirect("import_undo", pk) if refused.code == undoing.STALE else redirect(batch)
    return render(request, "projects/import_undo.html", {"batch": batch, "outlook": outlook, "shown": undoing.SHOWN})


@access(bureau)
@require_POST
def import_absent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remember which projects that the file does not name are to go, and why: of a page, or of all."""
    mine = ImportBatch.objects.workable_by(request.user).exclude(digest="").filter(phase="")
    batch = get_object_or_404(mine, pk=pk)
    every, reason = request.POST.get("all"), request.POST.get("reason", "").strip()
    if every == decisions.TAKE and not reason:
        messages.error(request, "请写明退出原因。")
    else:
        if every in (decisions.KEEP, decisions.TAKE):
            absent.choose_all(batch, every, reason=reason)
        else:
            absent.choose(batch, absent.chosen(request.POST))
        if request.htmx:
            return HttpResponse(status=204)
        messages.success(request, "选择已保存，写入时生效。")
    return redirect(f"{reverse('import_preview', args=[pk])}?verdict={RowVerdict.ABSENT.value}")


@access(park_or_bureau)
def import_kept(request: SignedInRequest, pk: int) -> HttpResponse:
    """What undoing left as it was, and why."""
    batch = load(request, pk)
    rows = ImportRow.objects.filter(batch=batch, undone=UndoOutcome.KEPT).select_related("project").order_by("pk")
    page = Paginator(rows, KEPT_ON_PAGE).get_page(request.GET.get("page"))
    return render(request, "projects/import_kept.html", {"batch": batch, "page_obj": page})
