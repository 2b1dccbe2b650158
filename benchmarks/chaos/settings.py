"""The product's settings for a run that lasts a minute: quick hashes, plain static files, beats every second."""

import os

from portal.settings import *  # noqa: F403
from portal.settings import CELERY_BEAT_SCHEDULE, STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EVERY = float(os.environ.get("CHAOS_BEAT_SECONDS", "1"))
CELERY_BEAT_SCHEDULE = {
    "heartbeat": CELERY_BEAT_SCHEDULE["heartbeat"],
    "tick": {"task": "portal.tasks.tick", "schedule": EVERY, "options": {"expires": 5 * EVERY}},
}
