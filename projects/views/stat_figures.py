"""列统名单: upload, look at what it changes, write."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal import clock
from portal.excel.refusal import Refused
from portal.permissions import access, bureau
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import stat_figures
from projects.filters import year_of, years
from projects.forms.stat_figures import StatForm
from projects.importing import uploads
from projects.models import StatFigure


@access(bureau)
def settings_statistics(request: SignedInRequest) -> HttpResponse:
    """The months there are lists of; an upload answers with its preview."""
    known = years()
    year = year_of(request.GET.get("year") or str(stat_figures.expected(clock.today())[0]), known)
    form = StatForm(request.POST or None, request.FILES or None, year=year)
    context = {"form": form, "year": year, "years": known, "months": stat_figures.months(year)}
    if request.method == "POST" and form.is_valid():
        month, file = form.cleaned_data["month"], form.cleaned_data["file"]
        name = uploads.shown(file.name)
        try:
            with uploads.incoming(file.chunks()) as (path, _):
                rows = stat_figures.read(path, filename=name, year=year, month=month, by=request.user)
        except Refused as refused:
            form.add_error("file", str(refused))
        except ValidationError as refused:
            form.add_error("file", refused)
        else:
            context |= {"rows": rows, "month": month, "filename": name, "tally": stat_figures.tally(rows)}
            context["packed"] = stat_figures.packed(rows, year=year, month=month, by=request.user)
    return render(request, "projects/settings_statistics.html", context, status=422 if form.errors else 200)


@access(bureau)
@require_POST
def statistics_write(request: SignedInRequest) -> HttpResponse:
    """Write what the preview showed, compared anew."""
    year, month = year_of(request.POST.get("year"), years()), whole_number(request.POST.get("month")) or 0
    try:
        if month not in range(1, 13):
            raise ValidationError("请选择累计到几月。")
        rows = stat_figures.unpacked(request.POST.get("packed", ""), year=year, month=month, by=request.user)
        filename = uploads.shown(request.POST.get("filename", ""))
        count = stat_figures.write(rows, year=year, month=month, filename=filename, by=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        total = StatFigure.objects.filter(year=year, month=month).count()
        messages.success(request, f"已写入{count}个项目的列统数，1—{month}月共有{total}个。")
    return redirect(address(year))


@access(bureau)
def statistics_undo(request: SignedInRequest) -> HttpResponse:
    """Ask, then take back the list of a month."""
    year, month = (whole_number(request.GET.get(name)) or 0 for name in ("year", "month"))
    found = next((one for one in stat_figures.months(year) if one["month"] == month), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            seen = request.POST.get("seen", "")
            count = stat_figures.undo(year=year, month=month, seen=seen, by=request.user)
        except ValidationError as refused:
            messages.error(request, refused.messages[0])
        else:
            messages.success(request, f"已撤销1—{month}月的列统数，共{count}个。")
        return redirect(address(year))
    context = {
        "hidden": {"seen": stat_figures.mark(found["count"], found["last"])},
        "heading": "撤销列统名单",
        "question": f"撤销{year}年1—{month}月的列统数（{found['count']}个项目）吗？",
        "consequences": [
            "统计分析、月通报、一页纸等处的列统口径改用此前月份的数；已定稿、已印发的材料不变。",
            "随名单标上的“统计入库”不撤销，有误的请在项目里改。",
            "撤销记入每个项目的修改记录；要恢复，重新导入名单。",
        ],
        "danger": True,
        "submit_label": "撤销",
        "back_url": address(year),
    }
    return render(request, "confirm.html", context)


def address(year: int) -> str:
    return f"{reverse('settings_statistics')}?year={year}"
