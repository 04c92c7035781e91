"""Alarm clocks of payments of which the provider tells nothing."""

from celery import shared_task

from billing.top_ups import payments
from orgs.tenancy.clock import database_now

STALE = 300  # seconds: beat has asked again by then


@shared_task(name="billing.tasks.ask_provider")
def ask_provider() -> None:
    """Payments of which the provider has told nothing for ten minutes."""
    for top_up_id in payments.unsettled(database_now()):
        ask_about.apply_async((top_up_id,), expires=STALE)


@shared_task(name="billing.tasks.ask_about", time_limit=60)
def ask_about(top_up_id: int) -> None:
    payments.ask(top_up_id, clock=database_now)
