"""One month of a company: how many held a seat when, which dates count, and what that costs (product.md §5)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from billing.money import billing_days
from billing.pricing import price_lists as prices
from billing.pricing import tiers
from billing.pricing.tiers import Prices
from billing.seats import chargeable_days
from billing.seats.chargeable_days import Move
from billing.seats.models import SeatInterval
from billing.seats.seat_intervals import Curve, Interval, Peak
from orgs.audit.models import AuditEvent
from orgs.tenancy.organization_models import Organization


@dataclass(frozen=True)
class Month:
    """`first` names it. `counting`: its dates (UTC) that count, those to come as they will if nothing changes.

    `peak` is the largest number of people on those of them that have begun; None when none has. Money is whole minor
    units.
    """

    first: dt.date
    curve: Curve
    counting: list[dt.date]
    peak: Peak | None
    prices: Prices

    @property
    def currency(self) -> str:
        return self.prices.currency

    @property
    def days(self) -> int:
        return billing_days.length(self.first)

    @property
    def seats(self) -> int:
        """The number that sets the price."""
        return self.peak.number if self.peak else 0

    @property
    def price(self) -> int:
        """What a full month with this peak costs."""
        return tiers.monthly_price(self.seats, self.prices)

    @property
    def charge(self) -> int:
        """What is charged for the month if nothing changes."""
        return tiers.charge(self.price, dates=len(self.counting), of=self.days)

    @property
    def charged_on(self) -> dt.date:
        """The 2nd of the next month."""
        return billing_days.charge_date(self.first)

    @cached_property
    def by_day(self) -> dict[dt.date, int]:
        """The largest number of each of its dates."""
        peaks = ((date, self.curve.peak([billing_days.span_of(date)])) for date in billing_days.dates_of(self.first))
        return {date: peak.number for date, peak in peaks if peak}


def usage_of_month(org: Organization, first: dt.date, *, now: dt.datetime) -> Month:
    """The month that begins with the date `first`, as it stands at `now`. Three statements."""
    curve = _curve(org, first)
    moves = _moves(org)
    active = chargeable_days.active_spans(org, moves, now)
    counting = chargeable_days.chargeable_dates(first, active=active, trials=chargeable_days.trial_spans(org, moves))
    begun = [date for date in counting if date <= billing_days.day_of(now)]
    peak = curve.peak(chargeable_days.chargeable_spans(begun, active))
    return Month(first, curve, counting, peak, prices.on(org.currency, first))


def _curve(org: Organization, first: dt.date) -> Curve:
    """Who held a seat for the whole month is only counted: that is nearly everybody."""
    start, end = billing_days.midnight(first), billing_days.midnight(billing_days.following(first))
    rows = SeatInterval.objects.filter(org=org, started_at__lt=end)
    standing = rows.filter(Q(ended_at=None) | Q(ended_at__gt=end), started_at__lt=start).count()
    passing = rows.filter(Q(started_at__gte=start) | Q(ended_at__gte=start, ended_at__lte=end))
    intervals = passing.values_list("member_id", "started_at", "ended_at")
    return Curve((Interval(*row) for row in intervals), standing=standing)


def _moves(org: Organization) -> list[Move]:
    """The moves of the company's state, in their order."""
    events = AuditEvent.objects.filter(org=org, target="", action__startswith="tracker.", data__has_key="to")
    return [Move.from_event(*row) for row in events.order_by("number").values_list("action", "at", "data")]
