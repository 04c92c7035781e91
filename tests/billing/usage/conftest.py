"""A company that is charged, on the 25th of November 2026, and its owner's browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from billing.charging import monthly_charge
from billing.charging.monthly_charge import Due
from orgs.tenancy.organization_models import Organization
from tests.billing.companies import NOW, OCTOBER, found, hold, noon, staff
from tests.billing.ledger import books


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def org() -> Organization:
    """Six had full access from 3 October, nine on the 12th of November, eight since the next day.

    October was charged from $100.00.
    """
    org = found()
    people = staff(org, 9)
    books.top_up(org, 100_00, noon(1, 10), key="transfer")
    hold(org, people[:6], noon(3, 10))
    monthly_charge.charge(Due(org.pk, OCTOBER), now=noon(2))
    org.refresh_from_db()
    hold(org, people, noon(12))
    hold(org, people[:8], noon(13))
    return org


@pytest.fixture
def owner(org: Organization) -> Client:
    client = Client()
    client.force_login(org.memberships.get(role="owner").user)
    return client
