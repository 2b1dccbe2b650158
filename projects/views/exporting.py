"""导出: the list page as a workbook that can be imported again."""

from io import BytesIO

from django.http import FileResponse
from django.views.decorators.http import require_safe

from portal import audit, clock
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import exporting
from projects.filters import ProjectFilter, year_of, years
from projects.views.listing import tidy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access(readers)
@require_safe
def project_export(request: SignedInRequest) -> FileResponse:
    query = tidy(request.GET)
    found = ProjectFilter(query, user=request.user, year=year_of(query.get("year"), years()), on=clock.today())
    form = exporting.data_form(found, by=request.user)
    file = BytesIO()
    form.write(file)
    file.seek(0)
    audit.log("project.export", by=request.user, request=request, rows=form.count, conditions=form.audited)
    return FileResponse(file, as_attachment=True, filename=form.filename, content_type=XLSX)
