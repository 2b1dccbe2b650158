"""Papers on the screen: which one an address means, whether the person may read it, as it is now or as 定稿 has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from parks.models import Park
from portal import audit, clock
from portal.choices import Role
from portal.models import User
from portal.permissions import access, bureau, city_readers, readers
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import downloads, editions, investment, papers, project_paper, stats, word
from projects.choices import PaperKind
from projects.digests.facts import CITY, LEADER
from projects.filters import units_of
from projects.models import Download, Edition, Project

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PROJECT = "project:"
SAID = "bulletin_said"


@dataclass(frozen=True)
class Opened:
    """A paper and the 定稿 it was taken from; `kept`: the one in force, which the page may be shown without;
    `lacking`: the one in force that does not have this paper."""

    paper: papers.Paper
    edition: Edition | None
    kept: Edition | None
    lacking: Edition | None


def opened(request: HttpRequest, user: User, kind: str, scope: str, *, live: bool) -> Opened:
    """The paper of an address. What the person may not read does not exist. Parks read live pages only."""
    if not may_read(user, kind, scope):
        raise Http404
    kept = editions.current(stats.year_on(clock.today())) if city_readers(user) else None
    edition = None if live else kept
    paper = editions.paper(edition, kind, scope) if edition else None
    if paper is None:
        edition, paper = None, write(request, user, kind, scope)
    has_one = kept if kept and editions.content(kept, kind, scope) else None
    could = kind not in papers.LETTERS and not scope.startswith(PROJECT)
    return Opened(paper, edition, has_one, kept if could and not has_one else None)


def may_read(user: User, kind: str, scope: str) -> bool:
    if kind == PaperKind.ONE_PAGE:
        return scope.startswith(PROJECT) or scope in {code for code, _ in scopes_for(user)}
    if kind in (PaperKind.BULLETIN, PaperKind.ANNEX):
        return city_readers(user) and scope == CITY
    return kind in papers.LETTERS and bureau(user)


def write(request: HttpRequest, user: User, kind: str, scope: str) -> papers.Paper:
    """The paper as things are now."""
    on = clock.today()
    if kind == PaperKind.ONE_PAGE:
        return project_page(user, scope) if scope.startswith(PROJECT) else papers.one_page(scope, on=on)
    if kind == PaperKind.BULLETIN:
        return papers.bulletin(papers.facts_of(CITY, on=on), said=said(request))
    if kind == PaperKind.ANNEX:
        return papers.annexes(papers.facts_of(CITY, on=on))
    draft = papers.letter(get_object_or_404(Park, code=scope), PaperKind(kind), on=on)
    if draft is None:
        raise Http404
    return draft


def project_page(user: User, scope: str) -> papers.Paper:
    number = whole_number(scope.removeprefix(PROJECT))
    if number is None:
        raise Http404
    seen = Project.objects.visible_to(user).select_related("unit", "enterprise", "bureau_owner")
    on = clock.today()
    return project_paper.paper(get_object_or_404(seen, pk=number), year=stats.year_on(on), on=on)


def readable(user: User, rows: Iterable[Download]) -> list[Download]:
    """The files whose paper the person may read today: the rights may have changed since it was made."""
    kept = [(row, row.wanted.get("paper", {})) for row in rows]
    named = [(row, paper.get("kind", ""), paper.get("scope", "")) for row, paper in kept]
    if city_readers(user):
        return [row for row, kind, _ in named if kind not in papers.LETTERS or bureau(user)]
    scopes = {code for code, _ in scopes_for(user)} if named else set()
    numbers = [whole_number(scope.removeprefix(PROJECT)) or 0 for *_, scope in named if scope.startswith(PROJECT)]
    found = Project.objects.visible_to(user).filter(pk__in=numbers) if numbers else Project.objects.none()
    scopes |= {f"{PROJECT}{pk}" for pk in found.values_list("pk", flat=True)}
    return [row for row, kind, scope in named if kind == PaperKind.ONE_PAGE and scope in scopes]


def scopes_for(user: User) -> list[tuple[str, str]]:
    """The scopes whose 一页纸 the person may read, with their names."""
    if city_readers(user):
        return papers.scopes(year=stats.year_on(clock.today()))
    return [(unit.code, unit.name) for unit in units_of(user, on=clock.today())] if user.role == Role.PARK else []


# --- what a person adds to the bulletin ----------------------------------------------------------------------------


def month_key() -> str:
    """The bulletin a person's sentences belong to: next month they are gone."""
    year = stats.year_on(clock.today())
    return f"{year}-{investment.closed_month(year) or 0}"


def said(request: HttpRequest) -> papers.Said:
    """The sentences the person has added to the bulletin of this month."""
    kept = request.session.get(SAID) or {}
    mine = kept.get(month_key()) or {}
    return papers.Said(str(mine.get("features", "")), str(mine.get("steps", "")))


# --- pages ---------------------------------------------------------------------------------------------------------


@access(readers)
@require_safe
def one_page(request: SignedInRequest, scope: str) -> HttpResponseBase:
    """One A4 page in large type. Parks have that of their own units and projects only."""
    return answer(request, PaperKind.ONE_PAGE, scope)


@access(city_readers)
@require_safe
def annex(request: SignedInRequest) -> HttpResponseBase:
    """附表 as printable tables."""
    return answer(request, PaperKind.ANNEX, CITY)


def answer(request: SignedInRequest, kind: PaperKind, scope: str, **more: Any) -> HttpResponseBase:
    """The page of a paper, or with ?form=docx the Word file at once."""
    found = opened(request, request.user, kind, scope, live=is_live(request))
    if request.GET.get("form") == "docx":
        return as_word(request, found.paper)
    return render(request, "projects/paper.html", {**about(request, found), **more})


def is_live(request: HttpRequest) -> bool:
    """看实时: the page without 定稿."""
    return "live" in request.GET


def about(request: SignedInRequest, found: Opened) -> dict[str, Any]:
    """What the page shows beside the paper: 定稿, the other scopes, the list of the same projects, what one may do."""
    paper = found.paper
    others = [one for one in scopes_for(request.user) if one[0] != paper.scope] if paper.is_one_page else []
    return {
        "paper": paper,
        "edition": found.edition,
        "kept": found.kept,
        "lacking": found.lacking,
        "others": others,
        "list_query": list_query(paper),
        "may_publish": bureau(request.user) and paper.kind not in papers.LETTERS and ":" not in paper.scope,
        "updated_at": clock.now(),
    }


def list_query(paper: papers.Paper) -> str:
    """The part of the project list's address that gives the projects of the paper; empty where there is none."""
    if paper.scope.startswith(PROJECT):
        return ""
    query = {"year": str(stats.year_on(clock.today()))}
    if paper.scope.startswith(LEADER):
        query["leader"] = paper.scope.removeprefix(LEADER)
    elif paper.scope != CITY:
        query["park"] = paper.scope
    return urlencode(query)


def as_word(request: SignedInRequest, paper: papers.Paper) -> FileResponse:
    """The paper as a Word file, at once."""
    file = BytesIO()
    word.write(paper, file)
    file.seek(0)
    audit.log("paper.download", by=request.user, request=request, kind=paper.kind, scope=paper.scope)
    return FileResponse(file, as_attachment=True, filename=f"{downloads.file_name(paper)}.docx", content_type=DOCX)
