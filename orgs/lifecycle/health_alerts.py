"""What an operator must look at in lifecycle and audit trail: `/readyz` counts it, the log names the companies' ids."""

from __future__ import annotations

import datetime as dt
import logging

from django.db.models import Q, QuerySet

from orgs.audit.models import AuditCheck
from orgs.lifecycle import data_deletion, notices
from orgs.lifecycle.models import Brake, Deletion, Notice
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope

logger = logging.getLogger(__name__)

WAITS_AT_MOST = dt.timedelta(days=14)  # for a warning, product.md §2
PURGED_WITHIN = dt.timedelta(days=1)


def alerts(now: dt.datetime) -> list[str]:
    """A sentence for each thing that is wrong at `now` (the database's clock); numbers only, the page is public."""
    with platform_scope(read_only=True):
        numbers = {
            "companies that could not be warned, whose deletion waits for an operator": unwarned(now).count(),
            "deletions that were claimed a day ago and are not finished": unfinished(now).count(),
            "off switches that hold all deletions": Brake.objects.filter(released_at=None).count(),
            "companies whose audit trail was changed": AuditCheck.faulty().count(),
            **{brake: waiting.count() for brake, waiting in held_back(now).items()},
        }
    return [f"{what}: {number}" for what, number in numbers.items() if number]


def write_log(now: dt.datetime) -> None:
    """The same with ids: as errors, and as warnings what only waits."""
    with platform_scope(read_only=True):
        braked = {brake: list(rows.values_list("pk", flat=True)[:100]) for brake, rows in held_back(now).items()}
        waiting = list(unwarned(now).values_list("pk", flat=True)[:100])
        stuck = list(unfinished(now).values_list("pk", flat=True)[:100])
    for brake, companies in braked.items():
        if companies:
            logger.warning("%s: %s", brake, companies)
    if waiting:
        logger.error("No mail server accepted a warning, so these companies' data is not deleted: %s", waiting)
    if stuck:
        logger.error("These deletions were claimed a day ago and are not finished: %s", stuck)


def held_back(now: dt.datetime) -> dict[str, QuerySet[Organization]]:
    """Companies whose deletion or closing is due and waits, by the brake that holds it. In the platform's scope."""
    due = Organization.objects.due_for_deletion(now)
    warned = Notice.objects.warned(accepted_by=now - notices.WARNED_BEFORE)
    found: dict[str, QuerySet[Organization]] = {
        "deletions that are due and that an operator holds": Organization.objects.held_past_deadline(now),
        "deletions that are due and wait until a warning was accepted for 72 hours": due.exclude(warned),
    }
    if data_deletion.is_braked(now):
        brake = "the off switch" if data_deletion.is_off() else "the limit of twenty an hour"
        closing = Organization.objects.due_to_close(now)
        ready = Q(pk__in=due.filter(warned).values("pk")) | Q(pk__in=closing.values("pk"))
        found[f"deletions that are due and wait for {brake}"] = Organization.objects.filter(ready)
    return found


def unwarned(now: dt.datetime) -> QuerySet[Organization]:
    """Companies whose deletion has waited 14 days and of which no warning was accepted. In the platform's scope."""
    due: QuerySet[Organization] = Organization.objects.due_for_deletion(now - WAITS_AT_MOST)
    return due.exclude(Notice.objects.warned(accepted_by=now))


def unfinished(now: dt.datetime) -> QuerySet[Deletion]:
    return Deletion.objects.filter(finished_at=None, claimed_at__lte=now - PURGED_WITHIN)
