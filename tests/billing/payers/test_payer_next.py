"""What is charged when, as the page of payment details says it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing.payment_details import page as payer_page
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from tests.billing.companies import found
from tests.billing.documents import issued
from tests.factories import make_company
from tests.tracker_portal.pages import text

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (
            10 * DAY,
            "The free trial ends on 1 Oct 2026; days count from 2 Oct 2026 and are charged on 2 Nov 2026 for the first time.",
        ),
        (30 * DAY, "The next charge is on 2 Nov 2026, from your balance."),
        (45 * DAY, "The next charge is on 2 Nov 2026, from your balance."),
        (61 * DAY, "The next charge is on 2 Nov 2026, from your balance."),
        (62 * DAY, "The next charge is on 2 Dec 2026, from your balance."),
    ],
    ids=["trial", "its end", "active", "the 1st of November", "the 2nd"],
)
def test_next_charge(after: dt.timedelta, said: str) -> None:
    org = found()  # on 1 September at nine
    org.full_seats = 1
    sentences = payer_page.what_next(org, org.created_at + after)
    assert sentences[0] == said
    assert sentences[-1] == "Nothing is taken today."


def test_on_the_first_of_a_month_the_month_before_is_charged_tomorrow() -> None:
    org = found()
    assert payer_page.charged_on(org, dt.datetime(2026, 12, 1, 23, tzinfo=dt.UTC)) == dt.date(2026, 12, 2)
    assert payer_page.charged_on(org, dt.datetime(2026, 12, 2, tzinfo=dt.UTC)) == dt.date(2027, 1, 2)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"state": State.INACTIVE, "trial_ends_at": None}, "Nothing is charged while Tracker is not active."),
        ({"full_seats": 0}, "Nothing is charged while Tracker is Read only."),
        ({"state": State.DEACTIVATED}, "Nothing is charged while Tracker is off."),
    ],
)
def test_nothing_is_charged_while_nothing_counts(facts: dict[str, Any], said: str, now: dt.datetime) -> None:
    org = make_company()
    for name, fact in facts.items():
        setattr(org, name, fact)
    assert payer_page.what_next(org, now)[0] == said


def test_page_names_the_document_that_keeps_what_it_was_issued_with(login: Login) -> None:
    org = issued.charged(company_name="Northwind GmbH")
    url, owner = reverse("billing:payer", args=[org.slug]), org.memberships.get(role="owner")
    [invoice] = issued.documents_of(org)
    assert f"Invoice {invoice.name} keeps the details it was issued with" in text(login(owner).get(url))


def test_control_where_nothing_was_issued_none_is_named(login: Login, org: Organization, owner: Membership) -> None:
    assert "keeps the details" not in text(login(owner).get(reverse("billing:payer", args=[org.slug])))
