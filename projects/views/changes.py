"""调整申请: a park asks and reads the answers; the bureau agrees or returns."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock
from portal.choices import Role
from portal.models import User
from portal.permissions import Rule, access, bureau, park_or_bureau
from portal.requests import SignedInRequest
from projects import changes, locking, sheet
from projects.choices import RequestState
from projects.forms.changes import AnswerForm, AskForm
from projects.forms.nodes import ReasonForm
from projects.models import ChangeRequest, Milestone, Project
from projects.models.requests import ChangeRequestQuerySet
from projects.permissions import Right, right, right_to_plan

ON_PAGE = 50
NAMES = ("project__unit", "milestone", "by", "decided_by")


def park(user: User) -> bool:
    """Those who ask: the bureau changes directly."""
    return user.role == Role.PARK


PARK: Rule = park


# --- asking ----------------------------------------------------------------------------------------------------


@access(PARK)
def change_ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """申请调整 of one field or one node's plan; without either, what may be asked for."""
    project = get_object_or_404(Project.objects.visible_to(request.user).prefetch_related("plans"), pk=pk)
    field, node = wanted(request, project)
    if not field:
        return render(request, "projects/change_choose.html", choices(project, request.user))
    form = AskForm(request.POST or None, project=project, field=field, node=node)
    if request.method == "POST" and form.is_valid():
        try:
            changes.ask(project=project, field=field, node=node, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, "申请已提交，等市局答复。答复前现值不变。")
            return redirect(f"{project.get_absolute_url()}#changes")
    now = changes.shown(field, changes.as_text(changes.present(project, field, node)))
    context = {"form": form, "project": project, "what": changes.label(field, node), "now": now}
    return render(request, "projects/change_ask.html", context, status=422 if form.errors else 200)


def wanted(request: SignedInRequest, project: Project) -> tuple[str, Milestone | None]:
    """Field and node the address names; what may not be asked for is refused."""
    node_id, field = request.GET.get("node", ""), request.GET.get("field", "")
    if node_id.isdigit():
        return changes.target_of(get_object_or_404(project.milestones.select_related("project"), pk=node_id))
    if field and field not in changes.FIELDS[:-1]:
        raise PermissionDenied("这项内容不能申请调整。")
    return field, None


def choices(project: Project, user: User) -> dict[str, Any]:
    """What the person may ask for on the project."""
    fields = [name for name in changes.FIELDS[:-1] if right(user, name, project=project) is Right.ASK]
    nodes = list(project.milestones.open().select_related("project").exclude(current_to=None))
    for node in nodes:
        node.project = project
    asked = [n for n in nodes if changes.target_of(n)[1] and right_to_plan(user, n) is Right.ASK]
    return {"project": project, "fields": [(name, changes.label(name, None)) for name in fields], "nodes": asked}


# --- the list and the answer -----------------------------------------------------------------------------------


@access(park_or_bureau)
def change_list(request: SignedInRequest) -> HttpResponse:
    """待办理 and 已办理: of all projects for the bureau, of the own units for a park."""
    seen = ChangeRequest.objects.visible_to(request.user)
    done = request.GET.get("state") == "done"
    found = (seen.exclude(state=RequestState.ASKED) if done else seen.waiting()).select_related(*NAMES)
    page = Paginator(found, ON_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [changes.told(one) for one in page],
        "tabs": tabs(seen, done=done),
        "done": done,
        "decides": request.user.role == Role.STAFF,
    }
    return render(request, "projects/change_list.html", context)


def tabs(seen: ChangeRequestQuerySet, *, done: bool) -> list[dict[str, Any]]:
    waiting, all_ = seen.waiting().count(), seen.count()
    return [
        {"url": "?", "label": "待办理", "count": waiting, "active": not done},
        {"url": "?state=done", "label": "已办理", "count": all_ - waiting, "active": done},
    ]


@access(bureau)
def change_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """同意 or 退回（写明原因）. Who comes second is told who was first."""
    asked = get_object_or_404(ChangeRequest.objects.visible_to(request.user).select_related(*NAMES), pk=pk)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rule = changes.agree if "agree" in request.POST else changes.give_back
        try:
            rule(request=asked, by=request.user, answer=form.cleaned_data["answer"])
        except ValidationError as refused:
            form.refuse(refused)
            asked.refresh_from_db()
        else:
            messages.success(request, "已同意，项目内容已按申请调整。" if rule is changes.agree else "已退回。")
            return redirect("change_list")
    context = {"form": form, "told": changes.told(asked), "project": asked.project}
    return render(request, "projects/change_decide.html", context, status=422 if form.errors else 200)


# --- 锁定年度计划 ----------------------------------------------------------------------------------------------


@access(bureau)
def plan_lock(request: SignedInRequest) -> HttpResponse:
    """锁定年度计划 of all units or one; the lead may undo it with a reason."""
    year = sheet.wanted_year(request.GET.get("year"), clock.today())
    states = locking.states(year=year, by=request.user)
    form = ReasonForm(request.POST if "unlock" in request.POST else None)
    if request.method == "POST" and ("lock" in request.POST or form.is_valid()):
        try:
            said = lock_or_unlock(request, states, year=year, form=form)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, said)
        return redirect(f"{request.path}?year={year}")
    context = {
        "form": form,
        "states": states,
        "plan_year": year,
        "open": sum(one.open for one in states),
        "locked": sum(one.locked for one in states),
        "may_unlock": request.user.is_lead,
    }
    return render(request, "projects/plan_lock.html", context, status=422 if form.errors else 200)


def lock_or_unlock(request: SignedInRequest, states: list[locking.UnitState], *, year: int, form: ReasonForm) -> str:
    """Carry out the button: its value is the code of a unit, or empty for all."""
    unlocking = "unlock" in request.POST
    code = request.POST["unlock" if unlocking else "lock"]
    unit = next((one.unit for one in states if one.unit and one.unit.code == code), None)
    if code and unit is None:
        raise ValidationError("没有这个填报单位的年度计划。")
    if unlocking:
        reason = form.cleaned_data["reason"]
        return f"已解除锁定{locking.unlock(year=year, by=request.user, unit=unit, reason=reason)}个项目的年度计划。"
    return f"已锁定{locking.lock(year=year, by=request.user, unit=unit)}个项目的年度计划。"
