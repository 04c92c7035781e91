"""Celery: the application and the beat schedule, as one table.

Every periodic task asks the database what is due, so it may run late, twice or in parallel (design rule 8).
"""

import os
from typing import Any

from celery import Celery, signals

from tracker_portal.startup import exit_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker_portal.settings")

app = Celery("tracker_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# task name -> seconds between two runs
SCHEDULE = {
    "orgs.tasks.drain_outbox": 15,
    "orgs.tasks.run_jobs": 15,
    "orgs.tasks.sweep": 60,
    "orgs.tasks.post_notices": 300,
    "orgs.tasks.close_due": 300,
    "orgs.tasks.delete_due": 300,
    "orgs.tasks.forget_sent_forms": 3600,
    "orgs.tasks.delete_unconfirmed": 3600,
    "orgs.tasks.delete_job_files": 300,
    "orgs.tasks.check_domains": 30,
    "orgs.tasks.verify_audit": 3600,  # each company once a night
    "access.tasks.remind_invited": 300,
    "billing.tasks.close_journals": 3600,
    "billing.tasks.charge_due": 300,
    "billing.tasks.check_books": 3600,  # each company once a night
    "billing.tasks.erase_payers": 300,
    "billing.tasks.warn_of_balances": 21_600,
    "billing.tasks.ask_provider": 300,
    "tracker_portal.tasks.beat_heartbeat": 30,
}

app.conf.beat_schedule = {name: {"task": name, "schedule": seconds} for name, seconds in SCHEDULE.items()}


@signals.setup_logging.connect
def keep_logging(**kwargs: Any) -> None:
    """Logging stays as the settings say; without a receiver Celery sets its own level and handler on the root."""


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_unsafe_start(**kwargs: Any) -> None:
    """A worker or beat with unsafe settings ends before it takes or sends a task."""
    exit_unsafe()
