from __future__ import annotations

import datetime as dt

import pytest

from access.accounts import Account
from access.members import Terms
from orgs.models.domain import Domain, DomainState
from orgs.models.membership import Level
from orgs.models.organization import Organization
from orgs.models.people import Department
from orgs.scopes import company_scope

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
def terms(org: Organization) -> Terms:
    with company_scope(org.pk):
        return Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))


@pytest.fixture
def maya() -> Account:
    return Account("Maya", "Chen", dt.date(1990, 3, 27), "maya.chen", DOMAIN)
