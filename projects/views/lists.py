"""系统设置: 四个一批, texts of the pages, 公布数, units to be confirmed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from parks.models import County, Park
from portal.permissions import access, bureau, lead
from portal.requests import SignedInRequest
from projects import lists
from projects.forms.lists import BatchesForm, TextsForm, WeeklyForm
from projects.models import ControlTotal, ProjectGroup


@access(bureau)
def settings_lists(request: SignedInRequest) -> HttpResponse:
    """Read by the bureau, kept by its lead. Which form was sent is said by its button."""
    may_keep = lead(request.user)
    sent = request.POST.get("form") if request.method == "POST" and may_keep else ""
    batches = BatchesForm(request.POST if sent == "batches" else None)
    texts = TextsForm(request.POST if sent == "texts" else None)
    chosen = {"groups": ProjectGroup.objects.filter(weekly=True)}
    weekly = WeeklyForm(request.POST if sent == "weekly" else None, initial=chosen)
    if sent == "weekly" and weekly.is_valid():
        lists.set_weekly(groups=weekly.cleaned_data["groups"], by=request.user)
        messages.success(request, "周调度专题已保存。")
        return redirect("settings_lists")
    if sent == "batches" and batches.is_valid():
        lists.set_batches(batches=batches.cleaned_data, by=request.user)
        messages.success(request, "四个一批对应关系已保存。")
        return redirect("settings_lists")
    if sent == "texts" and texts.is_valid():
        lists.set_texts(texts=texts.cleaned_data, by=request.user)
        messages.success(request, "页面文字已保存。")
        return redirect("settings_lists")
    context = {
        "may_keep": may_keep,
        "batches": batches,
        "texts": texts,
        "weekly": weekly,
        "totals": ControlTotal.objects.select_related("group").order_by("group__order"),
        "units": Park.objects.reporting().select_related("county", "parent"),
        "counties": County.objects.all(),
    }
    return render(request, "projects/settings_lists.html", context)


@access(lead)
@require_POST
def unit_confirm(request: SignedInRequest, code: str) -> HttpResponse:
    unit = get_object_or_404(Park, code=code)
    lists.confirm_unit(unit=unit, confirmed=request.POST.get("confirmed") == "1", by=request.user)
    messages.success(request, f"{unit.name}：{'已经局确认' if unit.confirmed else '待局确认'}。")
    return redirect("settings_lists")
