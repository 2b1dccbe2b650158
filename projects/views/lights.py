"""人工定灯: set a light by hand, take it back; and how far a recomputation has come."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.permissions import access, bureau, lead
from portal.requests import SignedInRequest
from projects import light_runs, light_words, overrides, words
from projects.forms.lights import OverrideForm
from projects.models import LightOverride, Project


@access(lead)
def project_light(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set the light of a project by hand, with the reason and the last day."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = overrides.put(project=project, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已人工定灯，到{words.day_in_prose(made.until)}自动恢复按规则计算。")
            return redirect(project)
    context = {
        "form": form,
        "heading": "人工定灯",
        "lead_line": f"{project.name}：现在{light_words.sign_and_word(project.light)}，{project.light_why}。",
        "back_url": project.get_absolute_url(),
        "submit_label": "定灯",
    }
    return render(request, "form.html", context, status=422 if form.errors else 200)


@access(lead)
def light_release(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then end what was set by hand before its day."""
    seen = LightOverride.objects.filter(project__in=Project.objects.visible_to(request.user))
    override = get_object_or_404(seen.select_related("project"), pk=pk)
    if request.method == "POST":
        overrides.take_back(override=override, by=request.user)
        messages.success(request, "已撤销人工定灯，灯色恢复按规则计算。")
        return redirect(override.project)
    context = {
        "heading": "撤销人工定灯",
        "question": f"{override.project}：{override.get_light_display()}，{override.reason}，"
        f"至{words.day_in_prose(override.until)}。现在撤销吗？",
        "submit_label": "撤销",
        "back_url": override.project.get_absolute_url(),
    }
    return render(request, "confirm.html", context)


@require_safe
@access(bureau)
def light_progress(request: SignedInRequest) -> HttpResponse:
    """How far the recomputation is, asked for by the page every second. A run nobody has is taken up here."""
    run = light_runs.current()
    if run and light_runs.needs_hand(run):
        light_runs.start_here(run)
    context = {"standing": light_runs.standing(run) if run else None}
    return render(request, "projects/_light_progress.html", context)
