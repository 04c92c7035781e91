"""The alarm clock of the books' check."""

from celery import shared_task

from billing.ledger import book_checks, health_alerts
from orgs.tenancy.clock import database_now


@shared_task(name="billing.tasks.check_books")
def check_books() -> None:
    """Recomputes the books that were not looked at this night."""
    book_checks.run_due(database_now())
    health_alerts.write_log()
