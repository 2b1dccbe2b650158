"""灯色规则: its versions; a new one is looked at before it counts. Read by the bureau, kept by its lead."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal import clock
from portal.permissions import access, bureau, lead
from portal.requests import SignedInRequest
from projects import light_runs, lights, rules
from projects.filters import year_of, years
from projects.forms.rules import RuleForm
from projects.models import LightRule


@access(bureau)
def settings_rules(request: SignedInRequest) -> HttpResponse:
    """Show the versions; 先看看 counts what a new one would mean, 保存 makes it."""
    may_keep, today = lead(request.user), clock.today()
    now = lights.rule_on(today)
    sent = request.method == "POST" and may_keep
    form = RuleForm(request.POST if sent else None, now=now)
    projects = rules.counted(year_of(None, years()))
    run = light_runs.current()
    context = {
        "may_keep": may_keep,
        "rules": LightRule.objects.select_related("by"),
        "now": now,
        "form": form,
        "present": rules.present(projects),
        "standing": light_runs.standing(run) if run else None,
    }
    if sent and form.is_valid():
        if "preview" not in request.POST and saved(request, form):
            return redirect("settings_rules")
        thresholds = {name: form.cleaned_data[name] for name in rules.THRESHOLDS}
        context["preview"] = rules.preview(projects, on=today, **thresholds)
    return render(request, "projects/settings_rules.html", context, status=422 if form.errors else 200)


def saved(request: SignedInRequest, form: RuleForm) -> bool:
    try:
        rule, run = rules.add(**form.cleaned_data, by=request.user)
    except ValidationError as refused:
        form.refuse(refused)
        return False
    later = f"{run.total}个项目正在后台重新计算。" if run else ""
    messages.success(request, f"灯色规则V{rule.version}已保存，{rule.effective_from.isoformat()}起启用。{later}")
    return True
