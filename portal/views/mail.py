"""The page 邮件: one's own messages; for the system administrator every mail, what became of it, and a test."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal import clock, outbox
from portal.choices import MailState, Role
from portal.models import MailGate, OutgoingMail, User
from portal.permissions import access, anyone_signed_in, sysadmin
from portal.requests import SignedInRequest

PER_PAGE = 50


def own(user: User) -> QuerySet[OutgoingMail]:
    """What is for the person; what was taken back may speak of a unit the person no longer answers for."""
    return OutgoingMail.objects.filter(user=user).exclude(state=MailState.CANCELLED)


def seen_by(user: User) -> QuerySet[OutgoingMail]:
    """The messages a person may see: the own ones; the system administrator sees that mails exist, not their text."""
    return OutgoingMail.objects.all() if user.role == Role.SYSADMIN else own(user)


@require_safe
@access(anyone_signed_in)
def mail_list(request: SignedInRequest) -> HttpResponse:
    """The newest first; `state` narrows the list."""
    mails = seen_by(request.user).select_related("user")
    state = request.GET.get("state", "")
    if state in MailState.values:
        mails = mails.filter(state=state)
    context = {
        "page_obj": Paginator(mails, PER_PAGE).get_page(request.GET.get("page")),
        "no_state": not state,
        "chips": [{"url": f"?state={v}", "label": label, "active": v == state} for v, label in MailState.choices],
        "gate": MailGate.objects.filter(streak__gt=0).first(),
        "all_people": request.user.role == Role.SYSADMIN,
        "can_repeat": (MailState.FAILED, MailState.DEAD),
    }
    return render(request, "portal/mail_list.html", context)


@require_safe
@access(anyone_signed_in)
def mail_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of the own messages; opening it counts as read."""
    mail = get_object_or_404(own(request.user), pk=pk)
    if mail.rendered_at and mail.read_at is None:
        OutgoingMail.objects.filter(pk=mail.pk, read_at=None).update(read_at=clock.now())
    return render(request, "portal/mail_detail.html", {"mail": mail})


@access(sysadmin)
@require_POST
def mail_test(request: SignedInRequest) -> HttpResponse:
    try:
        outbox.queue_test(by=request.user)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        messages.success(request, f"测试邮件已放入待发，将发到 {request.user.email}。")
    return redirect("mail_list")


@access(sysadmin)
@require_POST
def mail_resend(request: SignedInRequest, pk: int) -> HttpResponse:
    try:
        outbox.resend(mail=get_object_or_404(OutgoingMail, pk=pk), by=request.user)
    except ValidationError as refused:
        messages.error(request, "".join(refused.messages))
    else:
        messages.success(request, "已重新放入待发。")
    return redirect("mail_list")
