"""Alarm clocks of the look-ups of domains."""

from celery import shared_task

from orgs.domains import checks as domain_checks
from orgs.domains import domains
from orgs.tenancy.clock import database_now

CHECK_ENDS = 30  # seconds; the name servers get six of them


@shared_task(name="orgs.tasks.check_domains")
def check_domains() -> None:
    """Look-ups that administrators asked for and the worker was not told of, and the daily ones."""
    for domain_id in domain_checks.due(database_now()):
        check_domain.apply_async((domain_id,), expires=domains.CHECK_STALE)


@shared_task(name="orgs.tasks.check_domain", soft_time_limit=CHECK_ENDS, time_limit=2 * CHECK_ENDS)
def check_domain(domain_id: int) -> None:
    domain_checks.check(domain_id, clock=database_now)
