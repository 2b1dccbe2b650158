"""Telling the worker to look now. Redis may be gone: then the mailer loop looks by itself a little later."""

import logging
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def after_commit(task: str) -> None:
    """Once the transaction is committed, ask the worker to run the task of this name."""
    transaction.on_commit(partial(_send, task))


def _send(task: str) -> None:
    try:
        current_app.send_task(task, expires=60)
    except (OperationalError, OSError) as trouble:
        logger.info("Nobody could be told to run %s: %s", task, trouble)
