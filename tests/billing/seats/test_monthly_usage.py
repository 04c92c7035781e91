"""A month of a company: who held seats when, which days count, what sets the price."""

from __future__ import annotations

import datetime as dt

import pytest

from billing.pricing.tiers import charge
from billing.seats import monthly_usage
from billing.seats.monthly_usage import Month
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import DAY, NOVEMBER, NOW, OCTOBER, TRIAL_END, found, hold, noon, staff
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db


def build(org: Organization, first: dt.date = NOVEMBER, *, now: dt.datetime = NOW) -> Month:
    with company_scope(org.pk, read_only=True):
        return monthly_usage.usage_of_month(org, first, now=now)


def numbers(found: Month) -> list[int]:
    return list(found.by_day.values())


@pytest.fixture
def org() -> Organization:
    """Ten people from 5 October, twelve for three days of November, eleven since."""
    org = found()
    people = staff(org, 12)
    hold(org, people[:10], noon(5, 10))
    hold(org, people, noon(12))
    hold(org, people[:11], noon(14))
    return org


def test_peak_sets_the_price(org: Organization) -> None:
    this = build(org)
    assert this.peak
    assert (this.peak.number, this.peak.at) == (12, noon(12))
    assert (this.price, this.charge) == (12 * 3_31, 12 * 3_31)
    assert numbers(this) == [10] * 11 + [12] * 3 + [11] * 16


def test_month_that_began_with_the_first_seat_is_charged_in_part(org: Organization) -> None:
    """In October Tracker was Read only until the 5th: 27 of 31 days, of which the price is rounded once."""
    last = build(org, OCTOBER)
    assert [date.day for date in last.counting] == list(range(5, 32))
    assert last.seats == 10
    assert last.charge == charge(33_10, dates=27, of=31) == 28_83  # 2882.9…
    assert last.charged_on == dt.date(2026, 11, 2)


def test_month_before_anything_is_nothing(org: Organization) -> None:
    september = build(org, dt.date(2026, 9, 1))
    assert (september.peak, september.counting, september.charge) == (None, [], 0)
    assert set(numbers(september)) == {0}


def test_day_to_come_sets_no_peak() -> None:
    """On the day on which the trial ends nothing counts; from tomorrow on it will."""
    org = found(at=noon(25) - lifecycle.TRIAL - DAY / 24)
    hold(org, staff(org, 7), noon(20))
    this = build(org, now=noon(25))
    assert this.peak is None
    assert [date.day for date in this.counting] == [26, 27, 28, 29, 30]


def test_seat_of_a_day_that_does_not_count_sets_no_peak() -> None:
    """Eight had full access in the trial, six when it had ended."""
    org = found(at=noon(10) - lifecycle.TRIAL)
    people = staff(org, 8)
    hold(org, people, noon(3))
    hold(org, people[:6], noon(11))
    this = build(org)
    assert this.seats == 8  # until noon of the 11th, the first day that counts
    org = found("Southwind", at=noon(10) - lifecycle.TRIAL)
    people = staff(org, 8)
    hold(org, people, noon(3))
    hold(org, people[:6], noon(10))
    assert build(org).seats == 6


def test_half_an_hour_that_was_a_mistake_is_left_out(org: Organization) -> None:
    more = staff(org, 3)
    with_mistake = list(org.memberships.filter(pk__lt=more[0].pk).order_by("pk"))[1:12]
    hold(org, [*with_mistake, *more], noon(20))
    hold(org, with_mistake, noon(20) + dt.timedelta(minutes=29))
    assert build(org).seats == 12


@pytest.mark.parametrize(("dates", "cents"), [(0, 0), (1, 65), (14, 903), (15, 968), (31, 2000)])
def test_part_of_a_month_is_rounded_half_up(dates: int, cents: int) -> None:
    assert charge(2000, dates=dates, of=31) == cents


def test_exactly_a_half_is_rounded_up() -> None:
    assert charge(331, dates=15, of=30) == 166


def test_it_is_three_statements_however_many_people(org: Organization) -> None:
    with counted_queries() as few:
        build(org)
    hold(org, staff(org, 20), noon(24))
    with counted_queries() as many:
        build(org)
    assert len(many) == len(few) == 4  # the scope is one more


def test_other_companies_seats_are_not_counted(org: Organization) -> None:
    other = found("Southwind Foods")
    hold(other, staff(other, 30), TRIAL_END + DAY)
    assert build(org).seats == 12
