"""The lower-left corner of `User access management`: how many have full access, and what that costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.money import billing_days
from billing.money.formatting import format_count, format_money
from billing.pricing import price_lists as prices
from billing.pricing import tiers
from billing.pricing.tiers import Prices
from billing.seats import monthly_usage, trial_dates
from billing.seats.monthly_usage import Month
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization, State


@dataclass(frozen=True)
class SeatSummary:
    """`full` people have full access, which costs `total` minor units a month. `note` says what the time does to it.

    `is_step_next`: the next person is the one from whom on all are paid.
    """

    full: int
    total: int
    prices: Prices
    note: str

    @property
    def currency(self) -> str:
        return self.prices.currency

    @property
    def is_step_next(self) -> bool:
        return self.full == tiers.FREE_SEATS

    @property
    def step(self) -> int:
        """What the month costs with the next person."""
        return tiers.monthly_price(self.full + 1, self.prices)


@dataclass(frozen=True)
class Idle:
    """People with full access who do not use it, what they cost a month (minor units), and where they are listed.

    `fields`: names and values that mean exactly them where levels are staged; empty when there is nothing to stage.
    """

    people: int
    total: int
    url: str
    fields: Sequence[tuple[str, str]]


def summary(org: Organization, now: dt.datetime, this: Month | None) -> SeatSummary:
    """`this`: the month, as `month_of` gives it. No statement."""
    now_valid = prices.prices_for(org, now)
    total = tiers.monthly_price(org.full_seats, now_valid)
    return SeatSummary(org.full_seats, total, now_valid, _note(org, now, this))


def month_of(org: Organization, now: dt.datetime) -> Month | None:
    """The month of `now`; None, and no statement, where no day of it can count."""
    first = billing_days.month_of(billing_days.day_of(now))
    return (
        monthly_usage.usage_of_month(org, first, now=now)
        if _may_count(org, now, billing_days.midnight(first))
        else None
    )


def idle(
    org: Organization, now: dt.datetime, *, people: int, url: str, fields: Sequence[tuple[str, str]] = ()
) -> Idle | None:
    """What `people` of those with full access, who were not active for 30 days, cost; None when there are none."""
    now_valid = prices.prices_for(org, now)
    price = tiers.monthly_price(org.full_seats, now_valid)
    rest = tiers.monthly_price(max(0, org.full_seats - people), now_valid)
    return Idle(people, price - rest, url, fields) if people else None


def _note(org: Organization, now: dt.datetime, this: Month | None) -> str:
    if org.trial_ends_at is None:
        return _("Nothing is charged while Tracker is not active.")
    if this and this.peak:
        return _peak(this)
    state = lifecycle.state_at(org, now)
    if lifecycle.in_trial(org, now):
        return trial_dates.sentence(org)
    if state == State.ACTIVE:  # since today, the last day of the trial
        return _("Nothing is charged before %(date)s") % {
            "date": date_format(billing_days.day_of(now) + billing_days.DAY, "j M Y")
        }
    if state == State.READ_ONLY:
        return _("Nothing is charged while Tracker is Read only.")
    return _("Nothing is charged while Tracker is off.")


def _may_count(org: Organization, now: dt.datetime, month_start: dt.datetime) -> bool:
    """Whether a day since the month's start can: not in the first trial, nor when writing stopped with it or before."""
    trial_end = org.activated_at + lifecycle.TRIAL if org.activated_at else org.trial_ends_at
    stopped = None if lifecycle.state_at(org, now) == State.ACTIVE else lifecycle.stopped_at(org, now)
    if trial_end is None or now < trial_end:
        return False
    return stopped is None or stopped > max(trial_end, month_start)


def _peak(this: Month) -> str:
    """The month's peak and the price that it sets."""
    named = {"month": date_format(this.first, "F"), "peak": format_count(this.seats)}
    if not this.price:
        return _("Peak in %(month)s: %(peak)s, free") % named
    return _("Peak in %(month)s: %(peak)s, sets %(price)s") % {
        **named,
        "price": format_money(this.price, this.currency),
    }
