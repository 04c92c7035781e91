"""An administrator tops up: by a test payment, by card on another origin, by transfer; with and without JavaScript."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from billing.ledger.top_up_models import TopUp
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import hold, staff
from tests.billing.ledger import books
from tests.billing.top_ups import stripe_stub
from tests.billing.top_ups.stripe_stub import Stripe, message, signature
from tests.e2e.ways import WAYS
from tests.factories import make_company

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def org() -> Organization:
    org = make_company()
    hold(org, staff(org, 6), timezone.now() - dt.timedelta(hours=1))
    return org


@pytest.fixture
def api(settings: Any) -> Iterator[Stripe]:
    with stripe_stub.running() as running:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = stripe_stub.KEY, stripe_stub.SECRET
        settings.STRIPE_API = running.url
        yield running


@pytest.fixture
def browse(org: Organization, enter: Callable[..., Page]) -> Callable[..., Page]:
    """The owner's browser at `Detailed view`, which notes what the browser complains about."""

    def open_one(**options: Any) -> Page:
        page = enter(org.memberships.get(role="owner").user, **options)
        page.problems = []
        page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)
        page.goto(f"/o/{org.slug}/billing/")
        page.get_by_role("link", name="Top up", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Top up")
        return page

    return open_one


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@WAYS
def test_test_payment_fills_the_balance(
    browse: Callable[..., Page], org: Organization, javascript: bool, viewport: dict[str, int]
) -> None:
    page = browse(javascript=javascript, viewport=viewport)
    expect(page.get_by_label("Amount in USD")).to_be_hidden()
    page.get_by_label("Another amount").check()
    page.get_by_label("Amount in USD").fill("0.50")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter $1.00 or more.")
    assert fits(page)
    expect(page.get_by_label("Amount in USD")).to_have_value("0.50")
    page.get_by_label("Amount in USD").fill("1,234.50")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Test payment — no money moves")
    page.get_by_role("button", name="Pay").click()
    expect(page.get_by_role("main")).to_contain_text("$1,234.50 received.")
    assert fits(page)
    assert books.balance(org) == 1234_50
    page.get_by_role("main").get_by_role("link", name="Detailed view").last.click()
    expect(page.get_by_role("main")).to_contain_text("$1,234.50")
    assert [problem for problem in page.problems if "400" not in problem] == []


@WAYS
def test_card_is_paid_on_another_origin_and_the_page_learns_of_it(
    browse: Callable[..., Page], org: Organization, api: Stripe, javascript: bool, viewport: dict[str, int]
) -> None:
    page = browse(javascript=javascript, viewport=viewport)
    page.get_by_label("3 months: $59.58").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your card")
    [asked] = [asked for asked in api.asked if asked.method == "POST"]
    page.goto(asked.form["success_url"])
    expect(page.get_by_role("main")).to_contain_text("The payment is awaited.")

    session = {**api.sessions["cs_test_1"], "status": "complete", "payment_status": "paid"}
    body = message("completed", session)
    header = {"stripe-signature": signature(body, at=timezone.now().timestamp())}
    provider = Client(headers={"host": urlsplit(page.url).netloc})
    told = provider.post("/payments/stripe/", body, content_type="application/json", headers=header)
    assert told.status_code == 200
    expect(page.get_by_role("main")).to_contain_text("$59.58 received.", timeout=20_000)
    assert books.balance(org) == 59_58
    assert page.problems == []


@WAYS
def test_transfer_gets_an_invoice_and_a_reference(
    browse: Callable[..., Page], org: Organization, javascript: bool, viewport: dict[str, int]
) -> None:
    page = browse(javascript=javascript, viewport=viewport)
    page.get_by_label("By bank transfer").check()
    page.get_by_role("button", name="Continue").click()
    with company_scope(org.pk):
        top_up = TopUp.objects.get(org=org)
    expect(page.get_by_label("Reference")).to_have_value(top_up.reference)
    expect(page.get_by_role("main")).to_contain_text("Transfer $19.86 to the account")
    assert fits(page)
    assert page.problems == []
