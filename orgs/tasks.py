"""Alarm clocks of the company's jobs. Their clock is the database's: a worker whose own is wrong does nothing early.

What is asked for and not begun within `STALE` seconds is dropped: beat has asked again by then.
"""

from celery import shared_task

from orgs.audit import checks as audit_checks
from orgs.domains import checks as domain_checks
from orgs.domains import domains
from orgs.forms import idempotent_forms
from orgs.jobs import job_worker, jobs
from orgs.lifecycle import closing, data_deletion, health_alerts, notices
from orgs.lifecycle import sweep as sweeping
from orgs.mail import mail_sender
from orgs.tenancy.batch import Round
from orgs.tenancy.clock import database_now
from users.accounts import unconfirmed

STALE = 300  # seconds
CHECK_ENDS = 30  # seconds; the name servers get six of them
PURGE_ROUND = 10  # seconds; then other jobs come in between
JOBS_ROUND = 10  # seconds, likewise


@shared_task(soft_time_limit=mail_sender.INTERRUPTED_AFTER, time_limit=mail_sender.KILLED_AFTER)
def drain_outbox() -> int:
    return mail_sender.drain()


@shared_task
def sweep() -> None:
    """States follow deadlines that have passed."""
    for org_id in sweeping.due_to_move(database_now()):
        move.apply_async((org_id,), expires=STALE)


@shared_task
def move(org_id: int) -> None:
    sweeping.move(org_id, now=database_now())


@shared_task
def post_notices() -> None:
    for org_id in sweeping.due_for_notice(database_now()):
        post_company_notices.apply_async((org_id,), expires=STALE)


@shared_task
def post_company_notices(org_id: int) -> None:
    notices.post_due(org_id, now=database_now())


@shared_task
def delete_due() -> None:
    """Claims what is due, lets the purge go on, and calls the operator where something is stuck."""
    now = database_now()
    claims = Round("delete_due")
    for org_id in sweeping.due_for_deletion(now):
        with claims.turn(org_id):
            data_deletion.claim(org_id, now=now)
    health_alerts.write_log(now)
    if data_deletion.unfinished():
        purge.apply_async(expires=STALE)


@shared_task
def close_due() -> None:
    """Closes the companies whose owners have asked for it; the purge of their data follows with `delete_due`."""
    now = database_now()
    closings = Round("close_due")
    for org_id in sweeping.due_to_close(now):
        with closings.turn(org_id):
            closing.close(org_id, now=now)


@shared_task
def purge() -> None:
    """A round of the purge; when time ends it, another one is asked for."""
    if data_deletion.purge_for(PURGE_ROUND, clock=database_now):
        purge.apply_async(expires=STALE)


@shared_task
def forget_sent_forms() -> None:
    idempotent_forms.forget(database_now())


@shared_task
def delete_unconfirmed() -> None:
    """Sign-ups that nobody has confirmed within three days, a batch a transaction."""
    while unconfirmed.delete_expired(database_now()):
        pass


@shared_task(soft_time_limit=job_worker.INTERRUPTED_AFTER, time_limit=job_worker.KILLED_AFTER)
def run_jobs() -> None:
    """A round of the jobs that people wait for; when time ends it, another one is asked for."""
    if job_worker.run_due(clock=database_now, seconds=JOBS_ROUND):
        jobs.wake()


@shared_task
def delete_job_files() -> None:
    jobs.delete_expired_files(now=database_now())


@shared_task
def check_domains() -> None:
    """Look-ups that administrators asked for and the worker was not told of, and the daily ones."""
    for domain_id in domain_checks.due(database_now()):
        check_domain.apply_async((domain_id,), expires=domains.CHECK_STALE)


@shared_task(soft_time_limit=CHECK_ENDS, time_limit=2 * CHECK_ENDS)
def check_domain(domain_id: int) -> None:
    domain_checks.check(domain_id, clock=database_now)


@shared_task
def verify_audit() -> None:
    """Follows the audit chains that were not looked at this night."""
    audit_checks.run_due(database_now())
    health_alerts.log_audit()
