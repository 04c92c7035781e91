from __future__ import annotations

import datetime as dt

import pytest

from access.members.accounts import Account
from orgs.domains.models import Domain, DomainState
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

DOMAIN = "northwind.example"


@pytest.fixture
def domain(org: Organization, now: dt.datetime) -> Domain:
    """The company's verified, primary domain."""
    with company_scope(org.pk):
        return Domain.objects.create(
            org=org,
            name=DOMAIN,
            challenge="x",
            state=DomainState.VERIFIED,
            is_primary=True,
            added_at=now,
            verified_at=now,
            checked_at=now,
        )


@pytest.fixture
def maya() -> Account:
    return Account("Maya", "Chen", dt.date(1990, 3, 27), "maya.chen", DOMAIN)
