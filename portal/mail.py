"""Handing messages over: claim, render once, say so, send one message to one person, write how it ended.

Any process may call `drain`: the Celery worker, the mailer loop, a person. None of them is needed for correctness.
"""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string

from portal import calendar, gate, outbox, owners
from portal.choices import MailState
from portal.models import OutgoingMail, OutgoingMailItem
from portal.outbox import Outcome

BATCH = 20
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
Items = list[OutgoingMailItem]


@dataclass(frozen=True)
class Kind:
    """What a kind of message knows of its subject: which items still stand, and the words for them."""

    still_due: Callable[[Items, datetime], Items]
    render: Callable[[OutgoingMail, Items], tuple[str, str]]
    any_time: bool = False  # sent outside the window of working days too


def kind_of(mail: OutgoingMail) -> Kind:
    """The kind by its name; settings.MAIL_KINDS says where it is defined."""
    kind: Kind = import_string(settings.MAIL_KINDS[mail.kind])
    return kind


def drain(*, now: datetime, owner: str = "", limit: int = BATCH) -> int:
    """Hand over what is due at `now` (business time) and return how many were accepted. Holds on a shut gate."""
    outbox.reap()
    if not gate.is_open(ms=outbox.machine_ms()):
        return 0
    sent = 0
    with Line() as line:
        for mail in outbox.claim(now=now, owner=owner or owners.me(), limit=limit):
            if gate.is_open(ms=outbox.machine_ms()):
                sent += deliver(mail, line, now=now)
            else:
                outbox.release(mail, due_at=mail.due_at)
    return sent


def deliver(mail: OutgoingMail, line: "Line", *, now: datetime) -> bool:
    """Bring one claimed message to its end; True when it was accepted."""
    kind = kind_of(mail)
    if not kind.any_time and not in_window(now):
        outbox.release(mail, due_at=calendar.current().next_window(now))
        return False
    outcome = refuse(mail)
    if outcome is None:
        subject, body = mail.subject, mail.body
        if mail.rendered_at is None:
            items = list(mail.items.all())
            standing = kind.still_due(items, now)
            if items and not standing:
                outbox.finish(mail, Outcome(MailState.CANCELLED, detail="事项已办结或不再适用"))
                return False
            subject, body = kind.render(mail, standing)
        if not outbox.intent(mail, subject=subject, body=body):
            return False
        outcome = line.send(mail) if mail.address else Outcome(MailState.SHOWN)
    outbox.finish(mail, outcome)
    return outcome.state == MailState.SENT


def refuse(mail: OutgoingMail) -> Outcome | None:
    """Why a message is not sent at all: the person has no account any more."""
    return None if mail.user.is_active else Outcome(MailState.CANCELLED, detail="收件人账号已停用")


def in_window(now: datetime) -> bool:
    """Working days 08:30–18:00 in Shanghai."""
    local = now.astimezone(calendar.SHANGHAI)
    window = calendar.current().send_window(local.date())
    return window is not None and window[0] <= local <= window[1]


class Line:
    """One connection to the mail server, opened at the first message and closed at the end."""

    def __init__(self) -> None:
        self.connection: BaseEmailBackend | None = None

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *exc: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def send(self, mail: OutgoingMail) -> Outcome:
        """Send one message to its one recipient and tell what the server made of it."""
        try:
            self.connection = self.connection or connect()
        except (OSError, smtplib.SMTPException) as trouble:
            gate.failed(ms=outbox.machine_ms(), note=str(trouble))
            return Outcome(MailState.QUEUED, getattr(trouble, "smtp_code", None), f"连不上邮件服务器：{trouble}")
        try:
            self.connection.send_messages([letter(mail)])
        except (OSError, smtplib.SMTPException) as trouble:
            self.hang_up()
            return understand(trouble)
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
    return EmailMessage(mail.subject, mail.body, settings.DEFAULT_FROM_EMAIL, [mail.address], headers=headers)


def understand(trouble: Exception) -> Outcome:
    """What a failed try means: refused for good, to be tried again, or unknown whether a copy is out."""
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(trouble.recipients.values()))
        return refused(code, said)
    if isinstance(trouble, smtplib.SMTPDataError):
        return refused(trouble.smtp_code, trouble.smtp_error)
    if isinstance(trouble, smtplib.SMTPResponseException):  # sender, HELO, log-in: the server itself
        gate.failed(ms=outbox.machine_ms(), note=str(trouble))
        return Outcome(MailState.QUEUED, trouble.smtp_code, str(trouble))
    gate.failed(ms=outbox.machine_ms(), note=str(trouble))
    return Outcome(MailState.QUEUED, None, f"连接中断：{trouble}", maybe_out=True)


def refused(code: int, said: bytes | str) -> Outcome:
    """A refusal of this message or recipient: 4xx is tried again, 5xx is final."""
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    return Outcome(MailState.FAILED if code >= 500 else MailState.QUEUED, code, words)
