"""Telling the worker to look now. Redis may be gone: then the mailer loop looks by itself a little later."""

import logging
import time
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)
SILENCE_SECONDS = 30  # how long nobody is asked again after a failure: no page waits for a broker that is away
AT_ONCE = {"max_retries": 0}  # kombu's own retries would hold a page for six seconds
_silent_until = 0.0


def after_commit(task: str) -> None:
    """Once the transaction is committed, ask the worker to run the task of this name."""
    transaction.on_commit(partial(_send, task))


def _send(task: str) -> None:
    global _silent_until
    if not settings.REDIS_URL or time.monotonic() < _silent_until:
        return
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | AT_ONCE
    try:
        with current_app.connection_for_write(transport_options=options) as line:
            current_app.send_task(task, expires=60, connection=line)
    except (OperationalError, OSError) as trouble:
        _silent_until = time.monotonic() + SILENCE_SECONDS
        logger.info("Nobody could be told to run %s: %s", task, trouble)
