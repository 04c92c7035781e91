"""Alarm clocks of what it costs. Their clock is the database's, as in `orgs/tasks.py`."""

from celery import shared_task

from billing.charging import low_balance_warning, monthly_charge
from billing.ledger import book_checks, health_alerts
from billing.payment_details import erase as payer_erasing
from billing.seats import seat_journal
from billing.top_ups import payments
from orgs.tenancy.batch import Round
from orgs.tenancy.clock import database_now
from orgs.tenancy.scopes import platform_scope

CHARGES_AT_ONCE = 2_000  # companies
STALE = 300  # seconds: beat has asked again by then


@shared_task
def close_journals() -> None:
    """Ends the seats of companies that were closed."""
    with platform_scope():
        seat_journal.close_all(database_now())


@shared_task
def charge_due() -> None:
    """Charges the months that are over; what a round leaves, the next one takes."""
    for _charge in monthly_charge.charge_all(database_now(), limit=CHARGES_AT_ONCE):
        pass


@shared_task
def check_books() -> None:
    """Recomputes the books that were not looked at this night."""
    book_checks.run_due(database_now())
    health_alerts.write_log()


@shared_task
def warn_of_balances() -> None:
    """Tells of balances that do not cover the next charge, from fourteen days before it."""
    now = database_now()
    turns = Round("warn_of_balances")
    for org_id in low_balance_warning.maybe_short(now):
        with turns.turn(org_id):
            low_balance_warning.warn(org_id, now=now)


@shared_task
def erase_payers() -> None:
    """Payment details of closed companies, when nothing is left to be charged to them."""
    now = database_now()
    turns = Round("erase_payers")
    for org_id in payer_erasing.due():
        with turns.turn(org_id):
            payer_erasing.erase(org_id, now=now)


@shared_task
def ask_provider() -> None:
    """Payments of which the provider has told nothing for ten minutes."""
    for top_up_id in payments.unsettled(database_now()):
        ask_about.apply_async((top_up_id,), expires=STALE)


@shared_task(time_limit=60)
def ask_about(top_up_id: int) -> None:
    payments.ask(top_up_id, clock=database_now)
