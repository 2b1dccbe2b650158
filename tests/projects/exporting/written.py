"""Exports as tests look at them: written, read with openpyxl, imported again by the product itself."""

from io import BytesIO
from typing import Any

import openpyxl
from django.http import QueryDict

from portal import clock
from projects import exporting
from projects.filters import ProjectFilter
from projects.models import ImportBatch
from projects.node_filters import NodeFilter
from tests.projects.importing import workbooks


def project_form(by, kind="data", query="", group_by=""):
    found = ProjectFilter(QueryDict(query), user=by, year=2021, on=clock.today())
    return exporting.form_of(exporting.project_list(found), kind, group_by=group_by)


def node_form(by, kind="data", query="", group_by=""):
    found = NodeFilter(QueryDict(query), user=by, year=2021, on=clock.today())
    return exporting.form_of(exporting.node_list(found), kind, group_by=group_by)


def entry_form(by, group, kind="data", group_by=""):
    return exporting.form_of(exporting.entry_list(group, by=by), kind, group_by=group_by)


def content(form) -> BytesIO:
    file = BytesIO()
    form.write(file)
    file.seek(0)
    return file


def table(form) -> list[list[Any]]:
    """The rows of the first sheet as values."""
    sheet = openpyxl.load_workbook(content(form)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def below(rows: list[list[Any]]) -> tuple[list[str], list[dict[str, Any]]]:
    """The heading and the rows below it by heading."""
    place = next(number for number, row in enumerate(rows) if row[0] == "序号")
    heading = rows[place]
    return heading, [dict(zip(heading, row, strict=True)) for row in rows[place + 1 :]]


def import_back(form, *, by, folder) -> ImportBatch:
    path = folder / f"回.{form.ending}"
    path.write_bytes(content(form).getvalue())
    return workbooks.stage(path, by=by)


def not_same(batch: ImportBatch) -> list[Any]:
    """The rows of the file an import would do something with; what a filtered table leaves out is only listed."""
    rows = batch.rows.exclude(verdict__in=["same", "absent"])
    return [(one.name, one.verdict, one.changes, one.issues) for one in rows]
