"""The recycle bin: what was deleted, by whom, when and why, and the way back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.permissions import access, bureau
from portal.requests import SignedInRequest
from projects import lifecycle
from projects.forms.acts import RecycleForm
from projects.models import Project

ON_PAGE = 50


@access(bureau)
def recycle(request: SignedInRequest) -> HttpResponse:
    """What one deleted oneself; the lead sees everything."""
    deleted = Project.objects.recyclable_by(request.user).select_related("unit", "enterprise", "deleted_by")
    pages = Paginator(deleted.with_delete_reason().order_by("-deleted_at", "-pk"), ON_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"page_obj": page, "projects": page.object_list}
    return render(request, "projects/recycle.html", context)


@access(bureau)
def project_recycle(request: SignedInRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("unit"), pk=pk)
    form = RecycleForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            lifecycle.recycle(project=project, version=project.version, by=request.user, reason=reason)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{project.name}”已移入回收站，可随时恢复。")
            return redirect("project_list")
    context = {"form": form, "project": project}
    return render(request, "projects/delete.html", context, status=422 if form.errors else 200)


@access(bureau)
@require_POST
def project_restore(request: SignedInRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.recyclable_by(request.user), pk=pk)
    try:
        lifecycle.restore(project=project, by=request.user)
    except ValidationError as refused:
        messages.error(request, f"“{project.name}”不能恢复：{' '.join(refused.messages)}")
        return redirect("recycle")
    messages.success(request, f"已恢复“{project.name}”。")
    return redirect(project)
