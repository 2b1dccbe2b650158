"""Six faults planted from outside. Each must turn the oracle red: it is the test of the test."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.db import connection, models
from django.db.models import Q

from portal import clock, mail, outbox, scheduler
from portal.choices import MailPhase, MailState
from portal.models import OutgoingMail, OutgoingMailItem, ScheduledRun, User


def no_fence() -> None:
    """A worker goes on although its row was taken over."""
    outbox.mine = lambda row: OutgoingMail.objects.filter(pk=row.pk)
    outbox.intent = lambda row, text=None: freeze(row, text, phase=MailPhase.DATA)


def no_intent() -> None:
    """Nothing is written before the body goes out."""
    outbox.intent = lambda row, text=None: bool(outbox.mine(row).exists() and freeze(row, text))


def freeze(row: OutgoingMail, text: Any, **change: Any) -> bool:
    """Keep the text as the product does, without its conditions."""
    if text is not None:
        row.subject, row.body, row.letter, row.html = text.subject[:200], text.body, text.letter, text.html
        row.scope, row.rendered_at = text.scope, clock.now()
    change |= {name: getattr(row, name) for name in outbox.FROZEN}
    return bool(OutgoingMail.objects.filter(pk=row.pk).update(**change))


def mark_first() -> None:
    """Sent, says the row, and then it is tried."""
    original = mail.Line.send

    def send(line: mail.Line, row: OutgoingMail) -> outbox.Outcome:
        outbox.finish(row, outbox.Outcome(MailState.SENT, 250), now=clock.now())
        return original(line, row)

    mail.Line.send = send


def no_unique_key() -> None:
    """Nothing is unique: neither a period of a job, nor a message, nor an item (the constraints are dropped too)."""
    queue_all, seen = outbox.queue_all, set()

    def take(name: str, period: scheduler.Period) -> int | None:
        if (name, period.key) in seen:  # once in each process, or the run would drown in messages
            return None
        seen.add((name, period.key))
        ScheduledRun.objects.create(job=name, period=period.key, due_at=period.at)
        return 0

    def queue_again(drafts: Sequence[outbox.Draft]) -> set[str]:
        keys = {f"{one.key}:{uuid4().hex[:6]}": one for one in drafts}
        queue_all([replace(one, key=key) for key, one in keys.items()])
        return {one.key for one in drafts}

    scheduler.take, scheduler.since = take, lambda name, now: now - scheduler.FIRST_LOOK
    outbox.queue_all, outbox.untold, outbox.take_over = queue_again, lambda items: dict(items), lambda row: None


def no_rescue() -> None:
    """What a dead worker held stays with it."""
    outbox.reap = lambda: 0
    outbox.takeable = lambda now, ms: Q(state=MailState.QUEUED, due_at__lte=now)


def shared_recipients() -> None:
    """One letter to two people."""
    original = mail.letter

    def letter(row: OutgoingMail) -> Any:
        made = original(row)
        others = User.objects.filter(is_active=True).exclude(email="").exclude(email=row.address)
        made.to.append(random.choice(list(others.values_list("email", flat=True)[:50])))
        return made

    mail.letter = letter


def drop_constraints() -> None:
    """What `no_unique_key` does to the database, once."""
    old = OutgoingMail._meta.get_field("key")
    new = models.CharField(max_length=190)
    new.set_attributes_from_name("key")
    new.model = OutgoingMail
    with connection.schema_editor() as editor:
        editor.alter_field(OutgoingMail, old, new)
        for model in (OutgoingMailItem, ScheduledRun):
            (unique,) = model._meta.constraints
            model._meta.constraints = []
            editor.remove_constraint(model, unique)


PLANTS: dict[str, Callable[[], None]] = {
    "no_fence": no_fence,
    "no_intent": no_intent,
    "mark_first": mark_first,
    "no_unique_key": no_unique_key,
    "no_rescue": no_rescue,
    "shared_recipients": shared_recipients,
}
