"""What people do with one node of a project, and 套用模板. Each act is a page with its form."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal import audit, files
from portal.choices import FileKind
from portal.models import StoredFile
from portal.permissions import access, bureau, park_or_bureau, readers
from portal.requests import SignedInRequest
from projects import milestones, proofs
from projects.forms.nodes import (
    DoneForm,
    EvidenceForm,
    ForecastForm,
    PhaseForm,
    PlanForm,
    ReasonForm,
    TemplateForm,
)
from projects.models import Evidence, Milestone, Project, TemplateVersion
from projects.permissions import Right, right_to_plan

TYPES = {FileKind.PICTURE: "image/jpeg", FileKind.PAPER: "application/pdf"}
SANDBOX = "sandbox; default-src 'none'"


def node_of(request: SignedInRequest, pk: int) -> Milestone:
    """The node, if its project is the person's to see."""
    seen = Milestone.objects.filter(project__in=Project.objects.visible_to(request.user))
    return get_object_or_404(seen.select_related("project__unit"), pk=pk)


def log_refusal(request: SignedInRequest, form: object, project: Project) -> None:
    """Let the audit know of a file that was not taken in."""
    if code := getattr(form, "refused", ""):
        audit.log("file.refused", by=request.user, request=request, obj=project, result="refused", code=code)


def answer(
    request: SignedInRequest, node: Milestone, form: Any, heading: str, rule: Callable[[], object], said: str
) -> HttpResponse:
    """Show the form, or carry out its rule and go back to the project."""
    if request.method == "POST" and form.is_valid():
        try:
            rule()
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"“{node.title}”{said}。")
            return redirect(f"{node.project.get_absolute_url()}#nodes")
    log_refusal(request, form, node.project)
    context = {"form": form, "node": node, "project": node.project, "heading": f"{heading}：{node.title}"}
    return render(request, "projects/node.html", context, status=422 if form.errors else 200)


@access(park_or_bureau)
def node_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """填计划; where the person may only ask, the page for that."""
    node = node_of(request, pk)
    if request.method != "POST" and right_to_plan(request.user, node) is Right.ASK:
        return redirect(f"{node.project.get_absolute_url()}ask/?node={node.pk}")
    form = PlanForm(request.POST or None, node=node)

    def rule() -> object:
        data = form.cleaned_data
        return milestones.set_plan(node=node, span=data["span"], by=request.user, reason=data.get("reason", ""))

    return answer(request, node, form, "调整计划" if node.current else "填计划", rule, "的计划时间已保存")


@access(park_or_bureau)
def node_forecast(request: SignedInRequest, pk: int) -> HttpResponse:
    node = node_of(request, pk)
    form = ForecastForm(request.POST or None, node=node)

    def rule() -> object:
        return milestones.set_forecast(node=node, span=form.cleaned_data["span"], by=request.user)

    return answer(request, node, form, "预计完成", rule, "的预计完成时间已保存")


@access(park_or_bureau)
def node_done(request: SignedInRequest, pk: int) -> HttpResponse:
    node = node_of(request, pk)
    form = DoneForm(request.POST or None, request.FILES or None, node=node)

    def rule() -> object:
        data = form.cleaned_data
        return milestones.complete(
            node=node,
            actual=data["actual"],
            by=request.user,
            move_stage=data.get("move_stage", False),
            reason=form.said_reason(),
            proof=form.proof,
        )

    return answer(request, node, form, "登记完成", rule, "已登记完成")


@access(park_or_bureau)
def node_evidence(request: SignedInRequest, pk: int) -> HttpResponse:
    node = node_of(request, pk)
    form = EvidenceForm(request.POST or None, request.FILES or None)

    def rule() -> object:
        return milestones.attach(node=node, proof=form.proof, by=request.user)  # type: ignore[arg-type]

    return answer(request, node, form, "上传佐证", rule, "的佐证已保存")


@access(park_or_bureau)
def node_skip(request: SignedInRequest, pk: int) -> HttpResponse:
    node = node_of(request, pk)
    form = ReasonForm(request.POST or None)

    def rule() -> object:
        return milestones.mark_not_applicable(node=node, by=request.user, reason=form.cleaned_data["reason"])

    return answer(request, node, form, "不适用", rule, "已标记为不适用")


@access(bureau)
def node_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    node = node_of(request, pk)
    form = ReasonForm(request.POST or None)

    def rule() -> object:
        return milestones.reopen(node=node, by=request.user, reason=form.cleaned_data["reason"])

    return answer(request, node, form, "重新打开", rule, "已重新打开")


@access(park_or_bureau)
def node_phase(request: SignedInRequest, pk: int) -> HttpResponse:
    node = node_of(request, pk)
    form = PhaseForm(request.POST or None)

    def rule() -> object:
        return milestones.add_phase(node=node, by=request.user, **form.cleaned_data)

    return answer(request, node, form, "增加期次", rule, "已增加期次")


@access(park_or_bureau)
def node_template(request: SignedInRequest, pk: int) -> HttpResponse:
    """套用模板."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    entries = TemplateVersion.objects.latest("number").nodes
    short, full = entries.filter(in_short=True).count(), entries.count()
    form = TemplateForm(request.POST or None, short=short, full=full, demanding=proofs.demanded(project))
    if request.method == "POST" and form.is_valid():
        full_size = form.cleaned_data["size"] == "full"
        added = milestones.apply_template(project=project, by=request.user, full=full_size)
        messages.success(request, f"已增加{added}个节点，日期待定。" if added else "模板中的节点都已经有了。")
        return redirect(f"{project.get_absolute_url()}#nodes")
    context = {"form": form, "project": project, "heading": "套用模板"}
    return render(request, "projects/node_template.html", context, status=422 if form.errors else 200)


@require_safe
@access(readers)
def evidence_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """A file of a project that the person sees: pictures are shown, papers are downloaded, nothing in them runs."""
    evidence = get_object_or_404(Evidence.objects.visible_to(request.user).select_related("file"), pk=pk)
    return file_response(evidence.file, evidence.name)


def file_response(file: StoredFile, name: str) -> HttpResponse:
    """A kept file: a picture to look at, a paper to download, in a box in which nothing runs."""
    kind = FileKind(file.kind)
    response = HttpResponse(files.path_of(file).read_bytes(), content_type=TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(kind is FileKind.PAPER, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response
