"""导出: each list in three forms (上报版, 数据版, csv), and the blank table to fill in."""

from collections.abc import Sequence
from io import BytesIO

from django.http import FileResponse, Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from portal import audit, clock
from portal.permissions import access, park_or_bureau, readers
from portal.requests import SignedInRequest
from projects import exporting, groups, sheet
from projects.exporting import blank
from projects.exporting.forms import CsvForm
from projects.exporting.lists import Listing
from projects.filters import ProjectFilter, year_of, years
from projects.issue_filters import IssueFilter
from projects.node_filters import NodeFilter
from projects.views.listing import tidy
from projects.views.saved_menu import columns_for

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access(readers)
@require_safe
def project_export(request: SignedInRequest) -> HttpResponseBase:
    query = tidy(request.GET)
    found = ProjectFilter(query, user=request.user, year=year_of(query.get("year"), years()), on=clock.today())
    return written(request, exporting.project_list(found), names=columns_for(request.user, query))


@access(readers)
@require_safe
def milestone_export(request: SignedInRequest) -> HttpResponseBase:
    query = tidy(request.GET)
    found = NodeFilter(query, user=request.user, year=year_of(query.get("year"), years()), on=clock.today())
    return written(request, exporting.node_list(found))


@access(readers)
@require_safe
def issue_export(request: SignedInRequest) -> HttpResponseBase:
    found = IssueFilter(request.GET, user=request.user, on=clock.today())
    return written(request, exporting.issue_list(found, year=year_of(request.GET.get("year"), years())))


@access(readers)
@require_safe
def group_export(request: SignedInRequest, slug: str) -> HttpResponseBase:
    group = groups.of_year(slug, sheet.wanted_year(request.GET.get("year"), clock.today()))
    if group is None:
        raise Http404
    return written(request, exporting.entry_list(group, by=request.user))


@access(park_or_bureau)
@require_safe
def import_template(request: SignedInRequest) -> HttpResponseBase:
    """The blank table: our headings with drop-downs, for the units the person acts for."""
    year = year_of(request.GET.get("year"), years())
    file = BytesIO()
    blank.write(file, year=year, user=request.user, on=clock.today())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=blank.filename(year), content_type=XLSX)


def written(request: SignedInRequest, listing: Listing, *, names: Sequence[str] = ()) -> HttpResponseBase:
    """The list as a file, in the form the address asks for, with these columns of the page."""
    kind, group_by = request.GET.get("form", ""), request.GET.get("by", "")
    form = exporting.form_of(listing, kind, group_by=group_by, names=names)
    audit.log("project.export", by=request.user, request=request, **exporting.audited(form))
    if isinstance(form, CsvForm):
        answer = StreamingHttpResponse(form.chunks(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = content_disposition_header(True, form.filename)
        return answer
    file = BytesIO()
    form.write(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=form.filename, content_type=XLSX)
