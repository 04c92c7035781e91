"""Terms on which people come in, and a verified domain."""

from __future__ import annotations

import datetime as dt

import pytest

from access.members.members import Terms
from orgs.domains.models import Domain
from orgs.people.models import Department
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.domains import linked


@pytest.fixture
def terms(org: Organization) -> Terms:
    """Read only, in the company itself."""
    with company_scope(org.pk):
        return Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))


@pytest.fixture
def later(now: dt.datetime) -> dt.datetime:
    """A day after now: the address may be written to again."""
    return now + dt.timedelta(days=1)


@pytest.fixture
def domain(owner: Membership, now: dt.datetime) -> Domain:
    """The company's verified domain."""
    return linked.verify(owner, "northwind.example", now=now)
