"""The sweep: finds the companies whose time has come and moves one company a transaction.

Safe to run late, twice or in parallel: what is due is asked again under the company's lock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from orgs.lifecycle import closing, data_deletion, notices
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Notice
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope

AT_ONCE = 500  # companies of one round; the next round takes the rest


def due_to_move(now: dt.datetime) -> list[int]:
    """Ids of companies whose stored state lags behind, the longest overdue first."""
    due = Organization.objects.due_to_move(now).order_by("trial_ends_at")
    return list(due.values_list("pk", flat=True)[:AT_ONCE])


def due_for_notice(now: dt.datetime) -> list[int]:
    """Ids of companies with a notice that is due and that no mail server has accepted; those not yet posted first."""
    with platform_scope(read_only=True):
        untold = list(notices.untold(Organization.objects.due_for_notice(now).order_by("pk"), now))
        posted = notices.posted(untold)
    ids = dict.fromkeys(notice.org_id for notice in sorted(untold, key=posted.__contains__))  # one may have two
    return list(ids)[:AT_ONCE]


def due_for_deletion(now: dt.datetime) -> list[int]:
    """Ids of companies whose 30 days are over and that were warned in time; the claim decides for each."""
    with platform_scope(read_only=True):
        due = Organization.objects.due_for_deletion(now).order_by("retention_ends_at")
        warned = due.filter(Notice.objects.warned(accepted_by=now - notices.WARNED_BEFORE))
        return list(warned.values_list("pk", flat=True)[: data_deletion.CLAIMS_AN_HOUR])


def due_to_close(now: dt.datetime) -> list[int]:
    """Ids of companies that an owner has asked to close, the longest due first; `closing.close` decides for each."""
    due = Organization.objects.due_to_close(now).order_by("closing_at")
    return list(due.values_list("pk", flat=True)[: data_deletion.CLAIMS_AN_HOUR])


def move(org_id: int, *, now: dt.datetime) -> bool:
    """Lets one company's stored state follow; False when somebody else did or a way back was faster."""
    with company_scope(org_id):
        return lifecycle.reconcile_state(Organization.objects.lock(org_id), now=now)


def run(clock: Callable[[], dt.datetime]) -> Iterator[str]:
    """One whole round by hand, a line for each thing done."""
    now = clock()
    yield from (f"company {org_id}: moved" for org_id in due_to_move(now) if move(org_id, now=now))
    yield from (f"company {org_id}: told" for org_id in due_for_notice(now) if notices.post_due(org_id, now=now))
    yield from (f"company {org_id}: closed" for org_id in due_to_close(now) if closing.close(org_id, now=now))
    yield from (
        f"company {org_id}: claimed" for org_id in due_for_deletion(now) if data_deletion.claim(org_id, now=now)
    )
    for deletion_id, org_id in data_deletion.unfinished():
        data_deletion.purge_all(deletion_id, org_id=org_id, clock=clock)
        yield f"company {org_id}: data deleted"
