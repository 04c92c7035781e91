"""Stripe on loopback, a company that pays by card, and its clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe
import time_machine
from django.test import Client

from billing.ledger.top_up_models import TopUp
from billing.top_ups import payment_views, tasks
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from tests.billing.companies import NOW, found
from tests.billing.top_ups import stripe_stub
from tests.billing.top_ups.card import begin, paid, send
from tests.billing.top_ups.stripe_stub import Stripe, message


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """It is NOW, to the database as well; nobody waits between two tries."""
    monkeypatch.setattr(payment_views, "database_now", lambda: dt.datetime.now(dt.UTC))
    monkeypatch.setattr(tasks, "database_now", lambda: dt.datetime.now(dt.UTC))
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.0)
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def api(settings: Any) -> Iterator[Stripe]:
    with stripe_stub.running() as running:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = stripe_stub.KEY, stripe_stub.SECRET
        settings.STRIPE_API = running.url
        yield running


@pytest.fixture
def org() -> Organization:
    return found()


@pytest.fixture
def owner(org: Organization) -> Membership:
    return org.memberships.get(role=Role.OWNER)


@pytest.fixture
def top_up(org: Organization, owner: Membership) -> TopUp:
    return begin(owner)


@pytest.fixture
def received(api: Stripe, top_up: TopUp) -> TopUp:
    """Its $100.00 came."""
    assert send(message("completed", paid(api, top_up), number="evt_paid")) == 200
    return top_up


@pytest.fixture
def browser(owner: Membership, login: Callable[..., Client]) -> Client:
    return login(owner)
