"""`Search or jump to…` in the top panel, with the keyboard, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from orgs.tenancy.membership_models import Role
from orgs.tenancy.organization_models import Organization
from tests.e2e.ways import SIZES
from tests.factories import UserFactory, add_member, make_company
from tracker_portal.demo import issues as demo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(transactional_db: None) -> Organization:
    """In its trial, with some issues and queues, and Robin Hood among its people."""
    org = make_company("Lovelace Engines", age_days=18)
    add_member(org, user=UserFactory(first_name="Robin", last_name="Hood"))
    demo.fill(org, list(org.memberships.all()), now=timezone.now(), share=0.3)
    return org


@SIZES
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_top_panel_finds_and_leads_on(
    company: Organization, enter: Callable[..., Page], viewport: dict[str, int], javascript: bool
) -> None:
    page = enter(company.memberships.get(role=Role.OWNER).user, viewport=viewport, javascript=javascript)
    page.goto(f"/o/{company.slug}/")
    page.locator("#search").focus()
    page.keyboard.type("rob")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=rob$"))
    expect(page.get_by_role("heading", level=2)).to_have_text(["Issues", "People", "Queues"])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Robin Hood").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Robin Hood")
