"""Alarm clocks of what it costs. Their clock is the database's, as in `orgs/tasks.py`."""

from celery import shared_task

from billing import alarms, charging, dunning, journal
from orgs.clock import database_now
from orgs.scopes import platform_scope

CHARGES_AT_ONCE = 2_000  # companies


@shared_task
def close_journals() -> None:
    """Ends the seats of companies that were closed."""
    with platform_scope():
        journal.close_all(database_now())


@shared_task
def charge_due() -> None:
    """Charges the months that are over; what a round leaves, the next one takes."""
    for _charge in charging.charge_all(database_now(), limit=CHARGES_AT_ONCE):
        pass


@shared_task
def check_books() -> None:
    """Is every cached balance the sum of its postings?"""
    with platform_scope(read_only=True):
        found = alarms.check()
    alarms.remember(found)


@shared_task
def warn_of_balances() -> None:
    """Tells of balances that do not cover the next charge, from fourteen days before it."""
    now = database_now()
    for org_id in dunning.maybe_short(now):
        dunning.warn(org_id, now=now)
