"""What the worker does for the site. A task takes plain arguments and calls one function."""

from celery import shared_task


@shared_task
def heartbeat(name: str) -> int:
    """Note that beat, broker and worker passed this on; /healthz/jobs reads it."""
    from portal.heartbeats import beat

    beat(name=name)
    return 1


@shared_task
def tick() -> int:
    """Make the messages that are due, then hand over; the mailer loop does the same without Celery."""
    from portal import clock, mail, scheduler

    scheduler.tick(now=clock.now())
    return mail.drain()


@shared_task
def drain() -> int:
    """Hand over what is due now; the mailer loop does the same without Celery."""
    from portal import mail

    return mail.drain()
