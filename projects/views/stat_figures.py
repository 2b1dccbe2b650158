"""列统名单: upload, look at what it changes, write."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

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
    year = year_of(request.GET.get("year"), years())
    form = StatForm(request.POST or None, request.FILES or None)
    context = {"form": form, "year": year, "months": stat_figures.months(year)}
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
            context |= {"rows": rows, "month": month, "filename": name, "packed": stat_figures.packed(rows)}
            context |= {"tally": stat_figures.tally(rows)}
    return render(request, "projects/settings_statistics.html", context, status=422 if form.errors else 200)


@access(bureau)
@require_POST
def statistics_write(request: SignedInRequest) -> HttpResponse:
    """Write what the preview showed, compared anew."""
    year, month = year_of(request.POST.get("year"), years()), whole_number(request.POST.get("month")) or 0
    try:
        if month not in range(1, 13):
            raise ValidationError("请选择累计到几月。")
        rows = stat_figures.unpacked(request.POST.get("packed", ""), year=year, month=month)
        filename = uploads.shown(request.POST.get("filename", ""))
        count = stat_figures.write(rows, year=year, month=month, filename=filename, by=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        total = StatFigure.objects.filter(year=year, month=month).count()
        messages.success(request, f"已写入{count}个项目的列统数，1—{month}月共有{total}个。")
    return redirect("settings_statistics")
