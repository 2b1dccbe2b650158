"""Handing messages over: claim, render once, say so, send one message to one person, write how it ended.

Any process may call `drain`: the Celery worker, the mailer loop, a person. None of them is needed for correctness.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils.module_loading import import_string

from portal import calendar, clock, durability, gate, outbox, owners, unsubscribing
from portal.calendar import WorkCalendar
from portal.choices import MailState
from portal.models import DeliveryAttempt, OutgoingMail, OutgoingMailItem, User
from portal.outbox import Outcome, Text

logger = logging.getLogger(__name__)
BATCH, ROUND = 50, 200
GROUP_SECONDS, INTENT_SECONDS = 0.5, 2.0  # a group is what goes out in half a second; an intent is good for two
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
Items = list[OutgoingMailItem]
Mails = list[OutgoingMail]
Moment = Callable[[], datetime]


@dataclass(frozen=True)
class Kind:
    """What a kind of message knows of its subject: which items still stand on a day, the words for them, and for
    whose eyes they are. `begin` forgets what was looked up for an earlier round."""

    still_due: Callable[[Items, date], Items]
    render: Callable[[OutgoingMail, Items, date], Text]
    scope: Callable[[User, date], str] = lambda user, on: ""
    begin: Callable[[], None] = lambda: None
    known: "Callable[[Kind, list[User], Items, date], Kind]" = lambda kind, people, items, on: kind
    any_time: bool = False  # sent outside the window of working days too


def kind_of(mail: OutgoingMail) -> Kind:
    """The kind by its name; settings.MAIL_KINDS says where it is defined."""
    kind: Kind = import_string(settings.MAIL_KINDS[mail.kind])
    return kind


def drain(*, now: datetime | None = None, owner: str = "", limit: int = ROUND, fresh: bool = True) -> int:
    """Hand over what is due, at most `limit`; return how many were accepted. Each group is judged at its own moment,
    for a round may be long or be suspended for a night; `now` (business time) fixes one for the whole round.

    People without mailbox get theirs on the site in any case; a shut gate holds the rest. Not `fresh`: what was looked
    up in the round before still holds, for a minute at most.
    """
    moment = (lambda: now) if now else clock.now
    outbox.reap()
    outbox.give_up(now=moment())
    for path in settings.MAIL_KINDS.values() if fresh else ():
        import_string(path).begin()
    owner, days = owner or owners.me(), calendar.current()
    with durability.relaxed(), Line() as line:
        hand_over(line, moment=moment, owner=owner, days=days, limit=limit, mailbox=False)
        if gate.is_open(ms=outbox.machine_ms()):
            return hand_over(line, moment=moment, owner=owner, days=days, limit=limit, mailbox=True)
    return 0


def hand_over(line: "Line", *, moment: Moment, owner: str, days: WorkCalendar, limit: int, mailbox: bool) -> int:
    """Work through what is due, batch by batch, each in groups that go out within a moment; stop when the server is
    gone."""
    sent = tried = 0
    while tried < limit and not line.is_dead:
        mails = outbox.claim(now=moment(), owner=owner, limit=min(BATCH, limit - tried), mailbox=mailbox)
        if not mails:
            break
        tried += len(mails)
        while mails and not line.is_dead:
            count = line.group if mailbox else BATCH
            sent += deliver(mails[:count], line, now=moment(), days=days)
            mails = mails[count:]
        outbox.release(mails)
    return sent


def deliver(mails: Mails, line: "Line", *, now: datetime, days: WorkCalendar) -> int:
    """Bring a group of claimed messages to its end; how many were accepted."""
    tries: list[DeliveryAttempt] = []
    try:
        timely = in_time(mails, now=now, days=days)
        if any(mail.user.email for mail in timely) and not line.open():  # before the words are made: they take long
            outbox.release(timely)
            return 0
        return send(outbox.intents(make(timely, tries, now=now)), line, tries, now=now)
    finally:
        outbox.record(tries)


def in_time(mails: Mails, *, now: datetime, days: WorkCalendar) -> Mails:
    """Those that may go out now; the others are given back until the next window."""
    early = [] if in_window(now, days) else [mail for mail in mails if not kind_of(mail).any_time]
    outbox.release(early, due_at=days.next_window(now))
    return [mail for mail in mails if mail not in early]


def make(mails: Mails, tries: list[DeliveryAttempt], *, now: datetime) -> list[tuple[OutgoingMail, Text | None]]:
    """The messages that are to go out with their words, None where those of an earlier try stay; others end here."""
    on, ready = now.astimezone(calendar.SHANGHAI).date(), []
    items = items_of(mails)
    kinds = kinds_for(mails, items, on)
    for mail in mails:
        try:
            outcome, text = words(mail, kinds[mail.kind], items[mail.pk], on)
        except DatabaseError:
            raise
        except Exception as fault:  # one message that cannot be made does not hold up the others
            outcome, text = trouble_with(mail, fault), None
        if outcome is None:
            ready.append((mail, text))
        else:
            outbox.finish(mail, outcome, now=now, tries=tries)
    return ready


def items_of(mails: Mails) -> dict[int, Items]:
    """The items of the messages, also of those whose text was made at an earlier try: they may stand no longer."""
    found: dict[int, Items] = {mail.pk: [] for mail in mails}
    people = {mail.pk: mail.user for mail in mails}
    for item in OutgoingMailItem.objects.filter(mail__in=list(found)).order_by("pk"):
        item.user = people[item.mail_id]
        found[item.mail_id].append(item)
    return found


def kinds_for(mails: Mails, items: dict[int, Items], on: date) -> dict[str, Kind]:
    """The kinds of these messages, each with what it looked up for all of them at once."""
    found = {}
    for name, kind in {mail.kind: kind_of(mail) for mail in mails}.items():
        own = [mail for mail in mails if mail.kind == name]
        found[name] = kind.known(
            kind, [mail.user for mail in own], [item for mail in own for item in items[mail.pk]], on
        )
    return found


def words(mail: OutgoingMail, kind: Kind, items: Items, on: date) -> tuple[Outcome | None, Text | None]:
    """How the message ends unsent, or the words for it. The text of an earlier try stays as it is, unless something it
    speaks of stands no longer and no copy can be out."""
    standing = kind.still_due(items, on)
    outcome = refuse(mail, kind, items, standing, on)
    if outcome or (mail.rendered_at is not None and (mail.uncertain or len(standing) == len(items))):
        return outcome, None
    mail.address = mail.user.email
    return None, kind.render(mail, standing, on)


def send(mails: Mails, line: "Line", tries: list[DeliveryAttempt], *, now: datetime) -> int:
    """Send messages whose intent is written. What has not left soon after it is given back: it may have changed."""
    began, sent = time.monotonic(), 0
    for place, mail in enumerate(mails):
        if time.monotonic() - began > INTENT_SECONDS or (mail.address and not line.open()):
            outbox.release(mails[place:])
            break
        try:
            outcome = line.send(mail) if mail.address else Outcome(MailState.SHOWN)
        except Exception as fault:  # the intent is written: nobody knows how far it came
            outcome = replace(trouble_with(mail, fault), maybe_out=True)
        outbox.finish(mail, outcome, now=now, tries=tries)
        sent += outcome.state == MailState.SENT
    else:
        line.keep_pace(time.monotonic() - began, len(mails))
    if sent:
        gate.worked()
    return sent


def trouble_with(mail: OutgoingMail, fault: Exception) -> Outcome:
    logger.error("The message %s could not be made or sent", mail.pk, exc_info=fault)
    return Outcome(MailState.QUEUED, detail=f"系统出错：{type(fault).__name__}")


def refuse(mail: OutgoingMail, kind: Kind, items: Items, standing: Items, on: date) -> Outcome | None:
    """Why a message is not sent at all: the account has ended, the text was written for another unit, or nothing of it
    stands any more."""
    if not mail.user.is_active:
        return Outcome(MailState.CANCELLED, detail="收件人账号已停用")
    if mail.rendered_at is not None and mail.scope != kind.scope(mail.user, on):
        return Outcome(MailState.CANCELLED, detail="收件人已不负责原来的单位")
    if items and not standing:
        return Outcome(MailState.CANCELLED, detail="事项已办结或不再适用")
    return None


def in_window(now: datetime, days: WorkCalendar) -> bool:
    """Working days 08:30–18:00 in Shanghai."""
    local = now.astimezone(calendar.SHANGHAI)
    window = days.send_window(local.date())
    return window is not None and window[0] <= local <= window[1]


def may_see_details(address: str) -> bool:
    """Whether names may be mailed there: the house's own domains, or all where no domain is set."""
    domains = settings.MAIL_DETAIL_DOMAINS
    return not domains or address.rpartition("@")[2].lower() in domains


class Line:
    """One connection to the mail server, opened at the first message and closed at the end."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend | None = None
        self.is_dead = False  # the server itself failed: nobody tries again in this round
        self.group = 1  # how many messages go out within a moment, as it was seen so far

    def keep_pace(self, seconds: float, count: int) -> None:
        """Learn from a group that went out."""
        if count:
            self.group = min(BATCH, max(1, int(GROUP_SECONDS * count / max(seconds, 0.001))))

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *exc: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def open(self) -> bool:
        """Connect unless it is done; False when the server cannot be reached: nothing was said to it then."""
        if self.connection is None and not self.is_dead:
            try:
                self.is_dead = not gate.may_try(ms=outbox.machine_ms())
                self.connection = None if self.is_dead else connect()
            except (OSError, smtplib.SMTPException) as trouble:
                self.is_dead = True
                self.stumble(trouble)
        return self.connection is not None

    def stumble(self, trouble: Exception) -> None:
        """Count a failure of the server itself and hang up; the next message calls again if the gate lets it."""
        gate.failed(ms=outbox.machine_ms(), note=str(trouble))
        self.hang_up()

    def send(self, mail: OutgoingMail) -> Outcome:
        """Send one message to its one recipient and tell what the server made of it."""
        try:
            self.connection.send_messages([letter(mail)])  # type: ignore[union-attr]
        except smtplib.SMTPRecipientsRefused as refusal:
            return refused(*next(iter(refusal.recipients.values())))
        except smtplib.SMTPDataError as refusal:
            return refused(refusal.smtp_code, refusal.smtp_error)
        except smtplib.SMTPResponseException as trouble:  # sender, HELO, log-in: the server itself
            self.stumble(trouble)
            return Outcome(MailState.QUEUED, trouble.smtp_code, str(trouble))
        except (OSError, smtplib.SMTPException) as trouble:
            self.stumble(trouble)
            return Outcome(MailState.QUEUED, None, f"连接中断：{trouble}", maybe_out=True)
        return Outcome(MailState.SENT, 250)


def connect() -> BaseEmailBackend:
    """Open a connection that raises when it fails."""
    connection: BaseEmailBackend = get_connection(fail_silently=False)
    connection.open()
    return connection


def letter(mail: OutgoingMail) -> EmailMessage:
    """The message as it goes out: the same Message-ID and text at every try."""
    when = (mail.rendered_at or mail.created_at).astimezone(calendar.SHANGHAI)
    headers = {**HEADERS, "Message-ID": mail.message_id, "Date": when.strftime("%a, %d %b %Y %H:%M:%S %z")}
    headers |= unsubscribing.headers(mail)
    text = mail.letter or mail.body
    made = EmailMultiAlternatives(mail.subject, text, settings.DEFAULT_FROM_EMAIL, [mail.address], headers=headers)
    if mail.html:
        made.attach_alternative(mail.html, "text/html")
    return made


def refused(code: int, said: bytes | str) -> Outcome:
    """A refusal of this message or recipient: 4xx is tried again, 5xx is final."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Outcome(MailState.FAILED if code >= 500 else MailState.QUEUED, code, words)
