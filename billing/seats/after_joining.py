"""What the invited add to every total that is shown: the seats and the price `after they join` (product.md §5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from billing.pricing import price_lists, tiers
from orgs.people.joining_models import Invitation, InvitationQuerySet
from orgs.tenancy.membership_models import Level
from orgs.tenancy.organization_models import Organization


@dataclass(frozen=True)
class AfterJoining:
    """`invited` people are to have full access; all then cost `total` minor units a month."""

    invited: int
    total: int
    currency: str


def invited(org: Organization, now: dt.datetime) -> InvitationQuerySet:
    """The invitations that are open and give full access."""
    rows: InvitationQuerySet = Invitation.objects.pending(now).filter(org=org, level=Level.FULL)
    return rows


def total_with_invited(org: Organization, now: dt.datetime, *, seats: int | None = None) -> AfterJoining | None:
    """None when nobody is invited so; one statement. In the company's scope. They add to `seats`, or to today's."""
    return total_with_number(org, invited(org, now).count(), now=now, seats=seats)


def total_with_number(
    org: Organization, number: int, *, now: dt.datetime, seats: int | None = None
) -> AfterJoining | None:
    """What so many add, for a page that has counted the invited already."""
    if not number:
        return None
    before = org.full_seats if seats is None else seats
    total = tiers.monthly_price(before + number, price_lists.prices_for(org, now))
    return AfterJoining(number, total, org.currency)
