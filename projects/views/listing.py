"""项目库: the list with its filters, and in a second request what it adds up to."""

from dataclasses import dataclass

from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers
from django_tables2 import LazyPaginator

from portal import clock
from portal.choices import Role
from portal.permissions import access, city_readers, park_or_bureau, readers
from portal.requests import SignedInRequest
from portal.text import whole_number
from projects import groups, investment, stat_sums, stats
from projects.filters import LABELS, ProjectFilter, year_of, years
from projects.models.sets import NAMED
from projects.search import Condition
from projects.tables import (
    LONGEST,
    SIZES,
    ProjectTable,
    Sight,
    column_choices,
    columns_of,
    of_month,
    remember_columns,
)
from projects.views.saved_menu import columns_for, saved_menu
from projects.wording import Subject, paragraph

ALWAYS = (
    *("not_started", "overdue_start", "overdue_finish", "red", "yellow", "suspended"),
    *("due_week", "stale", "incomplete"),
)
WHEN_ANY = ("unassigned", "unverified", "trial", "withdrawn")
MENUS = ("park", "light", "type", "stage", "industry", "group", "leader")
MORE = ("county", "nature")
FURTHEST = 1_000_000  # page; behind it no database counts


@dataclass(frozen=True)
class Link:
    """A link that changes one thing about the list."""

    url: str
    label: str
    count: int | None = None
    active: bool = False


@dataclass(frozen=True)
class Menu:
    """A filter as people choose it."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str


# --- pages -----------------------------------------------------------------------------------------------------


@access(readers)
@vary_on_headers("HX-Request")
def project_list(request: SignedInRequest) -> HttpResponse:
    """The page, or under HTMX its changing part. It counts nothing: that is `project_summary`."""
    query = tidy(request.GET)
    known = years()
    found = ProjectFilter(query, user=request.user, year=year_of(query.get("year"), known), on=clock.today())
    saved = saved_menu(request.user, query)
    columns = columns_of(request.user, kept=saved.chosen.columns if saved.chosen else ())
    table = table_of(found, request, query, columns)
    context = {
        "filter": found,
        "saved": saved,
        "lost": found.lost(saved.conditions),
        "table": table,
        "year": found.year,
        "years": known,
        "query": query.urlencode(),
        "sort_query": query_without(query, "sort", "page"),
        "typed": query.get("q", ""),
        "sort": query.get("sort", ""),
        "conditions": [removal(query, found, one) for one in found.conditions],
        "words": [without_word(query, found, word) for word in found.understood.words],
        "menus": menus_of(found, MENUS),
        "more": menus_of(found, MORE),
        "sizes": SIZES,
        "whole_url": f"{reverse('project_list')}?year={found.year}",
    }
    if request.htmx.target != "list":
        return render(request, "projects/list.html", context)
    response = render(request, "projects/_list.html", context)
    response["HX-Push-Url"] = address(query)
    return response


@access(readers)
def project_summary(request: SignedInRequest) -> HttpResponse:
    """What the list with the same address adds up to: the line of truth, chips with counts, sums, pages, 口径, text."""
    query = tidy(request.GET)
    found = ProjectFilter(query, user=request.user, year=year_of(query.get("year"), years()), on=clock.today())
    but = stats.FOR_FIRST_PAGES | (set() if "not_started" in found.chips else stats.ABOUT_STARTS)
    figures = stats.figures(found.base, on=found.on, year=found.year, shown=found.shown, but=but)
    subject = subject_of(found)
    late = found.base.overdue_start(on=found.on) if found.chips == ["not_started"] else found.qs
    size, month = page_size(query), investment.closed_month(found.year)
    context = {
        "filter": found,
        "figures": figures,
        "shown": figures["shown"],
        "done": figures.done(month, "shown"),
        "title": title_of(found, subject),
        "whole_city": city_readers(request.user),
        "chips": chip_links(query, found, figures),
        "paragraph": paragraph(subject, figures, found.chips, late),
        "scope": [NAMED[chip].scope for chip in found.chips],
        "unknown": unknown_of(found, figures) if "not_started" in found.chips else [],
        "pages": -(-figures["shown"].count // size),
        "fits": figures["shown"].count <= size,
        "export_query": f"?{query_without(query, 'page', 'per_page', 'sort')}",
        "all_url": address(query, per_page=str(LONGEST), page=None),
        "columns": of_month(columns_for(request.user, query), month),
        "writes": park_or_bureau(request.user),
    }
    return render(request, "projects/_summary.html", context)


@access(city_readers)
def project_guard(request: SignedInRequest) -> HttpResponse:
    """The published figure beside the register of the year: no filter changes it, so a list need not wait for it."""
    year = year_of(request.GET.get("year"), years())
    return render(request, "projects/_city_guard.html", {"guard": groups.industrial_guard(year)})


@access(readers)
@require_http_methods(["GET", "POST"])
def project_columns(request: SignedInRequest) -> HttpResponse:
    """Show which columns there are, as the content of a dialog; remember which ones the person wants to see. Over an
    open 常用清单 the dialog starts from its columns; what is chosen then is the person's own."""
    if request.method == "GET":
        back, _, asked = (request.htmx.current_url_abs_path or "").partition("?")
        query = QueryDict(asked)
        context = {
            "columns": column_choices(columns_for(request.user, query)),
            "back": f"{back}?{query_without(query, 'list')}".rstrip("?&") if "list" in query else f"{back}?{asked}",
        }
        return render(request, "_columns.html", {**context, "columns_url": reverse("project_columns")})
    remember_columns(user=request.user, columns=[] if "reset" in request.POST else request.POST.getlist("columns"))
    back = request.POST.get("next", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if is_ours else "project_list")


# --- the table -------------------------------------------------------------------------------------------------


def table_of(found: ProjectFilter, request: SignedInRequest, query: QueryDict, columns: list[str]) -> ProjectTable:
    sight = Sight(
        on=found.on,
        year=found.year,
        writes=park_or_bureau(request.user),
        phones=park_or_bureau(request.user),
        one_unit=len(found.units) == 1 or len(found.chosen_units) == 1,
        detail_url=reverse("project_detail", args=[0]),
        note_url=reverse("project_note", args=[0]),
        month=investment.closed_month(found.year),
        stat_month=stat_sums.month_of(found.year) if "stat" in columns else None,
    )
    shown = of_month(columns, sight.month)
    table = ProjectTable(found.qs, chips=found.chips, sight=sight, columns=shown, sort=query.get("sort", ""))
    try:
        table.paginate(page=page_number(query), per_page=page_size(query), paginator_class=LazyPaginator)
    except (EmptyPage, PageNotAnInteger):
        table.paginate(page=1, per_page=page_size(query), paginator_class=LazyPaginator)
    return table


def page_number(query: QueryDict) -> int:
    """The page asked for; the first where there cannot be one."""
    page = whole_number(query.get("page"))
    return page if page and page <= FURTHEST else 1


def page_size(query: QueryDict) -> int:
    asked = query.get("per_page", "")
    return int(asked) if asked in {str(size) for size in (*SIZES, LONGEST)} else SIZES[0]


def menus_of(found: ProjectFilter, names: tuple[str, ...]) -> list[Menu]:
    """The filters that leave something to choose."""
    offered = [(name, found.choices[name]) for name in names]
    return [Menu(name, LABELS[name], some, found.asked.get(name, "")) for name, some in offered if len(some) > 1]


# --- addresses -------------------------------------------------------------------------------------------------


def tidy(given: QueryDict) -> QueryDict:
    """The address without what is empty or said twice."""
    query = QueryDict(mutable=True)
    for name in given:
        value = str(given[name]).strip()
        if value:
            query[name] = value
    return query


def address(query: QueryDict, **changes: str | None) -> str:
    """The list with some parts of the address changed; None takes a part away."""
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value:
            changed[name] = value
    return f"{reverse('project_list')}?{changed.urlencode()}" if changed else reverse("project_list")


def query_without(query: QueryDict, *names: str) -> str:
    """The rest of the address, ready for one more part behind it."""
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return f"{rest.urlencode()}&" if rest else ""


def removal(query: QueryDict, found: ProjectFilter, condition: Condition) -> Link:
    """The link that takes a condition away."""
    if condition.word:
        return Link(address(query, q=found.understood.without([condition.word]), page=None), condition.label)
    return Link(address(query, page=None, **{condition.field: None}), condition.label)


def without_word(query: QueryDict, found: ProjectFilter, word: str) -> Link:
    return Link(address(query, q=found.understood.without([word]), page=None), f"含“{word}”")


def chip_links(query: QueryDict, found: ProjectFilter, figures: stats.Figures) -> list[Link]:
    """全部 and the named sets, each with its count within all other conditions."""
    typed = [one.word for one in found.understood.conditions if one.field == "chip"]
    plain = {"q": found.understood.without(typed), "page": None, "sort": None}
    links = [Link(address(query, chip=None, **plain), "全部", figures["all"].count, not found.chips)]
    for key in (*ALWAYS, *WHEN_ANY):
        count, active = figures[key].count, found.chips == [key]
        if key in ALWAYS or count or active:
            links.append(Link(address(query, chip=key, **plain), NAMED[key].label, count, active))
    return links


# --- words -----------------------------------------------------------------------------------------------------


def subject_of(found: ProjectFilter) -> Subject:
    """Whom the list is about: the chosen units, the own unit, or the city; then its other conditions."""
    others = [one.label for one in found.conditions if one.field not in ("park", "chip")]
    others += [f"含“{word}”" for word in found.understood.words]
    units = found.chosen_units
    if not units and found.user.role == Role.PARK:
        units = [one for one in found.units if one.parent_id not in {unit.pk for unit in found.units}]
    return Subject("、".join(one.name for one in units) or "全市", tuple(others))


def title_of(found: ProjectFilter, subject: Subject) -> str:
    return " · ".join([str(subject), *(NAMED[chip].label for chip in found.chips)])


def unknown_of(found: ProjectFilter, figures: stats.Figures) -> list[str]:
    """阶段待核实2个（永祥二期、京运通拉棒切方）: what might belong to 未开工 but cannot be counted."""
    words = (("stage_unknown", "阶段待核实"), ("type_unknown", "已签约未填年度类型"))
    told = []
    for key, label in words:
        if figures[key].count:
            names = list(found.base.filter(stats.OTHER_SETS[key]).order_by("pk").values_list("name", flat=True)[:3])
            more = "等" if figures[key].count > len(names) else ""
            told.append(f"{label}{figures[key].count}个（{'、'.join(names)}{more}）")
    return told
