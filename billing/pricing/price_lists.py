"""Which price list is in effect when: the ones that the product begins with, and those that operators prepared."""

from __future__ import annotations

import datetime as dt
import time

from billing.money import billing_days
from billing.pricing.models import PriceList
from billing.pricing.tiers import Prices, Tier
from orgs.tenancy.organization_models import Organization

FIRST = (  # in effect until an operator's list begins
    Prices("RUB", (Tier(100, 440_00), Tier(250, 400_00), Tier(None, 360_00)), vat_included=True),
    Prices("USD", (Tier(100, 3_31), Tier(250, 2_85), Tier(None, 2_37)), vat_included=False),
)
KEPT = 60  # seconds: a new list begins on another day, and what is in effect never changes


class _Lists:
    """The operators' lists, newest first, read again after a minute."""

    def __init__(self) -> None:
        self.read_at: float | None = None
        self.rows: list[PriceList] = []

    def get(self) -> list[PriceList]:
        if self.read_at is None or time.monotonic() - self.read_at > KEPT:
            self.rows, self.read_at = list(PriceList.objects.order_by("-starts_on")), time.monotonic()
        return self.rows

    def forget(self) -> None:
        self.read_at = None


lists = _Lists()


def on(currency: str, date: dt.date) -> Prices:
    """The list in effect on a UTC date. Raises LookupError when there is none in the currency."""
    for row in lists.get():
        if row.currency == currency and row.starts_on <= date:
            return as_prices(row)
    return first(currency)


def first(currency: str) -> Prices:
    """The list that the product begins with. Raises LookupError when there is none in the currency."""
    for prices in FIRST:
        if prices.currency == currency:
            return prices
    there = ", ".join(prices.currency for prices in FIRST)
    raise LookupError(f"There is no price list in {currency!r}. There is one in {there}.")


def prices_for(org: Organization, now: dt.datetime) -> Prices:
    """The list in effect for a company at `now`."""
    return on(org.currency, billing_days.day_of(now))


def as_prices(row: PriceList) -> Prices:
    tiers = (Tier(last, price) for last, price in zip([*row.last_seats, None], row.prices, strict=True))
    return Prices(row.currency, tuple(tiers), row.vat_included)
