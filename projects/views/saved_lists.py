"""常用清单: the pages on which a person keeps, opens, renames, replaces and deletes lists."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from portal import clock
from portal.models import User
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import saved_lists
from projects.filters import ProjectFilter, year_of, years
from projects.forms.saved_lists import NewListForm, SavedListForm
from projects.models import SavedList
from projects.saved_lists import Content
from projects.views.listing import address, tidy
from projects.views.saved_menu import columns_for, kept_part


@access(readers)
def saved_list_all(request: SignedInRequest) -> HttpResponse:
    """Every list the person can open, with what may be done with it."""
    found = SavedList.objects.visible_to(request.user).select_related("owner").order_by("shared", "name", "pk")
    rows = [(saved, saved_lists.may_change(saved, request.user)) for saved in found]
    return render(request, "projects/saved_lists.html", {"rows": rows})


@access(readers)
def saved_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The stable address: the list page under the filter, with the columns of the list."""
    saved = load(request.user, pk)
    return redirect(f"{reverse('project_list')}?{urlencode({**saved.query, 'list': saved.pk})}")


@access(readers)
def saved_list_new(request: SignedInRequest) -> HttpResponse:
    """存为常用清单: what the address of the list page asked for, sent along by the address of this page."""
    query = tidy(request.GET)
    content = content_of(query, request.user)
    initial = {"replaces": query.get("list"), "name": "" if "list" in query else suggestion(content)}
    form = NewListForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        replaced, name = form.cleaned_data.get("replaces"), form.cleaned_data["name"]
        try:
            if replaced:
                saved = saved_lists.replace(saved=replaced, content=content, by=request.user)
            else:
                saved = saved_lists.keep(name=name, content=content, shared=form.shares, by=request.user)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已保存常用清单“{saved.name}”。")
            return redirect(saved)
    words, back = SavedList(conditions=content.conditions).words, address(query)
    return shown(request, form, heading="存为常用清单", lead_line=words, back_url=back, is_new=True)


@access(readers)
def saved_list_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another name; shared or no longer."""
    saved = changeable(request.user, pk)
    form = SavedListForm(request.POST or None, user=request.user, initial={"name": saved.name, "shared": saved.shared})
    if request.method == "POST" and form.is_valid():
        try:
            saved_lists.change(saved=saved, name=form.cleaned_data["name"], shared=form.shares, by=request.user)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, f"已保存常用清单“{saved.name}”。")
            return redirect("saved_list_all")
    back = reverse("saved_list_all")
    return shown(request, form, heading="修改常用清单", lead_line=saved.words, back_url=back, is_new=False)


@access(readers)
def saved_list_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    saved = changeable(request.user, pk)
    if request.method == "POST":
        saved_lists.delete(saved=saved, by=request.user)
        messages.success(request, f"已删除常用清单“{saved.name}”。")
        return redirect("saved_list_all")
    whose = f"，{saved.owner}保存、科室共享" if saved.shared else ""
    context = {
        "heading": "删除常用清单",
        "question": f"删除常用清单“{saved.name}”（{saved.words}{whose}）？",
        "consequences": ["只删除这份清单，清单里的项目不受影响。", "别人收藏的这份清单的地址将打不开。"],
        "submit_label": "删除",
        "back_url": reverse("saved_list_all"),
        "danger": True,
    }
    return render(request, "confirm.html", context)


# --- parts -----------------------------------------------------------------------------------------------------


def shown(request: SignedInRequest, form: SavedListForm, **words: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "projects/saved_list_form.html", {"form": form, **words}, status=status)


def load(user: User, pk: int) -> SavedList:
    return get_object_or_404(SavedList.objects.visible_to(user).select_related("owner"), pk=pk)


def changeable(user: User, pk: int) -> SavedList:
    saved = load(user, pk)
    if not saved_lists.may_change(saved, user):
        raise PermissionDenied("这份常用清单由保存人或业务负责人维护。您可以另存一份。")
    return saved


def content_of(query: QueryDict, user: User) -> Content:
    """The list of this address as it is kept, each condition with the words it reads by."""
    on = clock.today()
    found = ProjectFilter(query, user=user, year=year_of(query.get("year"), years()), on=on)
    conditions = [
        {"field": one.field, "value": one.value, "label": one.label, "word": one.word} for one in found.conditions
    ]
    conditions += [
        {"field": "q", "value": word, "label": f"含“{word}”", "word": word} for word in found.understood.words
    ]
    kept = kept_part(query)
    if "year" in kept:
        conditions.append({"field": "year", "value": kept["year"], "label": f"{kept['year']}年度", "word": ""})
    return Content(kept, columns_for(user, query), conditions)


def suggestion(content: Content) -> str:
    """A first name for the list: its conditions."""
    return "".join(one["label"] for one in content.conditions)[:40]
