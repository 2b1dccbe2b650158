"""The page 邮件: one's own messages; for who keeps the mail, every message, what became of it, and the jobs."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal import clock, clock_guard, mail_status, mail_words, outbox
from portal.choices import MailState
from portal.filters import MailFilter
from portal.models import OutgoingMail, User
from portal.permissions import access, anyone_signed_in, mail_keeper, sysadmin
from portal.requests import SignedInRequest

PER_PAGE = 50
ALL, OWN = "all", "own"
CAN_REPEAT = (MailState.FAILED, MailState.DEAD)


def own(user: User) -> QuerySet[OutgoingMail]:
    """What is for the person; what was taken back may speak of a unit the person no longer answers for."""
    return OutgoingMail.objects.filter(user=user).exclude(state=MailState.CANCELLED)


def wants_all(request: SignedInRequest) -> bool:
    """The system administrator's page is that of all mail; the bureau's lead comes there by a link."""
    chosen = request.GET.get("view", ALL if sysadmin(request.user) else OWN)
    return mail_keeper(request.user) and chosen == ALL


@require_safe
@access(anyone_signed_in)
def mail_list(request: SignedInRequest) -> HttpResponse:
    """One's own messages, the newest first; for who keeps the mail, all of it."""
    if wants_all(request):
        return all_mail(request)
    mails = own(request.user).exclude(rendered_at=None).order_by("-rendered_at", "-id")
    context = {
        "page_obj": Paginator(mails, PER_PAGE).get_page(request.GET.get("page")),
        "may_keep": mail_keeper(request.user),
    }
    return render(request, "portal/mail_list.html", context)


def all_mail(request: SignedInRequest) -> HttpResponse:
    """Every message and how sending stands, never a text; to the system administrator no subject of others either."""
    now = clock.now()
    found = MailFilter(request.GET, queryset=OutgoingMail.objects.select_related("user"))
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    lines = mail_status.job_lines(now=now)
    context = {
        "filter": found,
        "page_obj": page,
        "rows": [row(mail, request.user) for mail in page],
        "counts": mail_status.counts(OutgoingMail.objects.all(), now=now),
        "pause": mail_status.pause(),
        "jobs": lines,
        "differences": mail_status.alarms(lines),
        "suspects": mail_status.suspects(),
        "without_mailbox": mail_status.without_mailbox(),
        "bouncing": [(one, mail_words.meaning_of(one.code, final=True)) for one in mail_status.bouncing()],
        "is_sysadmin": sysadmin(request.user),
    }
    return render(request, "portal/mail_all.html", context)


def row(mail: OutgoingMail, reader: User) -> dict[str, object]:
    """One message as the table shows it."""
    reads = mail.user_id == reader.pk or not sysadmin(reader)
    return {
        "mail": mail,
        "kind": mail_words.kind(mail),
        "subject": mail.subject if reads else "",
        "why": mail_words.explain(mail),
        "may_repeat": mail.state in CAN_REPEAT,
    }


@require_safe
@access(anyone_signed_in)
def mail_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of the own messages; opening it counts as read."""
    mail = get_object_or_404(own(request.user), pk=pk)
    if mail.rendered_at and mail.read_at is None:
        OutgoingMail.objects.filter(pk=mail.pk, read_at=None).update(read_at=clock.now())
    return render(request, "portal/mail_detail.html", {"mail": mail})


def back() -> HttpResponse:
    return redirect(f"{reverse('mail_list')}?view={ALL}")


@access(sysadmin)
@require_POST
def mail_test(request: SignedInRequest) -> HttpResponse:
    try:
        outbox.queue_test(by=request.user)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        messages.success(request, f"测试邮件已放入待发，将发到 {request.user.email}。")
    return back()


@access(mail_keeper)
@require_POST
def mail_resend(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        outbox.resend(mail=get_object_or_404(OutgoingMail, pk=pk), by=request.user, request=request)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        messages.success(request, "已重新放入待发。")
    return back()


@access(sysadmin)
@require_POST
def mail_clock(request: SignedInRequest) -> HttpResponse:
    """The time is right: let the jobs go on."""
    if clock_guard.confirm(by=request.user, request=request):
        messages.success(request, "已确认本机时间正确，提醒和周调度继续生成。")
    else:
        messages.warning(request, "本机时间没有疑问，不需要确认。")
    return back()
