"""People who are brought in, and what their browsers do: follow the link, choose a password, arrive.

With JavaScript on a desktop, without it on a phone.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization

Open = Callable[..., Page]
DOMAIN = "northwind.example"
ANNA, PRIYA, KIM = f"anna@{DOMAIN}", "priya@example.net", "kim@example.net"
OWN = "chosen-by-oneself-alone"


def expect_in(page: Page, org: Organization, email: str) -> None:
    """The page is the company's, and the person is a member."""
    expect(page.get_by_role("heading", level=1)).to_have_text(org.name)
    assert Membership.objects.present().filter(org=org, user__email=email).exists()
    assert fits(page)


def fits(page: Page) -> bool:
    """Nothing reaches out of the page to the right."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= page.viewport_size["width"]


def choose_password(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose your password")
    page.get_by_label("New password", exact=True).fill(OWN)
    page.get_by_label("One more time", exact=True).fill(OWN)
    page.get_by_role("button", name="Save").click()
