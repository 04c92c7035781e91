"""Writes that go to the database together (`orgs/tenancy/writes.py`)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from access.grants.models import Grant
from orgs.audit import audit
from orgs.audit.audit import Entry
from orgs.audit.models import AuditEvent
from orgs.tenancy import writes
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db
NAME = "100 %s of Ö'Neill; DROP TABLE orgs_organization -- %"


@pytest.fixture
def grant(org: Organization, owner: Membership, now: dt.datetime) -> Grant:
    return Grant(org=org, member=owner, level=Level.FULL, set_by=owner, set_at=now)


def test_reach_the_database_as_one_statement(org: Organization, owner: Membership, grant: Grant) -> None:
    mine = Organization.objects.filter(pk=org.pk)
    with company_scope(org.pk), counted_queries() as found:
        writes.run([writes.insert([grant]), writes.update(mine, name=NAME, full_seats=7)])
    org.refresh_from_db()
    assert (len(found), org.name, org.full_seats) == (1, NAME, 7)
    with company_scope(org.pk):
        assert Grant.objects.get(member=owner).level == Level.FULL


def test_nothing_is_done_when_one_fails(org: Organization, grant: Grant) -> None:
    mine = Organization.objects.filter(pk=org.pk)
    with company_scope(org.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            writes.run([writes.update(mine, full_seats=7), writes.insert([grant]), writes.insert([grant])])
        assert not Grant.objects.exists()
    org.refresh_from_db()
    assert org.full_seats == 0


def test_put_writes_over_the_columns_named(
    org: Organization, owner: Membership, admin: Membership, grant: Grant, now: dt.datetime
) -> None:
    other = Grant(org=org, member=owner, level=Level.READ_ONLY, set_by=admin, set_at=now + dt.timedelta(hours=1))
    with company_scope(org.pk):
        for row in (grant, other):
            writes.run([writes.put([row], unique=["org", "member"], changed=["level", "set_at"])])
        [found] = Grant.objects.all()
    assert (found.level, found.set_at, found.set_by) == (other.level, other.set_at, owner)


def test_trail_to_write_is_the_chain_that_record_continues(
    org: Organization, owner: Membership, now: dt.datetime
) -> None:
    """What follows from an act has no actor."""
    act: Entry = ("access.save", "", {"changes": 1})
    with company_scope(org.pk):
        writes.run(audit.to_write(org, [act], actor=owner, now=now, followed=[("tracker.resume", "", {})]))
        audit.record(org, "access.cap", actor=owner, now=now)
        found = AuditEvent.objects.order_by("-number").values_list("action", "actor")[:3]
        assert list(found) == [
            ("access.cap", owner.pk),
            ("tracker.resume", None),
            ("access.save", owner.pk),
        ]
        assert audit.broken_at(org) is None
        assert audit.to_write(org, [], actor=owner, now=now) == []
