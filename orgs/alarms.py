"""What an operator must look at in lifecycle and audit trail: `/readyz` counts it, the log names the companies' ids."""

from __future__ import annotations

import datetime as dt
import logging

from django.db.models import QuerySet

from orgs.models import AuditCheck, Brake, Deletion, Notice, Organization
from orgs.scopes import platform_scope

logger = logging.getLogger(__name__)

WAITS_AT_MOST = dt.timedelta(days=14)  # for a warning, product.md §2
PURGED_WITHIN = dt.timedelta(days=1)


def find(now: dt.datetime) -> list[str]:
    """A sentence for each thing that is wrong at `now` (the database's clock); numbers only, the page is public."""
    with platform_scope(read_only=True):
        numbers = {
            "companies that could not be warned, whose deletion waits for an operator": unwarned(now).count(),
            "deletions that were claimed a day ago and are not finished": unfinished(now).count(),
            "off switches that hold all deletions": Brake.objects.filter(released_at=None).count(),
            "companies whose audit trail was changed": AuditCheck.faulty().count(),
        }
    return [f"{what}: {number}" for what, number in numbers.items() if number]


def write_log(now: dt.datetime) -> None:
    """The same with ids, as errors."""
    with platform_scope(read_only=True):
        waiting = list(unwarned(now).values_list("pk", flat=True)[:100])
        stuck = list(unfinished(now).values_list("pk", flat=True)[:100])
    if waiting:
        logger.error("No mail server accepted a warning, so these companies' data is not deleted: %s", waiting)
    if stuck:
        logger.error("These deletions were claimed a day ago and are not finished: %s", stuck)


def log_audit() -> None:
    """The audit trails in which the last look found something."""
    with platform_scope(read_only=True):
        wrong = list(AuditCheck.faulty().values_list("org_id", "fault")[:100])
    if wrong:
        logger.error("These audit trails were changed (company, first wrong event): %s", wrong)


def unwarned(now: dt.datetime) -> QuerySet[Organization]:
    """Companies whose deletion has waited 14 days and of which no warning was accepted. In the platform's scope."""
    due: QuerySet[Organization] = Organization.objects.due_for_deletion(now - WAITS_AT_MOST)
    return due.exclude(Notice.objects.warned(accepted_by=now))


def unfinished(now: dt.datetime) -> QuerySet[Deletion]:
    return Deletion.objects.filter(finished_at=None, claimed_at__lte=now - PURGED_WITHIN)
