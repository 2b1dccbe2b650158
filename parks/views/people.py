"""The page 账号: who may sign in, as what and for which units."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from parks import accounts
from parks.filters import PeopleFilter
from parks.forms import PersonForm, term_forms, terms_of
from portal import clock
from portal.models import User
from portal.permissions import access, sysadmin
from portal.requests import SignedInRequest

PER_PAGE = 50


@require_safe
@access(sysadmin)
def people_list(request: SignedInRequest) -> HttpResponse:
    people = User.objects.order_by("-is_active", "role", "username").prefetch_related("assignments__park")
    found = PeopleFilter(request.GET, queryset=people)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page, "locked": found.locked, "today": clock.today()}
    return render(request, "parks/people_list.html", context)


@access(sysadmin)
def person_new(request: SignedInRequest) -> HttpResponse:
    form, lines = PersonForm(request.POST or None), term_forms(None, request.POST or None)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        try:
            person, secret = accounts.create_person(
                **form.cleaned_data, terms=terms_of(lines), by=request.user, request=request
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return show_password(request, person, secret, heading="账号已建立")
    return render(request, "parks/people_form.html", {"form": form, "lines": lines, "heading": "新建账号"})


@access(sysadmin)
def person_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    own = person == request.user
    form = PersonForm(request.POST or None, instance=person, own=own)
    lines = term_forms(person, request.POST or None)
    if request.method == "POST" and form.is_valid() and lines.is_valid():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "username"}
        try:
            accounts.change_person(person=person, **fields, terms=terms_of(lines), by=request.user, request=request)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{person.name}的账号已保存。")
            return redirect("people_list")
    context = {"form": form, "lines": lines, "person": person, "own": own, "heading": f"账号 {person.username}"}
    return render(request, "parks/people_form.html", context)


@dataclass(frozen=True)
class Action:
    """What an administrator does to an account after being asked."""

    label: str
    rule: Callable[..., Any]
    question: str
    done: str


ACTIONS = {
    "disable": Action("停用", accounts.disable_person, "停用后立即退出登录，不能再登录。确定停用吗？", "已停用。"),
    "enable": Action("启用", accounts.enable_person, "启用后可用原密码登录。确定启用吗？", "已启用。"),
    "unlock": Action("解锁", accounts.unlock_person, "解除因密码多次错误造成的锁定，确定吗？", "已解锁。"),
    "password": Action(
        "重置密码", accounts.renew_password, "原密码立即失效，并生成一个一次性密码，登录后须修改。确定吗？", ""
    ),
    "second-factor": Action(
        "关闭两步验证",
        accounts.clear_second_factor,
        "用于更换或丢失手机。关闭后凭密码即可登录。确定吗？",
        "已关闭两步验证。",
    ),
}


@access(sysadmin)
def person_action(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Ask, then do one of the actions above."""
    person, action = get_object_or_404(User, pk=pk), ACTIONS.get(verb)
    if action is None:
        raise Http404
    if request.method != "POST":
        context = {
            "heading": f"{action.label}：{person.name}（{person.username}）",
            "question": action.question,
            "submit_label": action.label,
            "back_url": person.get_absolute_url(),
            "danger": verb == "disable",
        }
        return render(request, "confirm.html", context)
    try:
        result = action.rule(person=person, by=request.user, request=request)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(person)
    if verb == "password":
        return show_password(request, person, result, heading="密码已重置")
    messages.success(request, f"{person.name}：{action.done}")
    return redirect(person)


def show_password(request: SignedInRequest, person: User, secret: str, *, heading: str) -> HttpResponse:
    """Show a one-time password in the answer itself: it is stored nowhere, so there is no page to come back to."""
    return render(request, "parks/people_password.html", {"person": person, "secret": secret, "heading": heading})
