"""Looks up the domains whose time has come, outside any transaction (design rule 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db.models import F

from orgs.domains import dns, domains
from orgs.domains.models import Domain
from orgs.tenancy.scopes import platform_scope

AT_ONCE = 500  # domains of one round; the next round takes the rest


def due(now: dt.datetime) -> list[int]:
    """Ids of domains to look up: first those that somebody waits for, then the longest overdue."""
    with platform_scope(read_only=True):
        due = Domain.objects.due(now).order_by(F("checking_since").asc(nulls_last=True), "checked_at")
        return list(due.values_list("pk", flat=True)[:AT_ONCE])


def check(domain_id: int, *, clock: Callable[[], dt.datetime]) -> Domain | None:
    """One look-up, applied; None when there was nothing to do (any more). Safe to run twice, late or in parallel."""
    asked_at = clock()
    with platform_scope(read_only=True):
        domain: Domain | None = Domain.objects.due(asked_at).filter(pk=domain_id).first()
    if domain is None:
        return None
    answer = dns.look_up(domain.host, domain.challenge)
    return domains.note(domain=domain, answer=answer, asked_at=asked_at, now=clock())
