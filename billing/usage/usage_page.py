"""What `Detailed view` shows of a month."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import Http404
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.charging import forecasts
from billing.charging.forecasts import Coming, Forecast
from billing.documents.models import Document, DocumentKind
from billing.ledger.charge_models import Charge
from billing.money import billing_days
from billing.payers import payers
from billing.payers.models import Payer
from billing.pricing import tiers
from billing.seats import after_joining, trial_dates
from billing.seats import monthly_usage as month
from billing.seats.after_joining import AfterJoining
from billing.seats.monthly_usage import Month
from billing.usage import chart
from billing.usage.chart import Chart
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.request import CompanyRequest


@dataclass(frozen=True)
class Line:
    """So many seats at one price each (minor units), `after` so many that are in the line before."""

    seats: int
    price: int
    after: int

    @property
    def total(self) -> int:
        return self.seats * self.price


@dataclass(frozen=True)
class Day:
    """A date (UTC) and the largest number of people on it; `counts`: it is charged for."""

    date: dt.date
    number: int
    counts: bool
    is_peak: bool


@dataclass(frozen=True)
class Charged:
    """What was charged for a month that is over; `invoice` is None when that is nothing."""

    charge: Charge
    invoice: Document | None


@dataclass(frozen=True)
class Details:
    """`days` are those that have begun. `payer`, `state` and `forecast` are of now; the rest is the month's."""

    month: Month
    payer: Payer | None
    days: list[Day]
    chart: Chart
    now: dt.datetime
    state: State
    forecast: Forecast
    debt_due_at: dt.datetime | None
    charged: Charged | None  # while it is not, the month's own figures are estimates
    full_seats: int  # now
    trial_ends_at: dt.datetime | None  # while the trial runs
    trial: str  # its dates, likewise
    after: AfterJoining | None
    previous: dt.date | None
    following: dt.date | None

    @property
    def is_present(self) -> bool:
        """The month that runs."""
        return self.following is None

    @property
    def is_empty(self) -> bool:
        """Nobody had full access in it."""
        return not any(day.number for day in self.days)

    @property
    def peak_on(self) -> dt.date | None:
        """The date (UTC) on which the peak was set."""
        return billing_days.day_of(self.month.peak.at) if self.month.peak else None

    @property
    def seats(self) -> int:
        """The number whose price is explained: the peak, or those who have full access now while nothing counts yet."""
        return self.full_seats if self.month.peak is None and self.is_present else self.month.seats

    @property
    def price(self) -> int:
        """What a full month with so many costs (minor units)."""
        return tiers.monthly_price(self.seats, self.month.prices)

    @property
    def lines(self) -> list[Line]:
        """How the price adds up, tier by tier."""
        lines, after = [], 0
        for line in tiers.monthly_lines(self.seats, self.month.prices):
            lines.append(Line(line.seats, line.price, after))
            after += line.seats
        return lines

    @property
    def counts_from(self) -> dt.date | None:
        """The first date (UTC) that can count, while none of the month does."""
        if self.trial_ends_at:
            return trial_dates.counts_from(self.trial_ends_at)
        return next(iter(self.month.counting), None) if self.month.peak is None else None

    @property
    def coming(self) -> Coming | None:
        """The next charge with an amount; None when there is none in sight."""
        return self.forecast.next

    @property
    def is_stopped_for_debt(self) -> bool:
        """What is owed fell due, and nobody can change issues."""
        is_due = self.debt_due_at is not None and self.debt_due_at <= self.now
        return is_due and self.state == State.READ_ONLY

    @property
    def sentence(self) -> str:
        """What the chart shows."""
        first, last = self.days[0].number, self.days[-1].number
        named = {"month": date_format(self.month.first, "F"), "first": first, "last": last, "peak": self.month.seats}
        if self.peak_on is None:
            text = _("Full access by day in %(month)s. It begins with %(first)s and ends with %(last)s.")
            return f"{text % named} {_('No day is charged.')}"
        text = _(
            "Full access by day in %(month)s. It begins with %(first)s, has its peak of %(peak)s on %(day)s,"
            " and ends with %(last)s. The peak sets the price."
        )
        return text % {**named, "day": date_format(self.peak_on, "j F")}


def month_details(request: CompanyRequest) -> Details:
    """The month that is asked for. Raises BadRequest for what is none, Http404 where the company has none."""
    org, now = request.org, request.now
    today = billing_days.day_of(now)
    oldest = billing_days.month_of(billing_days.day_of(org.created_at))
    first = billing_days.month_of(asked(request.GET.get("month"), oldest=oldest, newest=today))
    usage = month.usage_of_month(org, first, now=now)
    days = list(_days(usage, today))
    is_over = first < billing_days.month_of(today)
    return Details(
        month=usage,
        payer=payers.current(org),
        days=days,
        chart=chart.draw(usage, days=len(days), today=today),
        now=now,
        state=lifecycle.state_at(org, now),
        forecast=forecasts.forecast_for(org, now=now, known=usage),
        debt_due_at=org.debt_due_at,
        charged=_charged(org, first) if is_over else None,
        full_seats=org.full_seats,
        trial_ends_at=org.trial_ends_at if lifecycle.in_trial(org, now) else None,
        trial=trial_dates.sentence(org) if lifecycle.in_trial(org, now) else "",
        after=None if is_over else after_joining.total_with_invited(org, now),
        previous=billing_days.preceding(first) if first > oldest else None,
        following=billing_days.following(first) if is_over else None,
    )


def asked(text: str | None, *, oldest: dt.date, newest: dt.date) -> dt.date:
    """The date in an address, or the newest one. Raises BadRequest for none, Http404 outside of the company's time."""
    date = newest if text is None else billing_days.parse(text)
    if not oldest <= date <= newest:
        raise Http404
    return date


def _charged(org: Organization, first: dt.date) -> Charged | None:
    """Two statements; one for a month that is not charged."""
    charge = Charge.objects.filter(org=org, month=first).first()
    if charge is None:
        return None
    return Charged(charge, Document.objects.filter(org=org, charge=charge, kind=DocumentKind.INVOICE).first())


def _days(usage: Month, today: dt.date) -> list[Day]:
    counting = set(usage.counting)
    peak_on = {date for date, number in usage.by_day.items() if number == usage.seats and date in counting}
    return [
        Day(date, number, date in counting, date in peak_on) for date, number in usage.by_day.items() if date <= today
    ]
