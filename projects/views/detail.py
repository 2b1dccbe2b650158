"""One project on one page."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from portal import clock
from portal.choices import Role
from portal.models import User
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import (
    capacity,
    changes,
    light_sheet,
    light_words,
    node_sheet,
    proofs,
    reference,
    report_photos,
    sheet,
    timeline,
)
from projects.choices import FINISHED, STARTED, IssueState
from projects.models import Project, ProjectGroup, YearPlan
from projects.permissions import may_see_phones

NOTES_SHOWN, STEPS_SHOWN = 20, 5


@access(readers)
def project_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything about a project that the user may see; another unit's project is not found."""
    people = ("unit", "county", "enterprise", "industry", "bureau_owner")
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related(*people), pk=pk)
    today = clock.today()
    year = sheet.wanted_year(request.GET.get("year"), today)
    plan = sheet.plan_for(project, year=year)
    year = plan.year if plan else year
    sees_phones, requests = may_see_phones(request.user, project), changes.about(project)
    context = {
        "project": project,
        "plan": plan,
        "plan_year": year,
        "why": light_words.why(project, today),
        "light_sheet": light_sheet.of(project, plan, user=request.user, on=today),
        "figures": sheet.figures(project, plan, year=year),
        "nodes": node_sheet.folded(node_sheet.lines(project, requests, user=request.user, on=today)),
        "gates": proofs.open_gates(project),
        "requests": [changes.told(one) for one in requests],
        "public": reference.facts_of(project.name),
        "capacities": capacity.parts_of([project], capacity.lines_of([project])),
        "photos": report_photos.newest_of(project, to=request.user),
        "sees_phones": sees_phones,
        "today": today,
        **as_on_paper(project, plan, year),
        **told_of(project, plan, year, on=today, phones=sees_phones),
        **issues_of(project, today),
        **offered(project, request.user),
    }
    return render(request, "projects/detail.html", context)


def as_on_paper(project: Project, plan: YearPlan | None, year: int) -> dict[str, Any]:
    """The columns of the 推进表, with the lists in force in the year. One query."""
    lists = ProjectGroup.objects.in_force(year)
    entries = list(project.entries.filter(group__in=lists).select_related("group").order_by("group__order"))
    return {
        "levels": sheet.key_levels(entries),
        "is_major_pv": sheet.is_major_pv(entries),
        "facts": sheet.paper_facts(project, plan, entries, year=year),
        "demo_labels": sheet.demo_labels(project),
    }


def told_of(project: Project, plan: YearPlan | None, year: int, *, on: date, phones: bool) -> dict[str, Any]:
    """What people wrote, what changed, and the paragraph to copy."""
    late = sheet.lateness(project, year=year, on=on)
    notes = list(project.notes.select_related("author")[:NOTES_SHOWN])
    newest = next((note for note in notes if note.kind == "progress"), None)
    steps = timeline.steps(project, phones=phones)
    return {
        "late": late,
        "notes": notes,
        "steps": steps[:STEPS_SHOWN],
        "steps_count": len(steps),
        "text": sheet.paragraph(project, plan, newest, late, year=year, on=on),
    }


def offered(project: Project, user: User) -> dict[str, bool]:
    """Which acts the page offers the person."""
    return {
        "writes": user.role in (Role.STAFF, Role.PARK),
        "is_bureau": user.role == Role.STAFF,
        "may_start": project.stage not in STARTED and not project.hold,
        "may_finish": project.stage in STARTED and project.stage not in FINISHED and not project.hold,
    }


def issues_of(project: Project, on: date) -> dict[str, Any]:
    """The 要素保障问题 of the project: open ones as in the 台账, how many are closed. One query."""
    found = list(project.issues.ledger_order())
    opened = [(one, one.late_days(on)) for one in found if one.state != IssueState.CLOSED]
    return {"issues": opened, "closed_issues": len(found) - len(opened)}
