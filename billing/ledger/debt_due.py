"""When a negative balance is due: by the end of the UTC month in which it became negative (product.md §5)."""

from __future__ import annotations

import datetime as dt

from billing.ledger import emails as balance_letters
from billing.money import billing_days
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization


def due_at(became_negative: dt.datetime) -> dt.datetime:
    """The first instant (UTC) of the month after the one in which the balance became negative."""
    return billing_days.midnight(billing_days.following(billing_days.month_of(billing_days.day_of(became_negative))))


def update_due_date(org: Organization, *, key: str, before: int, after: int, now: dt.datetime) -> None:
    """The balance went from `before` to `after` (minor units) at `now`: writes the debt's date, and the state follows.

    When it fell below zero, the administrators get a mail, once for the key.

    The caller is inside the company's scope and holds its row lock.
    """
    if after >= 0 and org.debt_due_at:
        lifecycle.write_facts(org, now=now, debt_due_at=None)
    elif after < 0 <= before:
        lifecycle.write_facts(org, now=now, debt_due_at=due_at(now))
        balance_letters.below_zero(org, key=key, balance=after, now=now)
