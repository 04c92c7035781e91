"""The alarm clock of payment details that nobody needs any more."""

from celery import shared_task

from billing.payment_details import erase as payer_erasing
from orgs.tenancy.batch import Batch
from orgs.tenancy.clock import database_now


@shared_task(name="billing.tasks.erase_payers")
def erase_payers() -> None:
    """Payment details of closed companies, when nothing is left to be charged to them."""
    now = database_now()
    turns = Batch("erase_payers")
    for org_id in payer_erasing.due():
        with turns.turn(org_id):
            payer_erasing.erase(org_id, now=now)
