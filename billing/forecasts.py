"""Until when a balance lasts: the charges to come if nobody's access changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from billing import dates, ledger, month, prices, pricing
from billing.models.charges import Charge
from billing.month import Month
from orgs import lifecycle
from orgs.models.organization import Organization

AHEAD = 24  # months that are looked at: a price list of then is unknown


@dataclass(frozen=True)
class Coming:
    """A charge to come, on a UTC date, in minor units."""

    on: dt.date
    amount: int


@dataclass(frozen=True)
class Forecast:
    """`next`: the first charge with an amount. `ends_on`: when the balance falls below zero, with which charge.

    None: not within two years.
    """

    balance: int
    next: Coming | None
    ends_on: dt.date | None

    @property
    def is_short(self) -> bool:
        """The balance does not cover the next charge."""
        return self.next is not None and self.ends_on == self.next.on


def of(org: Organization, *, now: dt.datetime, known: Month | None = None) -> Forecast:
    """In the company's scope; a few statements, however many people. `known`: a month that was built already."""
    balance = ledger.balance(org)
    coming = list(islice(upcoming(org, now=now, known=known), AHEAD))
    return Forecast(balance, next((one for one in coming if one.amount), None), ends_on(balance, coming))


def ends_on(balance: int, coming: Iterable[Coming]) -> dt.date | None:
    """The date of the charge after which a balance that is not below zero is."""
    if balance < 0:
        return None
    for one in coming:
        balance -= one.amount
        if balance < 0:
            return one.on
    return None


def upcoming(org: Organization, *, now: dt.datetime, known: Month | None = None) -> Iterator[Coming]:
    """The charges to come, the next first: of months that are not charged yet, then of whole ones as things are."""
    first, this = _first_open(org, now), dates.month_of(dates.day_of(now))
    while first <= this:
        found = known if known and known.first == first else month.build(org, first, now=now)
        yield Coming(found.charged_on, found.charge)
        first = dates.following(first)
    for _ in range(AHEAD):
        yield Coming(dates.charge_date(first), _whole_month(org, first, now))
        first = dates.following(first)


def _first_open(org: Organization, now: dt.datetime) -> dt.date:
    """The oldest month that is to come to a charge."""
    this = dates.month_of(dates.day_of(now))
    last = Charge.objects.filter(org=org).order_by("-month").values_list("month", flat=True).first()
    return max(dates.following(last), dates.preceding(this)) if last else _after_trial(org, this)


def _after_trial(org: Organization, this: dt.date) -> dt.date:
    """For a company that was never charged: the month before, when its trial was over by then."""
    before = dates.preceding(this)
    return before if org.trial_ends_at and org.trial_ends_at < dates.midnight(this) else this


def _whole_month(org: Organization, first: dt.date, now: dt.datetime) -> int:
    """A month of which nothing is known yet; nothing while Tracker is not active and will not be."""
    end = dates.midnight(dates.following(first))
    if lifecycle.state_at(org, max(now, org.trial_ends_at or now)) != "active":
        return 0
    price = pricing.monthly_price(org.full_seats, prices.on(org.currency, first))
    if org.trial_ends_at and org.trial_ends_at > dates.midnight(first):
        days = (end - max(dates.midnight(first), org.trial_ends_at)).days
        return pricing.charge(price, dates=days, of=dates.length(first))
    return price
