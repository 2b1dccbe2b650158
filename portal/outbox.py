"""The outbox: messages as rows, worked on under a lease with a fence (reliability.md §3).

Nothing is lost: what must be sent is a row, inserted with its cause. Nothing is repeated unknowingly: before the body
goes out the row says so (`intent`), so after a crash we know that a copy may be out, and it carries the same
Message-ID. Every later write repeats the fence; a worker whose row was taken over writes nothing.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet

from portal import audit, clock, owners, poke
from portal.choices import MailPhase, MailState, Role
from portal.models import DeliveryAttempt, OutgoingMail, OutgoingMailItem, User

LEASE_MS, DATA_LEASE_MS = 90_000, 360_000
GIVE_UP = timedelta(days=3)
BACKOFF_MINUTES = [1, 5, 15, 60, 180, 360, 720, 1440]


@dataclass(frozen=True)
class Item:
    """One thing to speak of: unique per person, so that no run says it twice."""

    subject: str
    object_id: int
    due: date
    level: str
    unit: str = ""


def machine_ms() -> int:
    """The real moment in milliseconds: leases only."""
    return int(clock.machine_now().timestamp() * 1000)


def message_id(key: str) -> str:
    """One Message-ID for ever: from the key, so that it survives even a restored backup."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}|{key}".encode()).hexdigest()[:32]
    return f"<{digest}@{settings.MAIL_DOMAIN}>"


@transaction.atomic
def queue(
    *, key: str, kind: str, user: User, due_at: datetime, give_up_at: datetime, items: Iterable[Item] = ()
) -> OutgoingMail | None:
    """Put a message into the outbox, once per key, with those items nobody has told the person yet.

    Returns None when the key exists or, for a message of items, when nothing new was left to say.
    """
    items = list(items)
    mail, made = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind, "user": user, "address": user.email, "due_at": due_at, "give_up_at": give_up_at,
            "message_id": message_id(key),
        },
    )  # fmt: skip
    if not made:
        return None
    rows = [OutgoingMailItem(mail=mail, user=user, **vars(item)) for item in items]
    OutgoingMailItem.objects.bulk_create(rows, ignore_conflicts=True)
    if items and not mail.items.exists():
        mail.delete()
        return None
    return mail


def takeable(now: datetime, ms: int) -> Q:
    """Due, or left by an owner whose lease is over."""
    return Q(state=MailState.QUEUED, due_at__lte=now) | Q(state=MailState.SENDING, lease_ms__lt=ms)


def claim(*, now: datetime, owner: str, limit: int = 20) -> list[OutgoingMail]:
    """Take up to `limit` messages. A row is ours when the conditional update hits it: on any database."""
    ms = machine_ms()
    waiting = OutgoingMail.objects.filter(takeable(now, ms)).order_by("due_at", "id")[:limit]
    return [mail for mail in waiting if _take(mail, owner=owner, now=now, ms=ms)]


def _take(mail: OutgoingMail, *, owner: str, now: datetime, ms: int) -> bool:
    """Claim one row if nobody did since it was read; a lost one in phase data is counted as possibly out."""
    maybe_out = 1 if mail.state == MailState.SENDING and mail.phase == MailPhase.DATA else 0
    hit = OutgoingMail.objects.filter(takeable(now, ms), pk=mail.pk, fence=mail.fence).update(
        state=MailState.SENDING, phase=MailPhase.CLAIMED, owner=owner, fence=F("fence") + 1, tries=F("tries") + 1,
        uncertain=F("uncertain") + maybe_out, lease_ms=ms + LEASE_MS,
    )  # fmt: skip
    if hit:
        mail.refresh_from_db()
    return bool(hit)


def mine(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The row as long as it is still ours."""
    return OutgoingMail.objects.filter(pk=mail.pk, fence=mail.fence, state=MailState.SENDING)


def intent(mail: OutgoingMail, *, subject: str, body: str) -> bool:
    """Write, before the body goes out, that it is about to; the text is frozen at the first time.

    False: the row is no longer ours and nothing may be sent.
    """
    ms = machine_ms()
    if mail.rendered_at is None:
        mail.subject, mail.body, mail.rendered_at = subject[:200], body, clock.now()
    hit = mine(mail).filter(phase=MailPhase.CLAIMED, lease_ms__gt=ms).update(
        phase=MailPhase.DATA, lease_ms=ms + DATA_LEASE_MS, subject=mail.subject, body=mail.body,
        rendered_at=mail.rendered_at,
    )  # fmt: skip
    return hit == 1


@dataclass(frozen=True)
class Outcome:
    """How a try ended: `state` is what becomes of the message; `maybe_out` when silence leaves it open."""

    state: str
    code: int | None = None
    detail: str = ""
    maybe_out: bool = False


@transaction.atomic
def finish(mail: OutgoingMail, outcome: Outcome) -> bool:
    """Write how the try ended, if the row is still ours, and record the attempt in any case."""
    now, state, due = clock.now(), outcome.state, mail.due_at
    if state == MailState.QUEUED:
        due = now + timedelta(minutes=BACKOFF_MINUTES[min(mail.tries, len(BACKOFF_MINUTES)) - 1])
        state = MailState.DEAD if now >= mail.give_up_at else state
    hit = mine(mail).update(
        state=state, phase=MailPhase.IDLE, smtp_code=outcome.code, error=outcome.detail[:300], due_at=due,
        uncertain=F("uncertain") + int(outcome.maybe_out), lease_ms=0,
        accepted_at=now if state == MailState.SENT else None,
    )  # fmt: skip
    DeliveryAttempt.objects.get_or_create(
        mail=mail, number=mail.fence,
        defaults={"owner": mail.owner, "began_at": now, "outcome": state if hit else "late",
                  "smtp_code": outcome.code, "detail": outcome.detail[:300]},
    )  # fmt: skip
    return hit == 1


def release(mail: OutgoingMail, *, due_at: datetime) -> None:
    """Give a claimed message back untried, to be taken again from `due_at` on."""
    mine(mail).update(
        state=MailState.QUEUED, phase=MailPhase.IDLE, lease_ms=0, due_at=due_at, tries=F("tries") - 1
    )  # fmt: skip


def reap() -> int:
    """End the leases of owners that provably no longer run on this host; returns how many rows that freed."""
    held = OutgoingMail.objects.filter(state=MailState.SENDING, lease_ms__gt=0)
    gone = [owner for owner in held.values_list("owner", flat=True).distinct() if owners.is_gone(owner)]
    return held.filter(owner__in=gone).update(lease_ms=0)


def resend(*, mail: OutgoingMail, by: User) -> None:
    """Queue a refused or given-up message again: the act of a system administrator."""
    if by.role != Role.SYSADMIN:
        raise PermissionDenied("只有系统管理员可以重发邮件。")
    ended = (MailState.FAILED, MailState.DEAD)
    hit = OutgoingMail.objects.filter(pk=mail.pk, state__in=ended).update(
        state=MailState.QUEUED, tries=0, due_at=clock.now(), give_up_at=clock.now() + GIVE_UP, address=mail.user.email
    )
    if not hit:
        raise ValidationError("这封邮件不是被拒收或已放弃的，不需要重发。")
    audit.log("mail.resend", by=by, obj=mail)
    poke.after_commit("portal.tasks.drain")


def queue_test(*, by: User) -> None:
    """Queue a test mail to the system administrator's own address."""
    if by.role != Role.SYSADMIN:
        raise PermissionDenied("只有系统管理员可以发测试邮件。")
    if not by.email:
        raise ValidationError("您的账号没有填写邮箱，请先在账号页填写。")
    now = clock.now()
    key = f"test:{by.pk}:{now:%Y%m%dT%H%M%S%f}"
    queue(key=key, kind="test", user=by, due_at=now, give_up_at=now + timedelta(hours=1))
    audit.log("mail.test", by=by, address=by.email)
    poke.after_commit("portal.tasks.drain")
