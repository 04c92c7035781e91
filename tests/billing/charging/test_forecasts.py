"""Until when a balance lasts, and the mails about it."""

from __future__ import annotations

import datetime as dt

import pytest

from billing.charging import forecasts, low_balance_warning, monthly_charge
from billing.charging.forecasts import Coming, Forecast
from orgs.lifecycle import rules as lifecycle
from orgs.mail.models import Mail
from orgs.mail.outbox import open_letter
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import DAY, NOW, found, hold, noon, staff
from tests.billing.ledger import books

pytestmark = pytest.mark.django_db
DECEMBER, JANUARY, FEBRUARY = dt.date(2026, 12, 2), dt.date(2027, 1, 2), dt.date(2027, 2, 2)
CHARGED = dt.datetime(2026, 11, 2, 3, tzinfo=dt.UTC)


@pytest.fixture
def org() -> Organization:
    """Ten people since 5 October, charged 2883 cents for it; 3310 cents a month from now on."""
    org = found()
    hold(org, staff(org, 10), noon(5, 10))
    books.top_up(org, 28_83, noon(1), key="first")
    list(monthly_charge.charge_all(CHARGED, limit=10))
    org.refresh_from_db()
    return org


def forecast(org: Organization, now: dt.datetime = NOW) -> Forecast:
    with company_scope(org.pk, read_only=True):
        return forecasts.forecast_for(org, now=now)


@pytest.mark.parametrize(
    ("cents", "ends_on"),
    [
        (0, DECEMBER),
        (33_09, DECEMBER),
        (33_10, JANUARY),
        (66_19, JANUARY),
        (66_20, FEBRUARY),
        (10_000_00, None),
    ],
)
def test_balance_lasts_until_the_charge_that_it_does_not_cover(
    org: Organization, cents: int, ends_on: dt.date | None
) -> None:
    if cents:
        books.top_up(org, cents, NOW, key="more")
    assert forecast(org) == Forecast(cents, Coming(DECEMBER, 33_10), ends_on)


def test_forecast_is_what_is_charged_then(org: Organization) -> None:
    books.top_up(org, 33_10, NOW, key="more")
    later = dt.datetime(2026, 12, 2, tzinfo=dt.UTC)
    (done,) = monthly_charge.charge_all(later, limit=10)
    assert (done.amount, books.balance(org)) == (33_10, 0)


def test_below_zero_there_is_no_end_to_wait_for(org: Organization) -> None:
    books.take(org, 1, NOW, key="fee")
    assert forecast(org).ends_on is None


def test_five_people_need_no_balance() -> None:
    org = found()
    hold(org, staff(org, 5), noon(5, 10))
    assert forecast(org) == Forecast(0, None, None)


def test_first_charge_is_for_the_days_after_the_trial() -> None:
    """The trial ends at noon of 15 December; the days from the 16th on count."""
    org = found(at=dt.datetime(2026, 11, 15, 12, tzinfo=dt.UTC))
    hold(org, staff(org, 10), noon(16))
    assert org.trial_ends_at == dt.datetime(2026, 12, 15, 12, tzinfo=dt.UTC)
    assert forecast(org).next == Coming(JANUARY, 17_08)


def test_month_that_is_over_and_not_charged_comes_first(org: Organization) -> None:
    books.top_up(org, 33_10, NOW, key="more")
    on_the_first = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
    assert forecast(org, on_the_first) == Forecast(33_10, Coming(DECEMBER, 33_10), JANUARY)


def test_while_tracker_is_off_only_what_was_used_is_charged(org: Organization) -> None:
    lifecycle.deactivate(org=org, actor=org.memberships.get(role="owner"), now=noon(15))
    org.refresh_from_db()
    assert forecast(org) == Forecast(0, Coming(DECEMBER, 16_55), DECEMBER)  # 15 of 30 days


# --- mails -----------------------------------------------------------------------------------------------------
def texts(org: Organization) -> list[tuple[str, str]]:
    with platform_scope():
        mails = Mail.objects.filter(org=org, key__startswith="balance:").order_by("pk")
        return [(mail.subject, open_letter(mail).text) for mail in mails]


def test_administrators_are_told_fourteen_days_before_once(org: Organization) -> None:
    books.top_up(org, 10_00, noon(3), key="more")
    near = dt.datetime(2026, 11, 18, tzinfo=dt.UTC)
    assert low_balance_warning.maybe_short(near - DAY) == []
    assert not low_balance_warning.warn(org.pk, now=near - DAY)
    assert low_balance_warning.maybe_short(near) == [org.pk]
    for _ in range(3):
        assert low_balance_warning.warn(org.pk, now=near)
    ((subject, text),) = texts(org)
    assert subject == "The balance of Cobalt Shipping does not cover the next charge"
    assert "On 2 Dec 2026 about $33.10 will be charged, and the balance is $10.00. Top up $23.10 or more" in text


def test_covered_charge_is_no_reason_for_a_mail(org: Organization) -> None:
    books.top_up(org, 33_10, noon(3), key="more")
    assert not low_balance_warning.warn(org.pk, now=NOW)
    assert texts(org) == []


def test_charge_below_zero_is_told_with_the_day_it_is_due(org: Organization) -> None:
    list(monthly_charge.charge_all(dt.datetime(2026, 12, 2, 1, tzinfo=dt.UTC), limit=10))
    ((subject, text),) = texts(org)
    assert subject == "The balance of Cobalt Shipping is below zero"
    assert "The balance is −$33.10. It is due by 1 Jan 2027, 00:00 UTC" in text


def test_charge_that_is_covered_is_not(org: Organization) -> None:
    books.top_up(org, 33_10, noon(3), key="more")
    list(monthly_charge.charge_all(dt.datetime(2026, 12, 2, 1, tzinfo=dt.UTC), limit=10))
    assert texts(org) == []
