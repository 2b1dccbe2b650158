"""The site: people, clock, audit, health. It names the other packages only as strings."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
