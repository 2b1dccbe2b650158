"""周调度: the digest of a week as a page, to copy and to print; a past week as it was sent."""

import re
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render

from portal import clock
from portal.choices import MailState, Role
from portal.models import OutgoingMail, User
from portal.permissions import access, readers
from portal.requests import SignedInRequest
from projects import chasing, digests
from projects.daily import WEEK
from projects.digests.facts import CITY
from projects.mailing import monday_of, name_of_week
from projects.models.weeks import last_week, week_of
from projects.owed import week_item

ONE_WEEK = timedelta(days=7)
FIRST_YEAR = 2020


@access(readers)
def weekly(request: SignedInRequest) -> HttpResponse:
    """The newest week as things are now; an earlier one as it was sent to this person, if it was."""
    user, today = request.user, clock.today()
    newest = last_week(today)
    first, last = asked(request.GET.get("week", ""), newest)
    is_newest = first == newest[0]
    memo: digests.Memo = {}
    digest = digests.compose(user, first=first, last=last, on=today, memo=memo)
    context = {
        "digest": digest,
        "content": digest.content,
        "text": digests.text(digest),
        "sent": None if is_newest else sent(user, first, on=today),
        "is_newest": is_newest,
        "before": name_of_week(first - ONE_WEEK) if first.year > FIRST_YEAR else "",
        "after": "" if is_newest else name_of_week(first + ONE_WEEK),
        "notice": notice(memo, first, last, today) if user.role == Role.STAFF and is_newest else "",
        "today": today,
        "updated_at": clock.now(),
    }
    return render(request, "projects/weekly.html", context)


def asked(name: str, newest: tuple[date, date]) -> tuple[date, date]:
    """Monday and Sunday of 2021-W38; the newest whole week when the address names no earlier one."""
    if re.fullmatch(r"20[2-9]\d-W[0-5]\d", name, re.ASCII):
        try:
            return min(week_of(monday_of(name)), newest)
        except ValueError:  # a year without a week 53
            pass
    return newest


def sent(user: User, monday: date, *, on: date) -> OutgoingMail | None:
    """The message this person got with the digest of the week, if it was written for the units the person has now."""
    week = week_item(monday, "")
    told = OutgoingMail.objects.filter(user=user, items__subject=WEEK, items__object_id=week.object_id)
    written = told.filter(rendered_at__isnull=False, scope=digests.scope(user, on)).exclude(state=MailState.CANCELLED)
    return written.order_by("-rendered_at").first()


def notice(memo: digests.Memo, first: date, last: date, today: date) -> str:
    """「复制催报通知」 of this moment, from the facts of the digest beside it."""
    facts = digests.facts_of(CITY, memo, first=first, last=last, on=today)
    return chasing.notice(facts.missing, at=clock.now(), month=facts.month)
