"""Registering a project and changing it: facts, stage, 停缓建 and 退出."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock
from portal.permissions import access, bureau, park_or_bureau
from portal.requests import SignedInRequest
from projects import lifecycle, milestones, sheet
from projects.audit import StaleVersionError
from projects.choices import STAGE_ORDER, Hold, Stage
from projects.forms.acts import HoldForm, StageForm
from projects.forms.project import ProjectForm
from projects.models import Project
from projects.views.nodes import log_refusal

PEOPLE = ("unit", "county", "enterprise", "industry", "bureau_owner")


@access(park_or_bureau)
def project_new(request: SignedInRequest) -> HttpResponse:
    """Register a project with its plan for the year. A park registers for its own units only."""
    year = sheet.wanted_year(request.GET.get("year"), clock.today())
    form = ProjectForm(request.POST or None, user=request.user, year=year)
    if request.method == "POST" and form.is_valid():
        try:
            project = lifecycle.create(
                facts=form.facts(),
                plan=form.plan_facts(),
                year=year,
                by=request.user,
                reason=form.said_reason() or "新登记",
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已登记项目“{project.name}”，系统编号{project.number}。")
            return redirect(project)
    context = {"form": form, "heading": "登记项目", "year": year, "back_url": "/projects/"}
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)


@access(park_or_bureau)
def project_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change facts. When somebody else saved meanwhile, both texts stand side by side and nothing is lost."""
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related(*PEOPLE), pk=pk)
    year = sheet.wanted_year(request.GET.get("year"), clock.today())
    plan = project.plans.filter(year=year).first()
    form = ProjectForm(request.POST or None, user=request.user, year=year, project=project, plan=plan)
    if request.method == "POST" and form.is_valid():
        if form.conflicts():
            return conflict(request, form, project)
        try:
            lifecycle.edit(
                project=project,
                version=project.version,
                by=request.user,
                facts=form.facts(),
                year=year,
                plan=form.plan_facts(),
                reason=form.said_reason(),
            )
        except StaleVersionError:  # saved by somebody between reading and writing: compare again
            return project_edit(request, pk)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, form.saved_sentence())
            return redirect(project)
    context = {
        "form": form,
        "project": project,
        "heading": f"编辑 {project.name}",
        "year": year,
        "back_url": project.get_absolute_url(),
    }
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)


def conflict(request: SignedInRequest, form: ProjectForm, project: Project) -> HttpResponse:
    context = {"form": form, "project": project, "meanwhile": form.meanwhile, "rows": form.conflict_rows()}
    return render(request, "projects/conflict.html", context, status=409)


@access(park_or_bureau)
def project_stage(request: SignedInRequest, pk: int) -> HttpResponse:
    """登记开工, 登记竣工投产, or any other move of the stage."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    to = request.GET.get("to", "")
    to = to if to in STAGE_ORDER else ""
    form = StageForm(request.POST or None, request.FILES or None, project=project, user=request.user, to=to)
    if request.method == "POST" and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("to", "actual")} | {"reason": form.said_reason()}
        try:
            milestones.register(project=project, version=project.version, by=request.user, proof=form.proof, **wanted)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{project.name}”已登记为{Stage(wanted['to']).label}。")
            return redirect(project)
    log_refusal(request, form, project)
    headings: dict[str, str] = {Stage.BUILDING: "登记开工", Stage.COMPLETED: "登记竣工投产"}
    context = {"form": form, "project": project, "heading": headings.get(to, "登记阶段")}
    return render(request, "projects/stage.html", context, status=422 if form.errors else 200)


@access(bureau)
def project_hold(request: SignedInRequest, pk: int) -> HttpResponse:
    """停缓建, 退出 and back to normal."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    form = HoldForm(request.POST or None, project=project, to=request.GET.get("to", ""))
    if request.method == "POST" and form.is_valid():
        to, reason = form.cleaned_data["to"], form.cleaned_data["reason"]
        try:
            lifecycle.set_hold(project=project, to=to, version=project.version, by=request.user, reason=reason)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{project.name}”已登记为{Hold(to).label}。")
            return redirect(project)
    context = {"form": form, "project": project, "heading": "停缓建、退出与恢复"}
    return render(request, "projects/hold.html", context, status=422 if form.errors else 200)
