"""灯色规则: its versions; a new one is looked at before it counts. Read by the bureau, kept by its lead."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal import clock
from portal.permissions import access, bureau, lead
from portal.requests import SignedInRequest
from projects import lights, rules
from projects.filters import year_of, years
from projects.forms.rules import RuleForm
from projects.models import LightRule


@access(bureau)
def settings_rules(request: SignedInRequest) -> HttpResponse:
    """Show the versions; 先看看 counts what a new one would mean, 保存 makes it."""
    may_keep, today = lead(request.user), clock.today()
    now = lights.rule_on(today)
    sent = request.method == "POST" and may_keep
    form = RuleForm(request.POST if sent else None, initial={"red_over_days": now.red_over_days})
    projects = rules.counted(year_of(None, years()))
    context = {
        "may_keep": may_keep,
        "rules": LightRule.objects.select_related("by"),
        "now": now,
        "form": form,
        "present": rules.preview(projects, red_over_days=now.red_over_days, on=today),
    }
    if sent and form.is_valid():
        if "preview" not in request.POST and saved(request, form):
            return redirect("settings_rules")
        days = form.cleaned_data["red_over_days"]
        context["preview"] = rules.preview(projects, red_over_days=days, on=today)
    return render(request, "projects/settings_rules.html", context, status=422 if form.errors else 200)


def saved(request: SignedInRequest, form: RuleForm) -> bool:
    try:
        rule = rules.add(**form.cleaned_data, by=request.user)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, f"灯色规则V{rule.version}已保存，{rule.effective_from.isoformat()}起启用。")
    return True
