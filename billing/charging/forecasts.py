"""Until when a balance lasts: the charges to come if nobody's access changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from billing.ledger import ledger
from billing.ledger.charge_models import Charge
from billing.money import billing_days
from billing.pricing import price_lists, tiers
from billing.seats import monthly_usage
from billing.seats.monthly_usage import Month
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization

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


def forecast_for(org: Organization, *, now: dt.datetime, known: Month | None = None) -> Forecast:
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
    first, this = _first_open(org, now), billing_days.month_of(billing_days.day_of(now))
    while first <= this:
        found = known if known and known.first == first else monthly_usage.usage_of_month(org, first, now=now)
        yield Coming(found.charged_on, found.charge)
        first = billing_days.following(first)
    for _ in range(AHEAD):
        yield Coming(billing_days.charge_date(first), _whole_month(org, first, now))
        first = billing_days.following(first)


def _first_open(org: Organization, now: dt.datetime) -> dt.date:
    """The oldest month that is to come to a charge."""
    this = billing_days.month_of(billing_days.day_of(now))
    last = Charge.objects.filter(org=org).order_by("-month").values_list("month", flat=True).first()
    return max(billing_days.following(last), billing_days.preceding(this)) if last else _after_trial(org, this)


def _after_trial(org: Organization, this: dt.date) -> dt.date:
    """For a company that was never charged: the month before, when its trial was over by then."""
    before = billing_days.preceding(this)
    return before if org.trial_ends_at and org.trial_ends_at < billing_days.midnight(this) else this


def _whole_month(org: Organization, first: dt.date, now: dt.datetime) -> int:
    """A month of which nothing is known yet; nothing while Tracker is not active and will not be."""
    end = billing_days.midnight(billing_days.following(first))
    if lifecycle.state_at(org, max(now, org.trial_ends_at or now)) != "active":
        return 0
    price = tiers.monthly_price(org.full_seats, price_lists.on(org.currency, first))
    if org.trial_ends_at and org.trial_ends_at > billing_days.midnight(first):
        days = (end - max(billing_days.midnight(first), org.trial_ends_at)).days
        return tiers.charge(price, dates=days, of=billing_days.length(first))
    return price
