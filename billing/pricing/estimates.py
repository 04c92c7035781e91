"""Estimates: what a month would cost for a number of people with full access. It knows prices, not companies."""

from __future__ import annotations

from dataclasses import dataclass

from billing.pricing import tiers
from billing.pricing.tiers import Prices


@dataclass(frozen=True)
class Estimate:
    """A month's price in minor units and how it adds up; `others` look at issues for free."""

    seats: int
    total: int
    lines: list[tiers.Line]
    others: int
    prices: Prices

    @property
    def currency(self) -> str:
        return self.prices.currency

    @property
    def is_first_paid(self) -> bool:
        """One person more than is free: from here on all are paid."""
        return self.seats == tiers.FREE_SEATS + 1

    @property
    def vat_is_included(self) -> bool:
        return self.prices.vat_included


def estimate(seats: int, *, people: int, prices: Prices) -> Estimate:
    """The monthly price of `seats` in a company of `people`."""
    lines = tiers.monthly_lines(seats, prices)
    return Estimate(seats, tiers.monthly_price(seats, prices), lines, max(0, people - seats), prices)
