"""Anna's company, which holds an email domain; her browser, and those of people who are brought in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from orgs.domains.models import Domain, DomainState
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.e2e.joining.newcomers import ANNA, DOMAIN, Open
from tests.e2e.visitors import log_in
from tests.factories import UserFactory, make_company
from users.accounts.models import User


@pytest.fixture
def anna(transactional_db: None) -> User:
    return UserFactory(first_name="Anna", last_name="Petrova", email=ANNA)


@pytest.fixture
def company(anna: User) -> Organization:
    """Anna's; it holds an email domain."""
    org, now = make_company(age_days=1, owner=anna), timezone.now()
    with company_scope(org.pk):
        dates = dict.fromkeys(("added_at", "verified_at", "checked_at"), now)
        Domain.objects.create(org=org, name=DOMAIN, challenge="x", state=DomainState.VERIFIED, is_primary=True, **dates)
    return org


@pytest.fixture
def newcomer(open_page: Open, javascript: bool, viewport: dict[str, int]) -> Callable[[str], Page]:
    """Somebody else's browser, at a path."""

    def arrive(path: str) -> Page:
        page = open_page(javascript=javascript, viewport=viewport)
        page.goto(path)
        return page

    return arrive


@pytest.fixture
def admin_page(open_page: Open, anna: User, company: Organization, javascript: bool, viewport: dict[str, int]) -> Page:
    """Anna's browser, at All users."""
    page = open_page(javascript=javascript, viewport=viewport)
    log_in(page, anna)
    expect(page.get_by_role("heading", level=1)).to_have_text(company.name)
    page.goto(f"/o/{company.slug}/access/")
    return page
