"""专题 and 公布数核对."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal import clock
from portal.permissions import access, city_readers, lead, park_or_bureau, readers
from portal.requests import SignedInRequest
from projects import board, capacity, groups, reference, sheet
from projects.choices import EntryStatus
from projects.forms.groups import EnterForm, EntryForm
from projects.models import GroupEntry, ProjectGroup

ON_PAGE = 100
BOARD, LIST = "board", "list"


def group_of(slug: str, year: int) -> ProjectGroup:
    group = groups.of_year(slug, year)
    if group is None:
        raise Http404
    return group


@access(readers)
def group_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    """A 专题 as a board, long ones as a list. The guard, the chain and all totals are for those who see the city; a
    park sees its own projects."""
    group = group_of(slug, sheet.wanted_year(request.GET.get("year"), clock.today()))
    whole_city = city_readers(request.user)
    entries = groups.entries_for(group=group, user=request.user)
    standing = entries.exclude(status=EntryStatus.LEFT)
    way = request.GET.get("view") or (BOARD if standing.count() <= board.MOST else LIST)
    context = {
        "group": group,
        "groups": ProjectGroup.objects.filter(year=group.year),
        "way": way,
        "whole_city": whole_city,
        "export_query": f"?year={group.year}&",
        "may_keep": lead(request.user),
        "writes": park_or_bureau(request.user),
        **(on_board(request, group, standing) if way == BOARD else in_list(request, entries)),
        **(guard(group) if whole_city else {}),
    }
    if whole_city:
        context["chain"] = capacity.chain(topic=slug, year=group.year, projects=groups.standing(group))
    return render(request, "projects/group_detail.html", context)


def on_board(request: SignedInRequest, group: ProjectGroup, standing: QuerySet[GroupEntry]) -> dict[str, Any]:
    """The columns, six on a page, with the public facts of each."""
    seen = standing.select_related("project__newest_note", "project__bureau_owner")
    page = Paginator(seen, board.ON_PAGE).get_page(request.GET.get("page"))
    entries = list(page.object_list)
    told = [(entry.project, reference.facts_of(entry.project.name)) for entry in entries]
    return {
        "page_obj": page,
        "entries": entries,
        "board": board.board(entries, year=group.year, on=clock.today()),
        "public": [(project, facts) for project, facts in told if facts],
    }


def in_list(request: SignedInRequest, entries: QuerySet[GroupEntry]) -> dict[str, Any]:
    page = Paginator(entries, ON_PAGE).get_page(request.GET.get("page"))
    return {"page_obj": page, "entries": page.object_list}


def guard(group: ProjectGroup) -> dict[str, object]:
    """公布数 against the register, and every difference line by line."""
    found = groups.difference(group)
    if found is None:
        return {}
    lines = groups.explanations(group)
    count, amount = groups.unexplained(found, lines)
    return {
        "guard": found,
        "lines": lines,
        "rest_count": count,
        "rest_amount": amount,
        "demo_count": groups.demo_amounts(group),
    }


@access(lead)
def group_enter(request: SignedInRequest, slug: str) -> HttpResponse:
    """The lead adds a project to a list."""
    group = group_of(slug, sheet.wanted_year(request.GET.get("year"), clock.today()))
    form = EnterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            groups.enter(group=group, by=request.user, **form.cleaned_data)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已将“{form.cleaned_data['project']}”列入{group.name}。")
            return redirect(group)
    context = {"form": form, "heading": f"列入{group.name}", "back_url": group.get_absolute_url()}
    return render(request, "projects/group_entry.html", context, status=422 if form.errors else 200)


@access(lead)
def entry_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The lead changes how a project stands in a list, or takes it off."""
    entry = get_object_or_404(GroupEntry.objects.select_related("group", "project"), pk=pk)
    form = EntryForm(request.POST or None, entry=entry)
    if request.method == "POST" and form.is_valid():
        status, reason = form.cleaned_data["status"], form.cleaned_data["reason"]
        groups.enter(project=entry.project, group=entry.group, by=request.user, status=status, reason=reason)
        messages.success(request, f"已调整“{entry.project}”在{entry.group.name}中的状态。")
        return redirect(entry.group)
    context = {
        "form": form,
        "heading": "调整专题状态",
        "lead_line": f"{entry.group.name}：{entry.project.name}",
        "back_url": entry.group.get_absolute_url(),
    }
    return render(request, "projects/group_entry.html", context, status=422 if form.errors else 200)
