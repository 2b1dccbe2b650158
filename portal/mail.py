"""Handing messages over: claim, render once, say so, send one message to one person, write how it ended.

Any process may call `drain`: the Celery worker, the mailer loop, a person. None of them is needed for correctness.
"""

import logging
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils.module_loading import import_string

from portal import calendar, gate, outbox, owners, unsubscribing
from portal.calendar import WorkCalendar
from portal.choices import MailState
from portal.models import OutgoingMail, OutgoingMailItem, User
from portal.outbox import Outcome, Text

logger = logging.getLogger(__name__)
BATCH, ROUND = 20, 200
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
Items = list[OutgoingMailItem]


@dataclass(frozen=True)
class Kind:
    """What a kind of message knows of its subject: which items still stand on a day, the words for them, and for
    whose eyes they are. `begin` forgets what was looked up for an earlier round."""

    still_due: Callable[[Items, date], Items]
    render: Callable[[OutgoingMail, Items, date], Text]
    scope: Callable[[User, date], str] = lambda user, on: ""
    begin: Callable[[], None] = lambda: None
    any_time: bool = False  # sent outside the window of working days too


def kind_of(mail: OutgoingMail) -> Kind:
    """The kind by its name; settings.MAIL_KINDS says where it is defined."""
    kind: Kind = import_string(settings.MAIL_KINDS[mail.kind])
    return kind


def drain(*, now: datetime, owner: str = "", limit: int = ROUND) -> int:
    """Hand over what is due at `now` (business time), at most `limit`; return how many were accepted.

    People without mailbox get theirs on the site in any case; a shut gate holds the rest.
    """
    outbox.reap()
    outbox.give_up(now=now)
    for path in settings.MAIL_KINDS.values():
        import_string(path).begin()
    owner, days = owner or owners.me(), calendar.current()
    with Line() as line:
        hand_over(line, now=now, owner=owner, days=days, limit=limit, mailbox=False)
        if gate.is_open(ms=outbox.machine_ms()):
            return hand_over(line, now=now, owner=owner, days=days, limit=limit, mailbox=True)
    return 0


def hand_over(line: "Line", *, now: datetime, owner: str, days: WorkCalendar, limit: int, mailbox: bool) -> int:
    """Work through what is due, batch by batch; stop when the server is gone."""
    sent = tried = 0
    while tried < limit and not line.is_dead:
        mails = outbox.claim(now=now, owner=owner, limit=min(BATCH, limit - tried), mailbox=mailbox)
        if not mails:
            break
        tried += len(mails)
        for place, mail in enumerate(mails):
            if line.is_dead:
                outbox.release(mails[place:])
                break
            try:
                sent += deliver(mail, line, now=now, days=days)
            except DatabaseError:
                raise
            except Exception as fault:  # one message that cannot be made does not hold up the others
                logger.exception("The message %s could not be made or sent", mail.pk)
                outbox.finish(mail, Outcome(MailState.QUEUED, detail=f"系统出错：{type(fault).__name__}"), now=now)
    return sent


def deliver(mail: OutgoingMail, line: "Line", *, now: datetime, days: WorkCalendar) -> bool:
    """Bring one claimed message to its end; True when it was accepted."""
    kind = kind_of(mail)
    if not kind.any_time and not in_window(now, days):
        outbox.release([mail], due_at=days.next_window(now))
        return False
    on = now.astimezone(calendar.SHANGHAI).date()
    items = list(mail.items.all()) if mail.rendered_at is None else []
    standing = kind.still_due(items, on)
    outcome = refuse(mail, kind, items, standing, on)
    if outcome is None:
        if mail.rendered_at is None:
            mail.address = mail.user.email
        if mail.address and not line.open():
            outbox.release([mail])
            return False
        text = kind.render(mail, standing, on) if mail.rendered_at is None else None
        if not outbox.intent(mail, text):
            return False
        outcome = line.send(mail) if mail.address else Outcome(MailState.SHOWN)
    outbox.finish(mail, outcome, now=now)
    return outcome.state == MailState.SENT


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
        gate.worked()
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
