"""The circuit breaker before the mail server: after failures of the server itself nobody tries for a while.

Machine time. A refusal of one message says nothing about the server and leaves the gate alone.
"""

from django.db.models import F

from portal.models import MailGate

FAILURES_TO_CLOSE = 5
PAUSES_MS = [60_000, 300_000, 900_000]


def is_open(*, ms: int) -> bool:
    """Is there no pause at this moment?"""
    return not MailGate.objects.filter(pk=1, until_ms__gt=ms).exists()


def may_try(*, ms: int) -> bool:
    """May this process call the server now? After a pause one may, and the others wait for what it finds."""
    gate = MailGate.objects.filter(pk=1).first()
    if gate is None or gate.streak < FAILURES_TO_CLOSE:
        return True
    if gate.until_ms > ms:
        return False
    return bool(MailGate.objects.filter(pk=1, until_ms=gate.until_ms).update(until_ms=ms + PAUSES_MS[0]))


def failed(*, ms: int, note: str) -> None:
    """Count a failure of the server; from the fifth in a row on, pause: one minute, five, fifteen."""
    MailGate.objects.get_or_create(pk=1)
    MailGate.objects.filter(pk=1).update(streak=F("streak") + 1, note=note[:300])
    streak = MailGate.objects.get(pk=1).streak
    if streak >= FAILURES_TO_CLOSE:
        pause = PAUSES_MS[min(streak - FAILURES_TO_CLOSE, len(PAUSES_MS) - 1)]
        MailGate.objects.filter(pk=1).update(until_ms=ms + pause)


def worked() -> None:
    """The server answered: open the gate."""
    MailGate.objects.filter(pk=1, streak__gt=0).update(streak=0, until_ms=0, note="")
