"""Whether each company's audit chain still holds: the nightly round, and `manage.py audit_verify`."""

from __future__ import annotations

import datetime as dt
import logging

from orgs.audit import audit
from orgs.audit.models import AuditCheck
from orgs.tenancy.batch import Batch
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope

logger = logging.getLogger(__name__)

AT_ONCE = 2_000  # companies


def run_due(now: dt.datetime) -> None:
    """Looks at the companies whose turn it is; what a round leaves, the next one takes."""
    with platform_scope(read_only=True):
        due = list(AuditCheck.due(now)[:AT_ONCE])
    turns = Batch("verify_audit")
    for org in due:
        with turns.turn(org.pk):
            check(org, now=now)


def check(org: Organization, *, now: dt.datetime) -> audit.Chain:
    """Follows the chain and remembers what it came to. Of a broken one the last good end stays known."""
    with company_scope(org.pk):
        last = AuditCheck.objects.filter(org=org).first() or AuditCheck(org=org)
        known = audit.Chain(last.number, last.hash, None) if last.number else None
        chain = audit.verify_chain(org, known=known)
        last.checked_at = now
        if chain.broken_at is None:
            last.number, last.hash, last.fault = chain.number, chain.hash, ""
        else:
            last.fault = f"event {chain.broken_at}"
        last.save()
    return chain


def write_log() -> None:
    """The audit trails in which the last look found something, as an error."""
    with platform_scope(read_only=True):
        wrong = list(AuditCheck.faulty().values_list("org_id", "fault")[:100])
    if wrong:
        logger.error("These audit trails were changed (company, first wrong event): %s", wrong)
