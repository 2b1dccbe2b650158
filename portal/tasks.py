"""What the worker does for the site. A task takes plain arguments and calls one function."""

from celery import shared_task


@shared_task
def heartbeat(name: str) -> int:
    """Note that beat, broker and worker passed this on; /healthz/jobs reads it."""
    from portal.heartbeats import beat

    beat(name=name)
    return 1
