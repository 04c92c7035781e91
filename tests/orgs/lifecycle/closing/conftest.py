"""The company that is closed: its verified domain, and somebody whose account it created."""

from __future__ import annotations

import datetime as dt

import pytest

from access.members import accounts
from access.members.accounts import Account
from access.members.members import Terms
from orgs.domains.models import Domain
from orgs.people.models import Department
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.domains import linked

MAYA = Account("Maya", "Chen", dt.date(1990, 3, 27), "maya.chen", "northwind.example")


@pytest.fixture
def terms(org: Organization) -> Terms:
    with company_scope(org.pk):
        return Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))


@pytest.fixture
def domain(owner: Membership, now: dt.datetime) -> Domain:
    return linked.verify(owner, "northwind.example", now=now)


@pytest.fixture
def maya(owner: Membership, domain: Domain, terms: Terms, now: dt.datetime) -> Membership:
    """The company created her account."""
    password = "a-long-enough-password"
    return accounts.create(org=owner.org, account=MAYA, password=password, terms=terms, actor=owner, now=now)
