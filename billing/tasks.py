"""The tasks of this app, where Celery looks for them. Their names are kept by the schedule and by queues."""

from billing.charging.tasks import charge_due, warn_of_balances
from billing.ledger.tasks import check_books
from billing.payment_details.tasks import erase_payers
from billing.seats.tasks import close_journals
from billing.top_ups.tasks import ask_about, ask_provider

__all__ = [
    "ask_about",
    "ask_provider",
    "charge_due",
    "check_books",
    "close_journals",
    "erase_payers",
    "warn_of_balances",
]
