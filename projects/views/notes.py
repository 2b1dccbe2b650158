"""更新进展 for one project or several at once, and 记一次催办."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from portal.permissions import access, bureau, park_or_bureau
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import notes
from projects.forms.notes import ChaseForm, NoteForm, NoteRows
from projects.models import Project

MOST_AT_ONCE = 100


def way_back(request: SignedInRequest, otherwise: str) -> str:
    """The page of ours the person came from: sent along with the form, or the one that led here."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    ours = came_from.netloc == request.get_host() and came_from.path != request.path
    referer = f"{came_from.path}?{came_from.query}" if ours else ""
    wanted = request.POST.get("next") or request.GET.get("next") or referer
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else otherwise


@access(park_or_bureau)
def project_note(request: SignedInRequest, pk: int) -> HttpResponse:
    """更新进展, as a page or inside a dialog of the list; with the stage in the same form."""
    visible = Project.objects.visible_to(request.user).select_related("newest_note", "unit")
    project = get_object_or_404(visible, pk=pk)
    back = way_back(request, project.get_absolute_url())
    form = NoteForm(request.POST or None, project=project, next_url=back)
    if request.method == "POST" and form.is_valid():
        to, actual = form.cleaned_data["to"], form.cleaned_data["actual"]
        try:
            notes.report(
                project=project, version=project.version, by=request.user, note=form.note(), to=to, actual=actual
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已更新“{project.name}”的进展。")
            return redirect(back)
    template = "projects/_note_form.html" if request.htmx else "projects/note.html"
    context = {"form": form, "project": project, "back_url": back}
    return render(request, template, context, status=422 if form.errors else 200)


@access(park_or_bureau)
def project_notes(request: SignedInRequest) -> HttpResponse:
    """更新进展 for the projects chosen in the list, one row each; rows left empty are left alone."""
    sent = request.POST.getlist("ids") or request.GET.getlist("ids")
    ids = [number for one in sent if (number := whole_number(one)) is not None][:MOST_AT_ONCE]
    visible = Project.objects.visible_to(request.user).select_related("unit", "newest_note")
    projects = {project.pk: project for project in visible.filter(pk__in=ids).order_by("unit__order", "pk")}
    back = way_back(request, reverse("project_list"))
    saving = "form-TOTAL_FORMS" in request.POST
    rows = NoteRows(request.POST if saving else None, initial=[{"project": pk} for pk in projects])
    if saving and rows.is_valid():
        wanted = [(projects.get(row.cleaned_data["project"]), row.note()) for row in rows]
        written = [(project, note) for project, note in wanted if project and notes.has_text(note)]
        notes.add_many(notes=written, by=request.user)
        messages.success(request, f"已更新{len(written)}个项目的进展。" if written else "没有填写内容，未作更新。")
        return redirect(back)
    pairs = [(projects.get(whole_number(row["project"].value()) or 0), row) for row in rows]
    context = {"rows": rows, "pairs": [pair for pair in pairs if pair[0]], "back_url": back}
    return render(request, "projects/notes.html", context, status=422 if saving else 200)


@access(bureau)
def project_chase(request: SignedInRequest, pk: int) -> HttpResponse:
    """记一次催办, as a page or inside a dialog."""
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("unit"), pk=pk)
    back = way_back(request, project.get_absolute_url())
    form = ChaseForm(request.POST or None, next_url=back)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("channel", "answer", "promised_on")}
        try:
            notes.add_chase(project=project, by=request.user, **said)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已记录对“{project.name}”的催办。")
            return redirect(back)
    template = "projects/_chase_form.html" if request.htmx else "projects/chase.html"
    context = {"form": form, "project": project, "back_url": back}
    return render(request, template, context, status=422 if form.errors else 200)
