"""年度计划 of a project, and 结转 to the next year."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock
from portal.permissions import access, bureau, lead
from portal.requests import SignedInRequest
from projects import planning, sheet
from projects.forms.plans import PlanForm
from projects.models import Project, YearPlan


@access(bureau)
def project_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change amount, goal and months of a year. Parks ask for the amount by 调整申请."""
    project = get_object_or_404(Project.objects.visible_to(request.user).filter(deleted_no=0), pk=pk)
    year = sheet.wanted_year(request.GET.get("year"), clock.today())
    plan = get_object_or_404(YearPlan.objects.prefetch_related("months"), project=project, year=year)
    form = PlanForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            planning.set_plan(
                project=project, year=year, read=form.cleaned_data["read"], amount=form.cleaned_data["annual_plan"],
                goal=form.cleaned_data["goal"], months=form.months(), by=request.user,
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"{year}年度计划已保存。")
            return redirect(project)
    context = {"form": form, "project": project, "plan": plan}
    return render(request, "projects/plan.html", context, status=422 if form.errors else 200)


@access(bureau)
def plan_carry(request: SignedInRequest) -> HttpResponse:
    """结转到下一年: look at what it would do, then do it."""
    year = sheet.wanted_year(request.GET.get("year"), clock.today())
    if request.method == "POST":
        try:
            done = planning.carry(year=year, by=request.user)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, said(done, year))
        return redirect(f"{request.path}?year={year}")
    preview = planning.carry_preview(year=year)
    context = {"carry": preview, "from_year": year, "to_year": year + 1, "may_carry": lead(request.user)}
    return render(request, "projects/plan_carry.html", context)


def said(done: planning.Carry, year: int) -> str:
    filled = f"，补上{year}年底累计{len(done.fill)}个" if done.fill else ""
    return f"已结转{len(done.new)}个项目到{year + 1}年{filled}。"
