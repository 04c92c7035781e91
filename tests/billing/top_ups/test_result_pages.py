"""The page of one payment: what became of it, and the test payments of development."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from billing.ledger.top_up_models import Method, TopUpState
from billing.top_ups import top_ups
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.billing.companies import NOW, found, hold, staff
from tests.billing.ledger import books
from tests.billing.top_ups.card import begin
from tests.billing.top_ups.topping_up import form, page, rows, text, url
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]


@pytest.fixture
def org() -> Organization:
    org = found()
    hold(org, staff(org, 6), NOW)
    return org


# --- what became of it ---------------------------------------------------------------------------------------
def test_awaited_payment_leads_on_and_refreshes_itself(browser: Client, org: Organization, owner: Membership) -> None:
    top_up = begin(owner)
    assert "Nothing was paid yet." in page(browser, url(org, top_up))
    top_ups.note_started(top_up, provider="test", provider_id="test_x")
    html = browser.get(url(org, top_up)).content.decode()
    assert "The payment is awaited." in html
    assert "data-refresh" in html
    assert '<meta http-equiv="refresh" content="5">' in html
    pay = html.partition(reverse("billing:top_up_pay", args=[org.slug, top_up.public_id]))[2].partition("</form>")[0]
    assert "csrfmiddlewaretoken" in pay


def test_received_payment_says_the_new_balance(browser: Client, org: Organization, owner: Membership) -> None:
    books.take(org, 40_00, NOW, key="a")
    top_up = begin(owner, Method.TRANSFER)
    top_ups.credit(top_up, now=NOW, amount=99_50)
    said = page(browser, url(org, top_up))
    assert "$99.50 received." in said
    assert "Balance now $59.50" in said
    assert "data-refresh" not in browser.get(url(org, top_up)).content.decode()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (TopUpState.FAILED, "The payment failed."),
        (TopUpState.EXPIRED, "The payment expired."),
        (TopUpState.REVIEW, "This payment is being checked."),
    ],
)
def test_other_ends_say_what_happened(
    browser: Client, org: Organization, owner: Membership, state: TopUpState, said: str
) -> None:
    top_up = begin(owner)
    ends = {
        TopUpState.FAILED: top_ups.fail,
        TopUpState.EXPIRED: top_ups.expire,
        TopUpState.REVIEW: top_ups.hold_for_review,
    }
    ends[state](top_up, now=NOW)
    shown = page(browser, url(org, top_up))
    assert said in shown
    assert ("Try again" in shown) == (state != TopUpState.REVIEW)


def test_transfer_says_what_to_do(browser: Client, org: Organization, owner: Membership) -> None:
    top_up = begin(owner, Method.TRANSFER)
    html = browser.get(url(org, top_up)).content.decode()
    said = text(html)
    assert "Transfer $100.00 to the account that stands on the invoice PRO-2026-000001" in said
    assert f'value="{top_up.reference}"' in html
    assert "Pay by 9 Dec 2026" in said
    assert "data-refresh" not in html


def test_pages_take_few_statements_and_no_more_with_more_payments(
    browser: Client, org: Organization, owner: Membership
) -> None:
    top_up = begin(owner, Method.TRANSFER)
    before = [queries_of(browser, url(org)), queries_of(browser, url(org, top_up))]
    for _ in range(10):
        top_ups.credit(begin(owner), now=NOW)
    assert [queries_of(browser, url(org)), queries_of(browser, url(org, top_up))] == before
    assert max(before) <= 8


# --- test payments -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("act", "state", "balance"), [("pay", TopUpState.PAID, 150_00), ("fail", TopUpState.FAILED, 0)]
)
def test_test_payment_ends_at_once(
    browser: Client, org: Organization, act: str, state: TopUpState, balance: int
) -> None:
    pay = browser.post(url(org), form()).headers["Location"]
    [top_up] = rows(org)
    test_page = reverse("test_payment", args=[f"test_{top_up.public_id}"])
    assert f'content="0;url={test_page}"' in browser.post(pay).content.decode()
    assert "Test payment — no money moves" in page(browser, test_page)
    for _ in range(2):
        assert browser.post(f"{test_page}{act}/").headers["Location"] == url(org, top_up)
    assert (rows(org)[0].state, books.balance(org)) == (state, balance)


def test_test_payments_are_their_companies_own(
    browser: Client, org: Organization, outsider: Membership, login: Login
) -> None:
    browser.post(browser.post(url(org), form()).headers["Location"])
    [top_up] = rows(org)
    test_page = reverse("test_payment", args=[f"test_{top_up.public_id}"])
    assert login(outsider).get(test_page).status_code == 404
    assert login(outsider).post(f"{test_page}pay/").status_code == 404
    assert Client().post(f"{test_page}pay/").status_code in (302, 403)
    assert books.balance(org) == 0
