"""An administrator enters who pays, with and without JavaScript, on a phone: only the fields that are asked for are seen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from access.changes import staged_changes
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from tests.billing.payers.payer_details import current
from tests.e2e.ways import EVERY_WAY
from tests.factories import UserFactory, add_member, make_company
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

Enter = Callable[..., Page]


@pytest.fixture
def anna(transactional_db: None) -> User:
    return UserFactory(first_name="Anna", last_name="Petrova", email="anna@northwind.example")


@pytest.fixture
def company(anna: User) -> Organization:
    """Anna's, without payment details; she wants six people to have full access."""
    org, now = make_company(owner=anna), timezone.now()
    people = [add_member(org) for _ in range(6)]
    levels = {("member", person.public_id): Level.FULL for person in people}
    owner = Membership.objects.get(org=org, user=anna)
    staged_changes.stage(org=org, levels=levels, author=owner, now=now)
    return org


def fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    width = page.locator("html").evaluate("page => page.scrollWidth - page.clientWidth")
    return bool(width == 0)


def box(page: Page, label: str) -> Locator:
    """The text field of this name, if it is seen; a field that may be left out says so in its name."""
    return page.get_by_role("textbox", name=re.compile(rf"^{label}( \(optional\))?$"))


def fill(page: Page, **texts: str) -> None:
    for label, typed in texts.items():
        box(page, label.replace("_", " ")).fill(typed)


def seen(page: Page) -> list[str]:
    """Those of four fields that are seen."""
    return [label for label in ("IBAN", "KPP", "INN", "Last name") if box(page, label).count()]


@EVERY_WAY
def test_draft_is_saved_once_a_german_company_pays(
    *, enter: Enter, anna: User, company: Organization, javascript, viewport
) -> None:
    page = enter(anna, javascript=javascript, viewport=viewport)
    page.goto(f"/o/{company.slug}/access/levels/")
    page.get_by_role("main").get_by_role("link", name="Enter payment details to save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment details management")
    expect(page.get_by_role("radio", name="Legal entity")).to_be_checked()
    expect(box(page, "Postal address")).to_be_hidden()
    assert fits(page)
    fill(page, Company_name="Northwind Robotics GmbH", Registration_number="HRB 198342 B")
    fill(page, Tax_or_VAT_number="DE 136 695 978", Legal_address="Köpenicker Straße 40\n10179 Berlin")
    page.get_by_label("The postal address is the same").uncheck()
    expect(box(page, "Postal address")).to_be_visible()
    fill(page, Postal_address="Postfach 1\n10179 Berlin")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("alert")).to_contain_text("Check 1 field")
    expect(box(page, "Company name")).to_have_value("Northwind Robotics GmbH")
    expect(box(page, "Postal address")).to_have_value("Postfach 1\n10179 Berlin")
    assert fits(page)
    fill(page, Tax_or_VAT_number="DE 136 695 976")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Review changes")
    expect(page.get_by_role("status").first).to_contain_text("VAT DE136695976: the form of the number is right.")
    expect(page.get_by_role("button", name="Save")).to_be_visible()
    assert current(company).details["postal_address"] == "Postfach 1\n10179 Berlin"


@EVERY_WAY
def test_kind_and_country_decide_what_is_asked_for_and_nothing_typed_is_lost(
    *, enter: Enter, anna: User, company: Organization, javascript, viewport
) -> None:
    page = enter(anna, javascript=javascript, viewport=viewport)
    page.goto(f"/o/{company.slug}/billing/payer/")
    assert seen(page) == ["IBAN"]
    fill(page, Registration_number="HRB 198342 B")
    country = page.get_by_label("Country")
    country.select_option("RU")
    assert seen(page) == ["KPP", "INN"]
    page.get_by_role("radio", name="Individual").check()
    assert seen(page) == ["INN", "Last name"]
    assert fits(page)
    fill(page, Name="Ada", Address="Москва, ул. Льва Толстого, 16", INN="7736207543")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("alert")).to_contain_text("Check 2 fields")
    assert fits(page)
    fill(page, Last_name="Lovelace", INN="5001 0073 2259")
    page.get_by_role("radio", name="Legal entity").check()
    country.select_option("DE")
    expect(box(page, "Registration number")).to_have_value("HRB 198342 B")
    page.get_by_role("radio", name="Individual").check()
    country.select_option("RU")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("The payment details are saved.")
    expect(page.get_by_role("region", name="Changes")).to_contain_text("Anna Petrova entered the details")
    saved = current(company)
    assert (saved.kind, saved.country, saved.details["inn"]) == ("individual", "RU", "500100732259")
    company.refresh_from_db()
    assert (company.payer_ready, company.state) == (True, State.READ_ONLY), "nobody has full access yet"
