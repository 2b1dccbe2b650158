"""节点计划: the nodes of all projects, and in a second request how many there are of each state."""

from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.vary import vary_on_headers
from django_tables2 import LazyPaginator

from portal import clock
from portal.permissions import access, park_or_bureau, readers
from portal.requests import SignedInRequest
from projects import node_wording
from projects.filters import year_of, years
from projects.models.node_sets import COMMON_SCOPE, NODE_SETS
from projects.node_filters import LABELS, NodeFilter, counts
from projects.node_table import NodeTable, Sight
from projects.search import Condition
from projects.tables import LONGEST, SIZES
from projects.views.listing import Link, Menu, page_size, query_without, tidy

CHIPS = (
    "due", "overdue", "soon", "this_week", "next_week", "this_month", "ahead", "undated", "apart", "done", "na", "all",
)  # fmt: skip
MENUS = ("park", "code", "leader", "owner")


@access(readers)
@vary_on_headers("HX-Request")
def milestone_list(request: SignedInRequest) -> HttpResponse:
    """The page, or under HTMX its changing part. It counts nothing: that is `milestone_summary`."""
    query = tidy(request.GET)
    known = years()
    found = NodeFilter(query, user=request.user, year=year_of(query.get("year"), known), on=clock.today())
    context = {
        "filter": found,
        "table": table_of(found, request, query),
        "year": found.year,
        "years": known,
        "query": query.urlencode(),
        "sort_query": query_without(query, "sort", "page"),
        "typed": query.get("q", ""),
        "state": query.get("state", ""),
        "sort": query.get("sort", ""),
        "conditions": [removal(query, found, one) for one in found.conditions if one.field != "state"],
        "words": [without_word(query, found, word) for word in found.understood.words],
        "menus": menus_of(found),
        "sizes": SIZES,
        "whole_url": f"{reverse('milestone_list')}?year={found.year}",
    }
    if request.htmx.target != "list":
        return render(request, "projects/node_list.html", context)
    response = render(request, "projects/_node_list.html", context)
    response["HX-Push-Url"] = address(query)
    return response


@access(readers)
def milestone_summary(request: SignedInRequest) -> HttpResponse:
    """What the list with the same address adds up to: chips with counts, pages, 口径, the text to paste."""
    query = tidy(request.GET)
    found = NodeFilter(query, user=request.user, year=year_of(query.get("year"), years()), on=clock.today())
    number = counts(found)
    shown, size = number.get(found.kind, 0), page_size(query)
    context = {
        "shown": shown,
        "title": node_wording.subject(found),
        "label": NODE_SETS[found.kind].label if found.kind in NODE_SETS else "",
        "chips": chip_links(query, found, number),
        "paragraph": node_wording.paragraph(found, number),
        "scope": f"{NODE_SETS[found.kind].scope}；{COMMON_SCOPE}" if found.kind in NODE_SETS else "",
        "pages": -(-shown // size),
        "fits": shown <= size,
        "export_query": f"?{query_without(query, 'page', 'per_page', 'sort')}",
        "all_url": address(query, per_page=str(LONGEST), page=None),
    }
    return render(request, "projects/_node_summary.html", context)


def table_of(found: NodeFilter, request: SignedInRequest, query: QueryDict) -> NodeTable:
    sight = Sight(
        on=found.on,
        writes=park_or_bureau(request.user),
        one_unit=len(found.units) == 1,
        detail_url=reverse("project_detail", args=[0]),
        note_url=reverse("project_note", args=[0]),
    )
    table = NodeTable(found.qs, state=found.kind, sight=sight, sort=query.get("sort", ""))
    try:
        table.paginate(page=query.get("page", 1), per_page=page_size(query), paginator_class=LazyPaginator)
    except (EmptyPage, PageNotAnInteger):
        table.paginate(page=1, per_page=page_size(query), paginator_class=LazyPaginator)
    return table


def menus_of(found: NodeFilter) -> list[Menu]:
    offered = [(name, found.choices[name]) for name in MENUS]
    return [Menu(name, LABELS[name], some, found.asked.get(name, "")) for name, some in offered if len(some) > 1]


# --- addresses -------------------------------------------------------------------------------------------------


def address(query: QueryDict, **changes: str | None) -> str:
    """The list with some parts of the address changed; None takes a part away."""
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"{reverse('milestone_list')}?{changed.urlencode()}" if changed else reverse("milestone_list")


def removal(query: QueryDict, found: NodeFilter, condition: Condition) -> Link:
    """The link that takes a condition away."""
    if condition.word:
        return Link(address(query, q=found.understood.without([condition.word]), page=None), condition.label)
    return Link(address(query, page=None, **{condition.field: None}), condition.label)


def without_word(query: QueryDict, found: NodeFilter, word: str) -> Link:
    return Link(address(query, q=found.understood.without([word]), page=None), f"含“{word}”")


def chip_links(query: QueryDict, found: NodeFilter, number: dict[str, int]) -> list[Link]:
    """The states, each with its count within all other conditions; the first is what the page shows unasked."""
    typed = [one.word for one in found.understood.conditions if one.field == "state"]
    plain = {"q": found.understood.without(typed), "page": None, "sort": None}
    return [
        Link(
            address(query, state=None if key == CHIPS[0] else key, **plain),
            NODE_SETS[key].label,
            number[key],
            found.kind == key,
        )
        for key in NODE_SETS
        if key in CHIPS or key == found.kind
    ]
