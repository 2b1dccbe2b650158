"""The outbox: messages as rows, worked on under a lease with a fence (reliability.md §3).

Nothing is lost: what must be sent is a row, inserted with its cause. Nothing is repeated unknowingly: before the body
goes out the row says so (`intent`), so after a crash we know that a copy may be out, and it carries the same
Message-ID. Every later write repeats the fence; a worker whose row was taken over writes nothing.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, When
from django.http import HttpRequest

from portal import audit, calendar, clock, durability, owners, permissions, poke
from portal.choices import MailPhase, MailState, Role
from portal.models import DeliveryAttempt, OutgoingMail, OutgoingMailItem, User

GIVE_UP_DAYS, GIVE_UP_AT = 5, time(18)  # a message sent again is given up at the end of the 5th working day
CLAIM_LOOKS = 5
CHUNK = 500
BACKOFF_MINUTES = [1, 5, 15, 60, 180, 360, 720, 1440]


@dataclass(frozen=True)
class Item:
    """One thing to speak of: unique per person, so that no run says it twice."""

    subject: str
    object_id: int
    due: date
    level: str
    unit: str = ""


@dataclass(frozen=True)
class Draft:
    """A message to be queued."""

    key: str
    kind: str
    user: User
    due_at: datetime
    give_up_at: datetime
    items: tuple[Item, ...] = ()

    def row(self) -> OutgoingMail:
        return OutgoingMail(
            key=self.key, kind=self.kind, user=self.user, address=self.user.email, due_at=self.due_at,
            give_up_at=self.give_up_at, message_id=message_id(self.key),
        )  # fmt: skip


@dataclass(frozen=True)
class Text:
    """What a message says: on the site (`body`), in the letter, and for whose eyes (`scope`) it was written."""

    subject: str
    body: str
    letter: str = ""
    html: str = ""
    scope: str = ""


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

    A message of the same key that nobody has tried to send takes them in; a new one takes over the items of older
    ones of its kind that were never tried, so that after an outage one message says it all. Returns the message, or
    None when nothing was to be added.
    """
    items = list(items)
    mail, made = OutgoingMail.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind, "user": user, "address": user.email, "due_at": due_at, "give_up_at": give_up_at,
            "message_id": message_id(key),
        },
    )  # fmt: skip
    if not made and not (items and waiting(mail)):
        return None
    before = OutgoingMailItem.objects.filter(mail=mail).count()
    rows = [OutgoingMailItem(mail=mail, user=user, **vars(item)) for item in items]
    OutgoingMailItem.objects.bulk_create(rows, ignore_conflicts=True)
    if items and OutgoingMailItem.objects.filter(mail=mail).count() == before:
        if made:
            mail.delete()
        return None
    if items and made:
        take_over(mail)
    return mail


def queue_all(drafts: Sequence[Draft]) -> set[str]:
    """Queue many messages with items as `queue` does each; the keys of those to which something was added."""
    added: set[str] = set()
    for start in range(0, len(drafts), CHUNK):
        added |= queue_some(drafts[start : start + CHUNK])
    return added


@transaction.atomic
def queue_some(drafts: Sequence[Draft]) -> set[str]:
    """A chunk of them. New messages go in together; what is there already, or appears just now, is left to `queue`."""
    there = set(OutgoingMail.objects.filter(key__in=[one.key for one in drafts]).values_list("key", flat=True))
    left = untold({one.user.pk: one.items for one in drafts})
    wanted = {one.key: one for one in drafts if left[one.user.pk]}
    new = [key for key in wanted if key not in there]
    OutgoingMail.objects.bulk_create([wanted[key].row() for key in new], ignore_conflicts=True)
    ours = OutgoingMail.objects.filter(key__in=new, state=MailState.QUEUED, rendered_at=None)
    ours.update(state=MailState.QUEUED)  # holds them until the end, also one that somebody else has just made
    made = {mail.key: mail for mail in ours}
    fill(made.values(), left)
    one_by_one = {key for key in wanted if key not in made and queue(**vars(wanted[key]))}
    return one_by_one | {key for key, mail in made.items() if mail.pk}


def fill(mails: Collection[OutgoingMail], items: Mapping[int, Iterable[Item]]) -> None:
    """Give new messages their items and those of older ones never tried; delete one for which nothing is left."""
    rows = [OutgoingMailItem(mail=mail, user_id=mail.user_id, **vars(item)) for mail in mails
            for item in items[mail.user_id]]  # fmt: skip
    OutgoingMailItem.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK)
    filled = set(OutgoingMailItem.objects.filter(mail__in=mails).values_list("mail", flat=True).distinct())
    people = {mail.user_id for mail in mails}
    older = untried(OutgoingMail.objects.filter(user__in=people)).exclude(pk__in=[mail.pk for mail in mails])
    waiting_for = set(older.values_list("user", flat=True))
    for mail in mails:
        if mail.pk not in filled:
            mail.delete()
        elif mail.user_id in waiting_for:
            take_over(mail)


def untold(items: Mapping[int, Iterable[Item]]) -> dict[int, list[Item]]:
    """Of the items of some people, by their keys, those each was not told yet."""
    days = {item.due for own in items.values() for item in own}
    rows = OutgoingMailItem.objects.filter(user__in=list(items), due__in=days)
    told = set(rows.values_list("user", "subject", "object_id", "due", "level")) if days else set()
    return {
        user: [one for one in own if (user, one.subject, one.object_id, one.due, one.level) not in told]
        for user, own in items.items()
    }


def waiting(mail: OutgoingMail) -> bool:
    """Hold a message that nobody has tried to send, until the transaction ends."""
    same = OutgoingMail.objects.filter(pk=mail.pk, state=MailState.QUEUED, rendered_at=None)
    return bool(same.update(state=MailState.QUEUED))


def untried(mails: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
    """Messages whose text was never made: nobody has seen anything of them."""
    return mails.filter(rendered_at=None, state__in=(MailState.QUEUED, MailState.DEAD))


def take_over(mail: OutgoingMail) -> None:
    """Move the items of older messages that were never tried into this one. The condition is written again with the
    change: one that somebody claims at this moment keeps its items."""
    older = OutgoingMail.objects.filter(user=mail.user, kind=mail.kind, pk__lt=mail.pk)
    for pk in list(untried(older).values_list("pk", flat=True)):
        if untried(OutgoingMail.objects.filter(pk=pk)).update(
            state=MailState.CANCELLED, error=f"未发出，事项并入{mail.key}"
        ):
            OutgoingMailItem.objects.filter(mail=pk).update(mail=mail)


def takeable(now: datetime, ms: int) -> Q:
    """Due, or left by an owner whose lease is over."""
    return Q(state=MailState.QUEUED, due_at__lte=now) | Q(state=MailState.SENDING, lease_ms__lt=ms)


def claim(*, now: datetime, owner: str, limit: int = 20, mailbox: bool | None = None) -> list[OutgoingMail]:
    """Take up to `limit` messages, the oldest first; to people with or without mailbox, or both (None).

    Another process may take the same ones at the same moment: who gets none of them looks again.
    """
    for _ in range(CLAIM_LOOKS):
        seen, taken = look_and_take(now, owner=owner, limit=limit, mailbox=mailbox)
        if taken or not seen:
            return taken
    return []


def look_and_take(
    now: datetime, *, owner: str, limit: int, mailbox: bool | None
) -> tuple[dict[int, int], list[OutgoingMail]]:
    """What was there to take, with its fences, and what of it is ours now.

    A row is ours when the conditional update hits it: on any database. A lost one in phase data is counted as
    possibly out.
    """
    ms = machine_ms()
    found = OutgoingMail.objects.filter(takeable(now, ms)).order_by("due_at", "id")
    if mailbox is not None:
        found = found.exclude(user__email="") if mailbox else found.filter(user__email="")
    seen = dict(found.values_list("pk", "fence")[:limit])
    if not seen:
        return {}, []
    lost_in_data = Q(state=MailState.SENDING, phase=MailPhase.DATA)
    with transaction.atomic():
        OutgoingMail.objects.filter(takeable(now, ms), pk__in=list(seen)).update(
            state=MailState.SENDING, phase=MailPhase.CLAIMED, owner=owner, fence=F("fence") + 1, tries=F("tries") + 1,
            uncertain=F("uncertain") + Case(When(lost_in_data, then=1), default=0),
            lease_ms=ms + settings.MAIL_LEASE_SECONDS * 1000,
        )  # fmt: skip
        taken = OutgoingMail.objects.filter(
            pk__in=list(seen), owner=owner, state=MailState.SENDING, phase=MailPhase.CLAIMED
        )
        ordered = taken.select_related("user").order_by("due_at", "id")
        return seen, [mail for mail in ordered if mail.fence > seen[mail.pk]]


def mine(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    """The row as long as it is still ours."""
    return OutgoingMail.objects.filter(pk=mail.pk, fence=mail.fence, state=MailState.SENDING)


def write(mail: OutgoingMail, changes: Mapping[str, Any], *, phase: str = "", alive: int = 0) -> bool:
    """Change the row if it is still ours, and in that phase and its lease alive at that moment where these are given.

    The same as `mine(mail).update(…)`. Each letter takes two of these, and putting them together anew each time took
    a fifth of the time of sending (docs/performance.md).
    """
    fields = [field for field in OutgoingMail._meta.concrete_fields if field.name in changes]
    wanted: list[Any]
    where, wanted = "id = %s AND fence = %s AND state = %s", [mail.pk, mail.fence, MailState.SENDING.value]
    if phase:
        where, wanted = f"{where} AND phase = %s", [*wanted, phase]
    if alive:
        where, wanted = f"{where} AND lease_ms > %s", [*wanted, alive]
    values = [field.get_db_prep_save(changes[field.name], connection) for field in fields]
    columns = ", ".join(f"{field.column} = %s" for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {OutgoingMail._meta.db_table} SET {columns} WHERE {where}", [*values, *wanted])  # noqa: S608 — names of our own columns
        return bool(cursor.rowcount)


FROZEN = ("address", "subject", "body", "letter", "html", "scope", "rendered_at")
NO_TEXT = {"subject": "", "body": "", "letter": "", "html": "", "scope": "", "rendered_at": None}


def intent(mail: OutgoingMail, text: Text | None = None) -> bool:
    """Write, before the body goes out, that it is about to, with the text given; without one that of an earlier try.

    False: the row is no longer ours and nothing may be sent.
    """
    ms = machine_ms()
    if text is not None:
        mail.subject, mail.body, mail.letter, mail.html = text.subject[:200], text.body, text.letter, text.html
        mail.scope, mail.rendered_at, mail.is_new_text = text.scope[:200], clock.now(), True
    frozen = {name: getattr(mail, name) for name in FROZEN}
    lease = ms + settings.MAIL_DATA_LEASE_SECONDS * 1000
    return write(mail, {"phase": MailPhase.DATA, "lease_ms": lease, **frozen}, phase=MailPhase.CLAIMED, alive=ms)


def intents(mails: Iterable[tuple[OutgoingMail, Text | None]]) -> list[OutgoingMail]:
    """Write the intent of several messages that go out within a moment, on the disk at once; those still ours."""
    with durability.firm():
        return [mail for mail, text in mails if intent(mail, text)]


@dataclass(frozen=True)
class Outcome:
    """How a try ended: `state` is what becomes of the message; `maybe_out` when silence leaves it open."""

    state: str
    code: int | None = None
    detail: str = ""
    maybe_out: bool = False


def finish(mail: OutgoingMail, outcome: Outcome, *, now: datetime, tries: list[DeliveryAttempt] | None = None) -> bool:
    """Write how the try ended, if the row is still ours, and record the attempt in any case: at once, or in `tries`
    for `record`."""
    state, due = outcome.state, mail.due_at
    if state == MailState.QUEUED:
        due = now + timedelta(minutes=BACKOFF_MINUTES[min(mail.tries, len(BACKOFF_MINUTES)) - 1])
        state = MailState.DEAD if now >= mail.give_up_at else state
    hit = write(mail, {
        "state": state, "phase": MailPhase.IDLE, "smtp_code": outcome.code, "error": outcome.detail[:300],
        "due_at": due, "lease_ms": 0, "uncertain": mail.uncertain + int(outcome.maybe_out),
        "accepted_at": now if state == MailState.SENT else None,
    })  # fmt: skip
    count_bounce(mail, state)
    attempt = DeliveryAttempt(
        mail=mail, number=mail.fence, owner=mail.owner, began_at=now, outcome=state if hit else "late",
        smtp_code=outcome.code, detail=outcome.detail[:300],
    )  # fmt: skip
    if tries is None:
        record([attempt])
    else:
        tries.append(attempt)
    return hit


def record(tries: list[DeliveryAttempt]) -> None:
    """Keep what was tried; a try is on record once."""
    DeliveryAttempt.objects.bulk_create(tries, ignore_conflicts=True)


def count_bounce(mail: OutgoingMail, state: str) -> None:
    """Count refusals of an address in a row; an address that changed meanwhile has none."""
    if state == MailState.FAILED or (state == MailState.SENT and mail.user.bounces):
        person = User.objects.filter(pk=mail.user_id, email=mail.address)
        person.update(bounces=F("bounces") + 1 if state == MailState.FAILED else 0)


def release(mails: Sequence[OutgoingMail], *, due_at: datetime | None = None) -> None:
    """Give back claimed messages nothing of which went out, to be taken again when they are due, or from `due_at` on.
    A text that was made for this try is made anew at the next."""
    change = {} if due_at is None else {"due_at": due_at}
    for mail in mails:
        mine(mail).update(
            state=MailState.QUEUED, phase=MailPhase.IDLE, lease_ms=0, tries=F("tries") - 1, **change,
            **(NO_TEXT if mail.is_new_text else {}),
        )  # fmt: skip


def give_up(*, now: datetime) -> int:
    """End what could not be sent in time; it stays visible and can be sent again. Returns how many."""
    late = OutgoingMail.objects.filter(state=MailState.QUEUED, give_up_at__lte=now)
    late.filter(error="").update(error="到期仍未能发出")
    return late.update(state=MailState.DEAD)


def reap() -> int:
    """End the leases of owners that provably no longer run on this host; returns how many rows that freed."""
    held = OutgoingMail.objects.filter(state=MailState.SENDING, lease_ms__gt=0)
    gone = [owner for owner in held.values_list("owner", flat=True).distinct() if owners.is_gone(owner)]
    return held.filter(owner__in=gone).update(lease_ms=0)


def resend(*, mail: OutgoingMail, by: User, request: HttpRequest | None = None) -> None:
    """Queue a refused or given-up message again: the act of a system administrator or the bureau's lead. Its words are
    made anew, of what stands now and for the mailbox it goes to, unless a copy may be there already."""
    if not permissions.mail_keeper(by):
        raise PermissionDenied("只有系统管理员和业务负责人可以重发邮件。")
    ended = (MailState.FAILED, MailState.DEAD)
    may_be_known = mail.uncertain and mail.address == mail.user.email  # then the same letter, or none
    hit = OutgoingMail.objects.filter(pk=mail.pk, state__in=ended).update(
        state=MailState.QUEUED, tries=0, due_at=clock.now(), give_up_at=end_of_tries(clock.today()),
        smtp_code=None, error="", address=mail.user.email, **({} if may_be_known else NO_TEXT),
    )  # fmt: skip
    if not hit:
        raise ValidationError("这封邮件不是被拒收或已放弃的，不需要重发。")
    audit.log("mail.resend", by=by, request=request, obj=mail)
    poke.after_commit("portal.tasks.drain")


def end_of_tries(day: date) -> datetime:
    """When a message of that day is given up."""
    days = calendar.current()
    return datetime.combine(days.add(days.roll_forward(day), GIVE_UP_DAYS - 1), GIVE_UP_AT, clock.SHANGHAI)


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
