"""The alarm clock of the journal of seats."""

from celery import shared_task

from billing.seats import seat_journal
from orgs.tenancy.clock import database_now
from orgs.tenancy.scopes import platform_scope


@shared_task(name="billing.tasks.close_journals")
def close_journals() -> None:
    """Ends the seats of companies that were closed."""
    with platform_scope():
        seat_journal.close_all(database_now())
