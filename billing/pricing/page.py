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


def pricing_page(query: QueryDict, *, currency: str, now: dt.datetime) -> PricingPage:
    """The page in the currency that the query names, or else in the given one."""
    known = [first.currency for first in prices.FIRST]
    chosen = query.get("currency", "")
    price_list = prices.on(chosen if chosen in known else currency, billing_days.day_of(now))
    calculator = PublicCalculator(query, currencies=known, prices=price_list)
    examples = [
        Example(seats, pricing.monthly_lines(seats, price_list), pricing.monthly_price(seats, price_list))
        for seats in EXAMPLES
    ]
    return PricingPage(calculator, price_list, list(_tiers(price_list)), examples)


def _tiers(price_list: Prices) -> Iterator[Tier]:
    first = 1
    for tier in price_list.tiers:
        yield Tier(first, tier.last_seat, tier.price)
        first = (tier.last_seat or 0) + 1
