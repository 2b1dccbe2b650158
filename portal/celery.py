"""The Celery application: settings in portal/settings.py under CELERY_, tasks in each package's tasks.py."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)  # the request's id on every line of its task


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Let the worker write the same lines as the web server, instead of Celery's own."""
    logging.config.dictConfig(settings.LOGGING)
