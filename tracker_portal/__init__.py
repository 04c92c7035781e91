"""The composition root: settings, URLs, Celery, health pages and what ties the apps together."""

from tracker_portal.celery import app as celery_app

__all__ = ["celery_app"]
