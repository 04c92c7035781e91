"""The company's main page says what the balance is, whatever it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing.ledger import ledger
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found, hold, staff
from tests.billing.ledger import books
from tests.billing.mailed import owner_of
from tests.billing.payers import payer_details
from tests.factories import make_company
from tests.tracker_portal.pages import main

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]


def seen(org: Organization, login: Login, *, at=NOW) -> str:
    with time_machine.travel(at, tick=False):
        response = login(owner_of(org)).get(reverse("tracker_portal:company", args=[org.slug]))
    return main(response).partition("Balance ")[2].replace("\xa0", " ")


@pytest.fixture
def active() -> Organization:
    """Six people have full access, and the payment details are there."""
    org = found()
    payer_details.save(owner_of(org), NOW)
    hold(org, staff(org, 6), NOW)
    return org


def test_money_is_shown_in_the_company_currency(active: Organization, login: Login) -> None:
    books.top_up(active, 1_234_56, NOW, key="a")
    assert seen(active, login).startswith("$1,234.56. Payment details are saved.")
    russian = found("Аврора", country="RU")
    books.top_up(russian, 500_00, NOW, key="a")
    assert seen(russian, login).startswith("RUB 500.00. Payment details are not entered yet. Not set up")


def test_nothing_is_shown_as_nothing(active: Organization, login: Login) -> None:
    assert seen(active, login).startswith("$0.00. Payment details are saved.")


def test_debt_says_until_when_and_offers_top_up(active: Organization, login: Login) -> None:
    books.take(active, 41_20, NOW, key="a")
    said = "−$41.20. Due by 1 Dec 2026, 00:00 UTC. Then Tracker becomes Read only. Negative Top up"
    assert seen(active, login).startswith(said)


def test_debt_that_is_due_says_what_it_stopped(active: Organization, login: Login) -> None:
    books.take(active, 41_20, NOW, key="a")
    with company_scope(active.pk):
        due = Organization.objects.get(pk=active.pk).debt_due_at
    said = "−$41.20. Was due by 1 Dec 2026, 00:00 UTC. Tracker is Read only until it is paid. Negative Top up"
    assert seen(active, login, at=due).startswith(said)


def test_card_leads_to_the_detailed_view_which_says_the_same(active: Organization, login: Login) -> None:
    books.top_up(active, 77_00, NOW, key="a")
    client = login(owner_of(active))
    detailed = reverse("billing:detailed", args=[active.slug])
    assert (
        f'<a href="{detailed}">Balance</a>'
        in client.get(reverse("tracker_portal:company", args=[active.slug])).content.decode()
    )
    assert "$77.00" in main(client.get(detailed))
    with company_scope(active.pk):
        assert ledger.balance(active) == 77_00


def test_trial_has_a_balance_too(login: Login) -> None:
    org = make_company("Acme", age_days=3)
    books.top_up(org, 20_00, NOW, key="a")
    assert "$20.00." in main(login(owner_of(org)).get(reverse("tracker_portal:company", args=[org.slug])))
