"""The public page of prices: the calculator, the tiers of the list in effect, worked examples."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict

from billing.money import billing_days
from billing.pricing import price_lists as prices
from billing.pricing import tiers as pricing
from billing.pricing.forms import PublicCalculator
from billing.pricing.tiers import Prices

EXAMPLES = (5, 6, 100, 101, 250, 270)  # product.md §5


@dataclass(frozen=True)
class Tier:
    """Seats from `first` to `last` (None: and more) at a price each (minor units)."""

    first: int
    last: int | None
    price: int


@dataclass(frozen=True)
class Example:
    """So many people with full access, how the month adds up and what it comes to (minor units)."""

    seats: int
    lines: list[pricing.Line]
    total: int


@dataclass(frozen=True)
class PricingPage:
    calculator: PublicCalculator
    prices: Prices
    tiers: list[Tier]
    examples: list[Example]
    free_seats: int = pricing.FREE_SEATS

    @property
    def first_paid(self) -> int:
        return self.free_seats + 1


def build(query: QueryDict, *, currency: str, now: dt.datetime) -> PricingPage:
    """The page in the currency that the query names, or else in the given one."""
    known = [first.currency for first in prices.FIRST]
    chosen = query.get("currency", "")
    found = prices.on(chosen if chosen in known else currency, billing_days.day_of(now))
    calculator = PublicCalculator(query, currencies=known, prices=found)
    examples = [
        Example(seats, pricing.monthly_lines(seats, found), pricing.monthly_price(seats, found)) for seats in EXAMPLES
    ]
    return PricingPage(calculator, found, list(_tiers(found)), examples)


def _tiers(found: Prices) -> Iterator[Tier]:
    first = 1
    for tier in found.tiers:
        yield Tier(first, tier.last_seat, tier.price)
        first = (tier.last_seat or 0) + 1
