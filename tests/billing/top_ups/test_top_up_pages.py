"""`Top up` as administrators see it: the form, the way to the provider, what became of a payment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing.ledger.top_up_models import Method, TopUp
from billing.top_ups import payment_views, top_ups
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from tests.billing.companies import NOW, found, hold, staff
from tests.billing.ledger import books
from tests.billing.top_ups.topping_up import form, page, rows, text, url
from tracker_portal.company import subscription_steps
from tracker_portal.company.first_steps import Step

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
SEATS = 6
MONTH = SEATS * 3_31


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    monkeypatch.setattr(payment_views, "database_now", lambda: dt.datetime.now(dt.UTC))
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def org() -> Organization:
    org = found()
    hold(org, staff(org, SEATS), NOW)
    return org


@pytest.fixture
def owner(org: Organization) -> Membership:
    return org.memberships.get(role=Role.OWNER)


@pytest.fixture
def browser(owner: Membership, login: Login) -> Client:
    return login(owner)


def begin(owner: Membership, method: Method = Method.CARD) -> TopUp:
    return top_ups.begin(org=owner.org, amount=100_00, method=method, token=uuid4(), actor=owner, now=NOW)


# --- the form ------------------------------------------------------------------------------------------------
def test_form_offers_months_at_the_price_of_now(org: Organization, browser: Client) -> None:
    said = page(browser, url(org))
    for offer in ("1 month: $19.86", "3 months: $59.58", "6 months: $119.16", "12 months: $238.32", "Another amount"):
        assert offer in said
    assert "A month costs $19.86 now, with 6 people who have Full access." in said
    assert "The balance is $0.00." in said
    assert "What is due" not in said


def test_free_team_types_its_amount(browser: Client, org: Organization) -> None:
    hold(org, [], NOW)
    said = page(browser, url(org))
    assert "month:" not in said
    assert browser.post(url(org), form()).status_code == 307


def test_what_is_due_comes_first(browser: Client, org: Organization) -> None:
    books.take(org, 41_20, NOW, key="a")
    html = browser.get(url(org)).content.decode()
    assert "What is due: $41.20" in html
    assert re.search(r'<input type="radio" name="amount" value="4120"[^>]* checked', html)


@pytest.mark.parametrize("method", ["card", "transfer"])
def test_chosen_months_begin_a_payment_of_that_amount(browser: Client, org: Organization, method: str) -> None:
    response = browser.post(url(org), form(amount=str(3 * MONTH), own_amount="7", method=method))
    assert response.status_code == (307 if method == "card" else 302)  # 307: the POST goes on
    [top_up] = rows(org)
    assert (top_up.amount, top_up.method) == (59_58, method)
    pay = reverse("billing:top_up_pay", args=[org.slug, top_up.public_id])
    assert response.headers["Location"] == (pay if method == "card" else url(org, top_up))


def test_own_amount_is_read_to_the_minor_unit(browser: Client, org: Organization) -> None:
    browser.post(url(org), form(own_amount="1,234.50"))
    browser.post(url(org), form(own_amount="1234,51"))
    assert [top_up.amount for top_up in rows(org)] == [1234_50, 1234_51]


@pytest.mark.parametrize(
    ("fields", "field", "error"),
    [
        ({"own_amount": ""}, "own_amount", "Enter an amount."),
        ({"own_amount": "a lot"}, "own_amount", "Enter an amount such as 1,234.50"),
        ({"own_amount": "1.005"}, "own_amount", "Enter an amount such as 1,234.50"),
        ({"own_amount": "0.99"}, "own_amount", "Enter $1.00 or more."),
        ({"own_amount": "-5"}, "own_amount", "Enter $1.00 or more."),
        ({"own_amount": "1000000"}, "own_amount", "A card takes at most $999,999.00 at once."),
        (
            {"own_amount": "100000000", "method": "transfer"},
            "own_amount",
            "At most $99,999,999.00 can be paid at once.",
        ),
        ({"amount": "12345"}, "amount", "The price has changed since this page was opened."),
        ({"amount": ""}, "amount", "Choose an amount."),
        ({"method": "cash"}, "method", "Choose how you pay."),
        ({"method": ""}, "method", "Choose how you pay."),
    ],
)
def test_mistake_stands_at_its_field_and_nothing_is_lost(
    browser: Client, org: Organization, fields: dict[str, str], field: str, error: str
) -> None:
    sent = form(**fields)
    response = browser.post(url(org), sent)
    html = response.content.decode()
    assert response.status_code == 400
    assert error in str(response.context["form"].errors[field])
    assert f'href="#id_{field}"' in html
    assert f'id="id_{field}"' in html
    assert f'id="id_{field}_error"' in html
    assert f'value="{sent["own_amount"]}"' in html or not sent["own_amount"]
    assert f'name="token" value="{sent["token"]}"' in html
    assert rows(org) == []


def test_limit_is_exact(browser: Client, org: Organization) -> None:
    assert browser.post(url(org), form(own_amount="1.00")).status_code == 307
    assert browser.post(url(org), form(own_amount="999,999.00")).status_code == 307
    assert browser.post(url(org), form(own_amount="999,999.01")).status_code == 400


def test_form_sent_twice_is_one_payment(browser: Client, org: Organization) -> None:
    sent = form()
    answers = {browser.post(url(org), sent).headers["Location"] for _ in range(3)}
    assert (len(answers), len(rows(org))) == (1, 1)
    browser.post(url(org), form())  # the control: another form
    assert len(rows(org)) == 2


def test_back_to_a_payment_that_is_over_pays_nothing_again(browser: Client, org: Organization) -> None:
    sent = form()
    pay = browser.post(url(org), sent).headers["Location"]
    top_ups.credit(rows(org)[0], now=NOW)
    assert browser.post(url(org), sent).headers["Location"] == pay
    assert browser.post(pay).headers["Location"] == url(org, rows(org)[0])


def test_without_a_provider_only_transfers_are_taken(browser: Client, org: Organization, settings: Any) -> None:
    settings.DEVELOPMENT = False
    assert "By card" not in page(browser, url(org))
    assert browser.post(url(org), form()).status_code == 400
    assert browser.post(url(org), form(method="transfer")).status_code == 302


def test_refusal_stands_above_the_form(browser: Client, org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(top_ups, "MOST_BEGUN", 0)
    response = browser.post(url(org), form())
    assert response.status_code == 400
    assert "50 payments were begun within a day." in response.content.decode()


# --- who may -------------------------------------------------------------------------------------------------
def test_employees_and_strangers_stay_outside(
    org: Organization, owner: Membership, outsider: Membership, login: Login
) -> None:
    top_up = begin(owner)
    employee = login(Membership.objects.filter(org=org, role=Role.EMPLOYEE).first())
    for address in (url(org), url(org, top_up)):
        assert employee.get(address).status_code == 403
        assert login(outsider).get(address).status_code == 404
        assert Client().get(address).status_code == 302
    assert employee.post(url(org), form()).status_code == 403
    assert len(rows(org)) == 1


def test_foreign_and_absent_payments_are_the_same(browser: Client, owner: Membership, org: Organization) -> None:
    other = found("Southwind Foods")
    foreign = begin(other.memberships.get(role=Role.OWNER))
    for public_id in (foreign.public_id, "nothing"):
        assert browser.get(reverse("billing:top_up_result", args=[org.slug, public_id])).status_code == 404
        assert browser.post(reverse("billing:top_up_pay", args=[org.slug, public_id])).status_code == 404


# --- the ways here -------------------------------------------------------------------------------------------
def test_detailed_view_shows_the_balance_and_leads_here(browser: Client, org: Organization) -> None:
    books.take(org, 41_20, NOW, key="a")
    html = browser.get(reverse("billing:detailed", args=[org.slug])).content.decode()
    assert "Balance −$41.20 Top up Due by 1 Dec 2026" in text(html)
    assert f'href="{url(org)}"' in html


def balance_step(org: Organization, *, balance: int) -> Step:
    steps = subscription_steps.subscription_steps(org, NOW, balance=balance).steps
    return next(step for step in steps if step.title == "Top up the balance")


def test_debt_leads_here_from_the_steps_and_from_what_is_ahead(browser: Client, org: Organization) -> None:
    assert balance_step(org, balance=0).url == ""
    books.take(org, 41_20, NOW, key="a")
    org.refresh_from_db()
    step = balance_step(org, balance=-41_20)
    assert (step.url, step.action) == (url(org), "Top up")
    company = browser.get(reverse("tracker_portal:company", args=[org.slug])).content.decode()
    assert f'href="{url(org)}">Top up</a>' in company


def test_activity_log_says_it_in_words(browser: Client, org: Organization, owner: Membership) -> None:
    top_ups.credit(begin(owner), now=NOW)
    said = page(browser, reverse("access:activity", args=[org.slug]))
    assert f"{owner.name} began a top up of $100.00" in said
    assert "received a top up of $100.00" in said
