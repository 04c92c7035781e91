"""Alarm clocks of what it costs. Their clock is the database's, as in `orgs/tasks.py`."""

from celery import shared_task

from billing import journal
from orgs.clock import database_now
from orgs.scopes import platform_scope


@shared_task
def close_journals() -> None:
    """Ends the seats of companies that were closed."""
    with platform_scope():
        journal.close_all(database_now())
