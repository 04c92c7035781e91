"""Alarm clocks of the monthly charge. Their clock is the database's."""

from celery import shared_task

from billing.charging import low_balance_warning, monthly_charge
from orgs.tenancy.batch import Batch
from orgs.tenancy.clock import database_now

CHARGES_AT_ONCE = 2_000  # companies


@shared_task(name="billing.tasks.charge_due")
def charge_due() -> None:
    """Charges the months that are over; what a round leaves, the next one takes."""
    for _charge in monthly_charge.charge_all(database_now(), limit=CHARGES_AT_ONCE):
        pass


@shared_task(name="billing.tasks.warn_of_balances")
def warn_of_balances() -> None:
    """Tells of balances that do not cover the next charge, from fourteen days before it."""
    now = database_now()
    turns = Batch("warn_of_balances")
    for org_id in low_balance_warning.maybe_short(now):
        with turns.turn(org_id):
            low_balance_warning.warn(org_id, now=now)
