"""One number everywhere: what the preview says is what is saved, what the corner says, the journal and the command."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import call_command

from billing.money.formatting import format_money
from billing.seats import seat_summary
from billing.seats.models import SeatInterval
from orgs.companies import companies
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.companies import fill
from tests.access.grants.conftest import Browser
from tests.factories import UserFactory
from tests.tracker_portal.pages import main, text

pytestmark = pytest.mark.django_db
STEPS = (0, 1, 5, 6, 100, 101, 250, 251, 1000)
# product.md §5: 5 → 0, 6 → 2,640, 100 → 44,000, 101 → 44,400, 250 → 104,000 RUB
PRICES = {
    "RUB": (0, 0, 0, 264000, 4400000, 4440000, 10400000, 10436000, 37400000),
    "USD": (0, 0, 0, 1986, 33100, 33385, 75850, 76087, 253600),
}


@pytest.mark.parametrize(("country", "currency"), [("RU", "RUB"), ("DE", "USD")])
def test_preview_saved_corner_journal_and_quote_agree(
    country: str, currency: str, now: dt.datetime, browse: Callable[[Membership], Browser]
) -> None:
    org = companies.create(owner=UserFactory(), name="Northwind", country=country, time_zone="UTC", now=now)
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=now, payer_ready=True)
    owner = org.memberships.get()
    people = [owner, *fill(org, 999, now=now)]
    page = browse(owner)
    for (before, after), price in zip(pairwise(STEPS), PRICES[currency][1:], strict=True):
        said = text(stage(page, people[before:after], Level.FULL)).replace("\xa0", " ")
        shown_price = format_money(price, currency).replace("\xa0", " ")
        assert f"Full access {before} {after}" in said
        assert quoted(after, currency) == f"{price / 100:.2f} {currency}"
        assert shown_price in said
        saved = page.save()
        assert saved.status_code == 302, main(saved)
        org.refresh_from_db()
        assert org.full_seats == after == journal(org)
        assert seat_summary.summary(org, now, seat_summary.month_of(org, now)).total == price
        assert f"Monthly total {shown_price}" in text(page.client.get(page.url(""))).replace("\xa0", " ")
    stage(page, people, Level.READ_ONLY)
    page.save()
    org.refresh_from_db()
    assert (org.full_seats, journal(org), seat_summary.summary(org, now, seat_summary.month_of(org, now)).total) == (
        0,
        0,
        0,
    )


def stage(page: Browser, people: list[Membership], level: Level) -> object:
    answer = None
    for start in range(0, len(people), 200):
        ids = [member.public_id for member in people[start : start + 200]]
        answer = page.client.post(
            page.url("levels/stage/"), {"person": ids, "level": level}, headers={"X-Requested-With": "fetch"}
        )
    return answer


def quoted(seats: int, currency: str) -> str:
    out = StringIO()
    call_command("quote", str(seats), "--currency", currency, stdout=out)
    return out.getvalue().strip()


def journal(org: Organization) -> int:
    with company_scope(org.pk):
        return SeatInterval.objects.filter(org=org, ended_at=None).count()
