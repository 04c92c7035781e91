"""What full access for more people would cost a month, before anything is done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from access.seats import seats
from billing.pricing import price_lists, tiers
from orgs.tenancy.organization_models import Organization


@dataclass(frozen=True)
class Cost:
    """Seats, and monthly totals in minor units, before and after. `missing`: what keeps them from being given: payer,
    cap, or nothing. `takes_the_step`: from here on all are paid.
    """

    seats_before: int
    seats_after: int
    total_before: int
    total_after: int
    currency: str
    missing: str

    @property
    def number(self) -> int:
        return self.seats_after - self.seats_before

    @property
    def difference(self) -> int:
        return self.total_after - self.total_before

    @property
    def takes_the_step(self) -> bool:
        return self.seats_before <= tiers.FREE_SEATS < self.seats_after


def cost_of(org: Organization, number: int, *, now: dt.datetime) -> Cost:
    """The cost of so many people more."""
    after, now_valid = org.full_seats + number, price_lists.prices_for(org, now)
    return Cost(
        seats_before=org.full_seats,
        seats_after=after,
        total_before=tiers.monthly_price(org.full_seats, now_valid),
        total_after=tiers.monthly_price(after, now_valid),
        currency=org.currency,
        missing=seats.missing(org, after),
    )
