"""我的下载: a person's own files, how far they are, and the files themselves."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import downloads
from projects.models import Download
from projects.views.papers import readable

SHOWN = 60


@access(readers)
@require_safe
def download_list(request: SignedInRequest) -> HttpResponse:
    return render(request, "projects/downloads.html", rows_of(request))


@access(readers)
@require_safe
def download_rows(request: SignedInRequest) -> HttpResponse:
    """The rows alone, asked for by the page while some are not ready. A row nobody took is written here."""
    context = rows_of(request)
    for row in context["rows"]:
        if downloads.needs_hand(row):
            downloads.start_here(row)
    return render(request, "projects/_downloads.html", context)


def rows_of(request: SignedInRequest) -> dict[str, Any]:
    rows = readable(request.user, Download.objects.visible_to(request.user)[:SHOWN])
    return {"rows": rows, "is_waiting": any(not row.finished_at for row in rows)}


@access(readers)
@require_safe
def download_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file, for who asked for it and nobody else."""
    row = own(request, pk)
    place = downloads.path_of(row) if row.is_ready else None
    if place is None:
        messages.error(request, downloads.GONE if row.is_ready else row.failed_why or "文件还在生成，请稍候。")
        return redirect("download_list")
    answer = FileResponse(place.open("rb"), as_attachment=True, filename=row.file_name)
    answer["Content-Type"] = "application/octet-stream"
    return answer


@access(readers)
@require_POST
def download_again(request: SignedInRequest, pk: int) -> HttpResponse:
    downloads.again(own(request, pk))
    return redirect("download_list")


def own(request: SignedInRequest, pk: int) -> Download:
    """A file the person asked for and may still read."""
    row = get_object_or_404(Download.objects.visible_to(request.user), pk=pk)
    if not readable(request.user, [row]):
        raise Http404
    return row
