"""Anna's company: active, paying or not, and two people whose access she changes."""

from __future__ import annotations

import pytest
from django.utils import timezone

from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member, make_company
from users.accounts.models import User


@pytest.fixture
def anna(transactional_db: None) -> User:
    return UserFactory(first_name="Anna", last_name="Petrova", email="anna@northwind.example")


@pytest.fixture
def company(anna: User) -> Organization:
    """Anna's; five people have Full access, so it is active, and the next seat is the first that costs."""
    org = make_company(owner=anna)
    for _ in range(5):
        add_member(org, level=Level.FULL)
    return org


@pytest.fixture
def paying(company: Organization) -> Organization:
    """It has payment details and six seats: $19.86 a month."""
    with company_scope(company.pk):
        lifecycle.write_facts(Organization.objects.lock(company.pk), now=timezone.now(), payer_ready=True)
    add_member(company, level=Level.FULL)
    return company


@pytest.fixture
def maya(company: Organization) -> Membership:
    return add_member(company, user=UserFactory(first_name="Maya", last_name="Chen"))


@pytest.fixture
def farid(company: Organization) -> Membership:
    return add_member(company, user=UserFactory(first_name="Farid", last_name="Haidari"))
