"""材料: everything to carry away on one page; the bulletin, letters, 定稿 and 印发."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from parks.models import Park
from portal import clock
from portal.choices import Role
from portal.permissions import access, bureau, city_readers, readers
from portal.requests import SignedInRequest
from projects import downloads, editions, papers, publications, stats
from projects.choices import DownloadKind, PaperKind
from projects.digests.facts import CITY
from projects.models import Edition
from projects.paper_forms import SaidForm, WithdrawForm
from projects.papers import Paper
from projects.views.papers import SAID, about, answer, as_word, month_key, opened, said, scopes_for

NOT_AS_ASKED = "在您确认之前，定稿有变动。请核对下面的说明，再按“印发”。"
LETTER_NAMES = [(kind.value, str(kind.label)) for kind in papers.LETTERS]


@access(readers)
@require_safe
def materials(request: SignedInRequest) -> HttpResponse:
    """What there is for this person, and for the bureau whether 定稿 is in force."""
    user, year = request.user, stats.year_on(clock.today())
    context = {
        "edition": editions.current(year) if city_readers(user) else None,
        "scopes": scopes_for(user),
        "today": clock.today(),
        "is_bureau": user.role == Role.STAFF,
        "is_park": user.role == Role.PARK,
        "newest": publications.visible_to(user).filter(withdrawn_at=None)[:5],
        "updated_at": clock.now(),
    }
    return render(request, "projects/materials.html", context)


# --- 月通报 --------------------------------------------------------------------------------------------------------


@access(city_readers)
def bulletin(request: SignedInRequest) -> HttpResponseBase:
    """The bulletin; the bureau adds sentences of its own, kept with the session until 定稿 or 印发 keeps them."""
    if request.method == "POST":
        if not bureau(request.user):
            raise Http404
        form = SaidForm(request.POST)
        if form.is_valid():
            request.session[SAID] = {month_key(): form.cleaned_data}
            messages.success(request, "补充文字已写入通报。")
            return redirect(reverse("bulletin") + "?live=1")
    else:
        mine = said(request)
        form = SaidForm(initial={"features": mine.features, "steps": mine.steps})
    more = {"said_form": form} if bureau(request.user) else {}
    return answer(request, PaperKind.BULLETIN, CITY, **more)


# --- 提醒函、督办函 ------------------------------------------------------------------------------------------------


@access(bureau)
@require_safe
def letters(request: SignedInRequest) -> HttpResponse:
    """The units that have late projects, each with the drafts there are for it."""
    on = clock.today()
    facts = papers.facts_of(CITY, on=on)
    lines = [one for line in facts.lines[1:] for one in (line, *line.children) if one.park]
    return render(request, "projects/letters.html", {"lines": lines, "kinds": LETTER_NAMES, "today": on})


@access(bureau)
@require_safe
def letter(request: SignedInRequest, code: str, kind: str) -> HttpResponseBase:
    """A draft to read, copy and take into Word."""
    unit = get_object_or_404(Park, code=code)
    if kind not in papers.LETTERS:
        raise Http404
    draft = papers.letter(unit, PaperKind(kind), on=clock.today())
    if draft is None:
        said = "没有红灯的逾期项目" if kind == PaperKind.SUPERVISION else "没有逾期项目"
        messages.info(request, f"{unit.name}{said}，不需要发{PaperKind(kind).label}。")
        return redirect("letters")
    if request.GET.get("form") == "docx":
        return as_word(request, draft)
    found = opened(request, request.user, kind, code, live=True)
    return render(request, "projects/paper.html", {**about(request, found), "is_draft": True})


# --- 定稿 ----------------------------------------------------------------------------------------------------------


@access(bureau)
def edition_freeze(request: SignedInRequest) -> HttpResponse:
    """Ask, then keep all papers as they are now."""
    if request.method == "POST":
        edition = editions.freeze(by=request.user, said=said(request))
        messages.success(request, f"{edition}。市局和局领导看到的是定稿的数字，“看实时”可看现在的数字。")
        return redirect("materials")
    now = clock.now().astimezone(clock.SHANGHAI)
    mine = said(request)
    context = {
        "heading": "定稿本期材料",
        "question": f"把现在（{now.month}月{now.day}日{now:%H:%M}）的数字定稿吗？",
        "consequences": [
            "一页纸、月通报、附表和大屏从此显示定稿的数字，直到停用或再次定稿；页面上可以看实时。",
            "园区、县区的页面不受影响，一直是实时的。",
            "月通报带上您的补充文字。" if mine != papers.Said() else "月通报没有补充文字。",
        ],
        "submit_label": "定稿",
        "back_url": reverse("materials"),
    }
    return render(request, "confirm.html", context)


@access(bureau)
def edition_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask, then show everything live again."""
    edition = get_object_or_404(Edition, pk=pk)
    if request.method == "POST":
        try:
            editions.end(edition, by=request.user)
            messages.success(request, "定稿已停用，材料恢复实时。")
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        return redirect("materials")
    context = {
        "heading": "停用定稿",
        "question": f"停用{edition}，一页纸、月通报、附表和大屏恢复实时吗？",
        "submit_label": "停用",
        "back_url": reverse("materials"),
    }
    return render(request, "confirm.html", context)


# --- files and 印发 ------------------------------------------------------------------------------------------------


def meant(request: SignedInRequest, data: Any) -> tuple[Paper, Edition | None]:
    """The paper that is named by kind and scope: nothing is taken for granted."""
    found = opened(request, request.user, data.get("kind", ""), data.get("scope", ""), live="live" in data)
    return found.paper, found.edition


@access(readers)
@require_POST
def paper_make(request: SignedInRequest) -> HttpResponse:
    """Have a file made in the background; it is found under 我的下载."""
    if request.POST.get("form") not in DownloadKind.values:
        raise Http404
    paper, _ = meant(request, request.POST)
    try:
        downloads.ask(paper=paper, kind=DownloadKind(request.POST["form"]), by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("download_list")


@access(bureau)
def paper_publish(request: SignedInRequest) -> HttpResponse:
    """Ask, then show the paper of the address to every unit: the 定稿 that was asked about, or none."""
    paper, edition = meant(request, request.GET)
    if paper.kind in papers.LETTERS or ":" in paper.scope:
        raise Http404
    asked_about = str(edition.pk) if edition else "live"
    if request.method == "POST" and request.POST.get("edition") != asked_about:
        messages.error(request, NOT_AS_ASKED)
    elif request.method == "POST":
        made = publications.publish(paper=paper, edition=edition, by=request.user)
        messages.success(request, f"《{made.title}》已印发，各单位在“材料—已印发”中可以看到。")
        return redirect("published_list")
    kept = f"印发的是{edition}的内容。" if edition else "印发的是现在的实时数字，印发后不再变动。"
    context = {
        "heading": "印发",
        "question": f"把《{paper.title}》印发给所有园区、县（市、区）吗？",
        "consequences": [kept, "各单位会看到全文和附表，包括其他单位的项目。", "印发后可以撤回，撤回须写明原因。"],
        "hidden": {"edition": asked_about},
        "submit_label": "印发",
        "back_url": reverse("materials"),
    }
    return render(request, "confirm.html", context)


@access(readers)
@require_safe
def published_list(request: SignedInRequest) -> HttpResponse:
    context = {"found": publications.visible_to(request.user)[:100], "is_bureau": bureau(request.user)}
    return render(request, "projects/published_list.html", context)


@access(readers)
@require_safe
def published(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """A published paper as it was printed; a withdrawn one is gone for all but the bureau."""
    found = get_object_or_404(publications.visible_to(request.user), pk=pk)
    paper = Paper.from_json(found.content)
    if request.GET.get("form") == "docx":
        return as_word(request, paper)
    context = {"paper": paper, "publication": found, "may_withdraw": bureau(request.user) and not found.withdrawn_at}
    return render(request, "projects/paper.html", context)


@access(bureau)
def publication_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then take the paper back."""
    found = get_object_or_404(publications.visible_to(request.user), pk=pk)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publications.withdraw(publication=found, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"《{found.title}》已撤回。")
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        return redirect("published_list")
    context = {
        "heading": "撤回已印发材料",
        "question": f"撤回《{found.title}》吗？各单位将看不到它。",
        "form": form,
        "submit_label": "撤回",
        "danger": True,
        "back_url": reverse("published_list"),
    }
    return render(request, "confirm.html", context)
