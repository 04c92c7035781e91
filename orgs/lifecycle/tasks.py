"""Alarm clocks of the lifecycle. Their clock is the database's: a worker whose own is wrong does nothing early."""

from celery import shared_task

from orgs.lifecycle import closing, data_deletion, health_alerts, notices
from orgs.lifecycle import sweep as sweeping
from orgs.tenancy.batch import Batch
from orgs.tenancy.clock import database_now

STALE = 300  # seconds; what is not begun by then is dropped: beat has asked again
PURGE_ROUND = 10  # seconds; then other jobs come in between


@shared_task(name="orgs.tasks.sweep")
def sweep() -> None:
    """States follow deadlines that have passed."""
    for org_id in sweeping.due_to_move(database_now()):
        move.apply_async((org_id,), expires=STALE)


@shared_task(name="orgs.tasks.move")
def move(org_id: int) -> None:
    sweeping.move(org_id, now=database_now())


@shared_task(name="orgs.tasks.post_notices")
def post_notices() -> None:
    for org_id in sweeping.due_for_notice(database_now()):
        post_company_notices.apply_async((org_id,), expires=STALE)


@shared_task(name="orgs.tasks.post_company_notices")
def post_company_notices(org_id: int) -> None:
    notices.post_due(org_id, now=database_now())


@shared_task(name="orgs.tasks.delete_due")
def delete_due() -> None:
    """Claims what is due, lets the purge go on, and calls the operator where something is stuck."""
    now = database_now()
    claims = Batch("delete_due")
    for org_id in sweeping.due_for_deletion(now):
        with claims.turn(org_id):
            data_deletion.claim(org_id, now=now)
    health_alerts.write_log(now)
    if data_deletion.unfinished():
        purge.apply_async(expires=STALE)


@shared_task(name="orgs.tasks.close_due")
def close_due() -> None:
    """Closes the companies whose owners have asked for it; the purge of their data follows with `delete_due`."""
    now = database_now()
    closings = Batch("close_due")
    for org_id in sweeping.due_to_close(now):
        with closings.turn(org_id):
            closing.close(org_id, now=now)


@shared_task(name="orgs.tasks.purge")
def purge() -> None:
    """A round of the purge; when time ends it, another one is asked for."""
    if data_deletion.purge_for(PURGE_ROUND, clock=database_now):
        purge.apply_async(expires=STALE)
