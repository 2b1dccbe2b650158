"""材料 on the screen: 一页纸 of the city, a unit, a 市领导, a project – as page, print, text and Word."""

from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal import audit, clock
from portal.choices import Role
from portal.models import User
from portal.permissions import access, city_readers, readers
from portal.requests import SignedInRequest
from projects import papers, project_paper, stats, word
from projects.digests.facts import CITY, LEADER
from projects.exporting.forms import safe
from projects.filters import units_of
from projects.models import Project

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PROJECT = "project:"


@access(readers)
@require_safe
def one_page(request: SignedInRequest, scope: str) -> HttpResponseBase:
    """One A4 page in large type. Parks have that of their own units and projects only."""
    paper = one_page_for(request.user, scope)
    if request.GET.get("form") == "docx":
        return as_word(request, paper)
    context = {**about(request.user, paper), "updated_at": clock.now()}
    return render(request, "projects/paper.html", context)


def one_page_for(user: User, scope: str) -> papers.Paper:
    """The 一页纸 of a scope; one that the person may not read does not exist."""
    on = clock.today()
    year = stats.year_on(on)
    if scope.startswith(PROJECT):
        number = scope.removeprefix(PROJECT)
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise Http404
        seen = Project.objects.visible_to(user).select_related("unit", "enterprise", "bureau_owner")
        return project_paper.paper(get_object_or_404(seen, pk=int(number)), year=year, on=on)
    if scope not in {code for code, _ in scopes_for(user)}:
        raise Http404
    return papers.one_page(scope, on=on)


def scopes_for(user: User) -> list[tuple[str, str]]:
    """The scopes whose 一页纸 the person may read, with their names."""
    if city_readers(user):
        return papers.scopes(year=stats.year_on(clock.today()))
    return [(unit.code, unit.name) for unit in units_of(user, on=clock.today())] if user.role == Role.PARK else []


def about(user: User, paper: papers.Paper) -> dict[str, Any]:
    """What the page shows beside the paper: the other scopes, and the list of the same projects."""
    others = [(code, name) for code, name in scopes_for(user) if code != paper.scope]
    return {"paper": paper, "others": others, "list_query": list_query(paper)}


def list_query(paper: papers.Paper) -> str:
    """The part of the project list's address that gives the projects of the paper; empty where there is none."""
    kind, _, name = paper.scope.partition(":")
    if kind == "project":
        return ""
    year = stats.year_on(clock.today())
    if paper.scope == CITY:
        return f"year={year}"
    return urlencode({"year": year, **({"leader": name} if paper.scope.startswith(LEADER) else {"park": paper.scope})})


def as_word(request: SignedInRequest, paper: papers.Paper) -> FileResponse:
    """The paper as a Word file, at once."""
    file = BytesIO()
    word.write(paper, file)
    file.seek(0)
    audit.log("paper.download", by=request.user, request=request, kind=paper.kind, scope=paper.scope)
    return FileResponse(file, as_attachment=True, filename=f"{file_name(paper)}.docx", content_type=DOCX)


def file_name(paper: papers.Paper) -> str:
    mark = "（演示数据）" if paper.demo else ""
    return safe(paper.title)[:80] + mark
