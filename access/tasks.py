"""The tasks of this app, where Celery looks for them. Their names are kept by the schedule and by queues."""

from access.invitations.tasks import remind_invited

__all__ = ["remind_invited"]
