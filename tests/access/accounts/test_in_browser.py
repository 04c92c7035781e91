"""`Create user account` in a browser: a free login is one click, and the next account follows at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from orgs.domains.models import Domain
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.access.in_browser import log_in
from tests.e2e.conftest import fresh_limits, open_page
from tests.e2e.ways import DESKTOP, PHONE
from tests.factories import UserFactory

__all__ = ["fresh_limits", "open_page"]

pytestmark = pytest.mark.django_db(transaction=True)
WAYS = pytest.mark.parametrize(
    ("javascript", "viewport"), [(True, DESKTOP), (False, PHONE)], ids=["javascript", "plain, phone"]
)
GIVEN = "given-by-the-administrator"


def fill_in(page: Page, login: str) -> None:
    page.get_by_label("Name", exact=True).fill("Maya")
    page.get_by_label("Last name").fill("Chen")
    for part, value in (("Day", "27"), ("Month", "3"), ("Year", "1990")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Login", exact=True).fill(login)
    give_password(page)


def give_password(page: Page) -> None:
    page.get_by_label("Password", exact=True).fill(GIVEN)
    page.get_by_label("One more time", exact=True).fill(GIVEN)


@WAYS
def test_free_login_is_one_click_and_the_next_account_follows(
    *,
    open_page: Callable[..., Page],
    org: Organization,
    owner: Membership,
    domain: Domain,
    javascript: bool,
    viewport: dict[str, int],
) -> None:
    UserFactory(email="maya.chen@northwind.example")
    page = open_page(javascript=javascript, viewport=viewport)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    log_in(page, owner.user)
    page.goto(f"/o/{org.slug}/access/users/new/")
    fill_in(page, "maya.chen")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("This address already has an account. Invite it.").first).to_be_visible()
    page.get_by_role("group", name="Free logins:").get_by_role("button", name="mchen").click()
    expect(page.get_by_label("Login", exact=True)).to_have_value("mchen")
    expect(page.get_by_label("Year", exact=True)).to_have_value("1990")
    give_password(page)
    page.get_by_role("button", name="Add and create another").click()
    expect(page.get_by_text("mchen@northwind.example can log in now")).to_be_visible()
    expect(page.get_by_label("Password of Maya Chen")).to_have_value(GIVEN)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    fill_in(page, "second")
    page.get_by_label("Last name").press("Enter")  # the same as Add
    expect(page.get_by_role("heading", level=1)).to_have_text("second@northwind.example can log in now")
    made = Membership.objects.filter(org=org, created_here=True).values_list("user__email", flat=True)
    assert set(made) == {"mchen@northwind.example", "second@northwind.example"}
    assert [text for text in problems if "400" not in text] == []


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_enter_beside_free_logins_sends_the_form_and_takes_none(
    open_page: Callable[..., Page], org: Organization, owner: Membership, domain: Domain, javascript: bool
) -> None:
    UserFactory(email="maya.chen@northwind.example")
    page = open_page(javascript=javascript)
    log_in(page, owner.user)
    page.goto(f"/o/{org.slug}/access/users/new/")
    fill_in(page, "maya.chen")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("group", name="Free logins:")).to_be_visible()
    page.get_by_label("Login", exact=True).fill("own.choice")
    give_password(page)
    page.get_by_label("One more time", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("own.choice@northwind.example can log in now")
