from __future__ import annotations

import datetime as dt

import pytest

from access.members import Terms
from orgs.models import Department, Domain, Level, Membership, Organization
from orgs.scopes import company_scope
from tests.domains import linked


@pytest.fixture
def terms(org: Organization) -> Terms:
    """Read only, in the company itself."""
    with company_scope(org.pk):
        return Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))


@pytest.fixture
def later(now: dt.datetime) -> dt.datetime:
    """A quarter of an hour after now: the pause before an address is written to again is over."""
    return now + dt.timedelta(minutes=15)


@pytest.fixture
def domain(owner: Membership, now: dt.datetime) -> Domain:
    """The company's verified domain."""
    return linked.verify(owner, "northwind.example", now=now)
