"""One 要素保障问题: its page, and each act on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal import audit, clock
from portal.choices import Role
from portal.permissions import access, bureau, park_or_bureau, readers
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import issues
from projects.choices import IssueState
from projects.forms.issues import ApplyForm, EscalateForm, HandForm, IssueProofForm, PutForm, StepForm, WhyForm
from projects.models import Issue, IssueFile, Project
from projects.views.nodes import file_response


@dataclass(frozen=True)
class Told:
    """A line of what happened: an act from the history, or a step in the words of who did it."""

    at: datetime
    who: str
    words: str
    day: Any = None


def issue_of(request: SignedInRequest, pk: int) -> Issue:
    """The issue, if its project is the person's to see."""
    return get_object_or_404(Issue.objects.visible_to(request.user).select_related("project__unit", "by"), pk=pk)


@require_safe
@access(readers)
def issue_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Facts, what was done, and what the person may do."""
    issue, user = issue_of(request, pk), request.user
    is_bureau = user.role == Role.STAFF
    context = {
        "issue": issue,
        "project": issue.project,
        "late_days": issue.late_days(clock.today()),
        "told": course(issue),
        "files": list(issue.files.select_related("by")),
        "is_bureau": is_bureau,
        "writes": (is_bureau or user.role == Role.PARK) and issue.state != IssueState.CLOSED,
        "may_rise": is_bureau and issue.level != issues.LEVELS[-1],
    }
    return render(request, "projects/issue.html", context)


def course(issue: Issue) -> list[Told]:
    """What happened to the issue, newest first: acts and steps in one line of time. Two queries."""
    acts = issue.history.select_related("history_user").order_by("-history_date", "-history_id")
    told = [
        Told(one.history_date, str(one.history_user or "系统"), one.history_change_reason or "修改") for one in acts
    ]
    told += [Told(one.at, str(one.by), one.words, one.on) for one in issue.steps.select_related("by")]
    return sorted(told, key=lambda one: one.at, reverse=True)


@access(park_or_bureau)
def issue_new(request: SignedInRequest) -> HttpResponse:
    """提出问题 on the project of the address; without one the way to it."""
    pk = whole_number(request.GET.get("project"))
    if pk is None:
        return render(request, "projects/issue_choose.html")
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("unit"), pk=pk)
    form = PutForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            issue = issues.put_forward(project=project, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"问题已提出，编号{issue.number}，等市局交办。")
            return redirect(issue)
    context = {"form": form, "project": project, "heading": "提出问题", "submit_label": "提出问题"}
    return render(request, "projects/issue_act.html", context, status=422 if form.errors else 200)


def answer(
    request: SignedInRequest, issue: Issue, form: Any, words: tuple[str, str], rule: Callable[[], object]
) -> HttpResponse:
    """Show the form under its heading, or carry out its rule and say so."""
    if request.method == "POST" and form.is_valid():
        try:
            rule()
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{words[1]}。")
            return redirect(issue)
    if code := getattr(form, "refused", ""):
        audit.log("file.refused", by=request.user, request=request, obj=issue.project, result="refused", code=code)
    context = {"form": form, "issue": issue, "project": issue.project, "heading": words[0], "submit_label": words[0]}
    return render(request, "projects/issue_act.html", context, status=422 if form.errors else 200)


@access(bureau)
def issue_hand(request: SignedInRequest, pk: int) -> HttpResponse:
    issue = issue_of(request, pk)
    form = HandForm(request.POST or None, issue=issue)
    name = "交办" if issue.state == IssueState.NEW else "改派、改期"

    def rule() -> object:
        return issues.hand_over(issue=issue, by=request.user, **form.cleaned_data)

    return answer(request, issue, form, (name, "已交办"), rule)


@access(park_or_bureau)
def issue_step(request: SignedInRequest, pk: int) -> HttpResponse:
    issue = issue_of(request, pk)
    form = StepForm(request.POST or None)

    def rule() -> object:
        return issues.add_step(issue=issue, by=request.user, **form.cleaned_data)

    return answer(request, issue, form, ("填办理情况", "办理情况已保存"), rule)


@access(park_or_bureau)
def issue_proof(request: SignedInRequest, pk: int) -> HttpResponse:
    issue = issue_of(request, pk)
    form = IssueProofForm(request.POST or None, request.FILES or None)

    def rule() -> object:
        return issues.attach(issue=issue, proof=form.proof, by=request.user)  # type: ignore[arg-type]

    return answer(request, issue, form, ("上传佐证", "佐证已保存"), rule)


@access(park_or_bureau)
def issue_apply(request: SignedInRequest, pk: int) -> HttpResponse:
    issue = issue_of(request, pk)
    form = ApplyForm(request.POST or None, request.FILES or None, issue=issue)

    def rule() -> object:
        told = {name: form.cleaned_data[name] for name in ("version", "result")}
        return issues.apply_to_close(issue=issue, by=request.user, proof=form.proof, **told)

    return answer(request, issue, form, ("申请销号", "已申请销号，等市局确认"), rule)


@access(bureau)
def issue_return(request: SignedInRequest, pk: int) -> HttpResponse:
    issue = issue_of(request, pk)
    form = WhyForm(request.POST or None, issue=issue)

    def rule() -> object:
        return issues.give_back(issue=issue, by=request.user, **form.cleaned_data)

    return answer(request, issue, form, ("退回", "已退回，继续办理"), rule)


@access(bureau)
def issue_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    issue = issue_of(request, pk)
    form = WhyForm(request.POST or None, issue=issue)

    def rule() -> object:
        return issues.reopen(issue=issue, by=request.user, **form.cleaned_data)

    return answer(request, issue, form, ("重新打开", "已重新打开，继续办理"), rule)


@access(bureau)
def issue_escalate(request: SignedInRequest, pk: int) -> HttpResponse:
    issue = issue_of(request, pk)
    form = EscalateForm(request.POST or None, issue=issue)

    def rule() -> object:
        return issues.escalate(issue=issue, by=request.user, **form.cleaned_data)

    return answer(request, issue, form, ("提级", "已提级"), rule)


@access(bureau)
@require_POST
def issue_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """销号 of what was read; who comes second is told who was first."""
    issue = issue_of(request, pk)
    version = whole_number(request.POST.get("version"))
    try:
        issues.close(issue=issue, version=-1 if version is None else version, by=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, "已销号。")
    return redirect(issue)


@require_safe
@access(readers)
def issue_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """A file of an issue whose project the person sees."""
    found = get_object_or_404(IssueFile.objects.visible_to(request.user).select_related("file"), pk=pk)
    return file_response(found.file, found.name)
