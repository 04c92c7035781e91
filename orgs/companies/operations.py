"""What an operator may do to a company: each act under its lock, with a reason, in its audit trail (product.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.utils.translation import gettext_lazy as _

from orgs.audit import audit
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User

DAY = dt.timedelta(days=1)


def set_account_limit(*, org: Organization, limit: int, operator: User, reason: str, now: dt.datetime) -> None:
    """Changes how many accounts fit. Raises Refused below the number there is."""
    with _locked(org) as locked:
        if limit < Membership.objects.current().filter(org=locked).count():
            raise Refused(_("The company has more accounts than that."), field="account_limit")
        before, locked.account_limit = locked.account_limit, limit
        locked.save(update_fields=["account_limit"])
        _record(locked, "account_limit", operator, reason, now=now, data={"from": before, "to": limit})


def extend_trial(*, org: Organization, days: int, operator: User, reason: str, now: dt.datetime) -> None:
    """Lets the trial last `days` of 24 h longer than its end, or than now when it is over. Raises Refused."""
    with _locked(org) as locked:
        if locked.trial_ends_at is None:
            raise Refused(_("This company's trial has not begun."), field="extend_trial_days")
        until = max(locked.trial_ends_at, now) + days * DAY
        lifecycle.extend_trial(locked, until=until, now=now, data={"operator": operator.pk, "reason": reason})


def hold_deletion(*, org: Organization, hold: bool, operator: User, reason: str, now: dt.datetime) -> None:
    """Holds the company's deletion, or lets it go on; a deletion that has claimed the company cannot be held."""
    with _locked(org) as locked:
        locked.deletion_held_at = now if hold else None
        locked.save(update_fields=["deletion_held_at"])
        _record(locked, "deletion_hold" if hold else "deletion_release", operator, reason, now=now)


@contextmanager
def _locked(org: Organization) -> Iterator[Organization]:
    with company_scope(org.pk):
        yield Organization.objects.lock(org.pk)


def _record(
    org: Organization,
    act: str,
    operator: User,
    reason: str,
    *,
    now: dt.datetime,
    data: dict[str, Any] | None = None,
) -> None:
    data = {"operator": operator.pk, "reason": reason, **(data or {})}
    audit.record(org, f"operator.{act}", actor=None, now=now, data=data)
