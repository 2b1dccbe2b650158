"""产能 of a project and 目标 of a 专题: entering, changing, taking away."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock
from portal.permissions import access, lead, park_or_bureau
from portal.requests import SignedInRequest
from projects import capacity, groups, sheet
from projects.choices import Segment
from projects.forms.capacity import LineForm, RemoveForm, TargetForm
from projects.models import CapacityLine, Project, Target

FORM, CONFIRM = "projects/capacity.html", "projects/capacity_delete.html"


def line_of(request: SignedInRequest, pk: int) -> CapacityLine:
    """The line, if its project is the person's to see."""
    seen = CapacityLine.objects.visible_to(request.user).select_related("project__unit")
    return get_object_or_404(seen, pk=pk)


def answer(
    request: SignedInRequest, form: Any, rule: Callable[[], object], page: dict[str, Any], template: str = FORM
) -> HttpResponse:
    """Show the form, or carry out its rule and go back."""
    if request.method == "POST" and form.is_valid():
        try:
            rule()
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{page['said']}。")
            return redirect(page["back_url"])
    return render(request, template, {"form": form, **page}, status=422 if form.errors else 200)


def back_to(project: Project) -> str:
    return f"{project.get_absolute_url()}#capacity"


@access(park_or_bureau)
def capacity_new(request: SignedInRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    wanted = request.GET.get("segment", "") or project.chain_segment
    form = LineForm(request.POST or None, segment=wanted if wanted in Segment.values else "")
    page = {"heading": "填写产能", "lead_line": project.name, "back_url": back_to(project), "said": "产能已保存"}
    return answer(request, form, lambda: capacity.add_line(project=project, by=request.user, **form.cleaned_data), page)


@access(park_or_bureau)
def capacity_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    line = line_of(request, pk)
    form = LineForm(request.POST or None, line=line)
    page = {
        "heading": "修改产能",
        "lead_line": line.project.name,
        "back_url": back_to(line.project),
        "line": line,
        "said": "产能已修改",
    }
    return answer(request, form, lambda: capacity.change_line(line=line, by=request.user, **form.cleaned_data), page)


@access(park_or_bureau)
def capacity_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    line = line_of(request, pk)
    form = RemoveForm(request.POST or None, initial={"version": line.version})
    page = {
        "heading": "删除产能",
        "question": f"删除“{line}”这项产能？历史记录保留。",
        "back_url": back_to(line.project),
        "submit_label": "删除",
        "danger": True,
        "said": "产能已删除",
    }
    return answer(
        request, form, lambda: capacity.remove_line(line=line, by=request.user, **form.cleaned_data), page, CONFIRM
    )


@access(lead)
def target_new(request: SignedInRequest, slug: str) -> HttpResponse:
    """The lead puts down a target of a 专题."""
    group = groups.of_year(slug, sheet.wanted_year(request.GET.get("year"), clock.today()))
    if group is None:
        raise Http404
    return target_page(request, Target(topic=slug, year=group.year), "新增目标", group.get_absolute_url())


@access(lead)
def target_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    target = get_object_or_404(Target, pk=pk)
    group = groups.of_year(target.topic, target.year)
    return target_page(request, target, "修改目标", group.get_absolute_url() if group else "/")


def target_page(request: SignedInRequest, target: Target, heading: str, back_url: str) -> HttpResponse:
    form = TargetForm(request.POST or None, target=target)
    page = {"heading": heading, "back_url": back_url, "said": "目标已保存"}
    return answer(request, form, lambda: capacity.set_target(target=target, by=request.user, **form.cleaned_data), page)
