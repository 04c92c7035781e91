"""The audit trail: nobody changes it, and a change that happened all the same is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.database import as_owner, run_as_owner
from tests.factories import make_company

pytestmark = pytest.mark.django_db

denied = pytest.raises(ProgrammingError, match="permission denied")
CHANGES = [
    "UPDATE orgs_auditevent SET action = 'nothing'",
    "DELETE FROM orgs_auditevent",
    "TRUNCATE orgs_auditevent",
]
UNGUARDED = "ALTER TABLE orgs_auditevent DISABLE TRIGGER append_only"


@pytest.fixture
def trail(org: Organization, owner: Membership, now: dt.datetime) -> Organization:
    """A company with five events."""
    with company_scope(org.pk):
        for number in range(3):
            audit.record(org, "test.act", actor=owner, now=now, target=str(number), data={"n": number})
        assert AuditEvent.objects.count() == 5
    return org


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def broken_at(org: Organization) -> int | None:
    with company_scope(org.pk):
        return audit.broken_at(org)


# --- nobody changes it ------------------------------------------------------------------------------------
@pytest.mark.parametrize("sql", CHANGES)
@pytest.mark.parametrize(
    "scope", [lambda org: company_scope(org.pk), lambda _: platform_scope()], ids=["tenant", "platform"]
)
def test_no_scope_may_change_the_trail(
    scope: Callable[[Organization], AbstractContextManager[None]], sql: str, trail: Organization
) -> None:
    with denied, scope(trail):
        run(sql)


@pytest.mark.parametrize("sql", CHANGES)
def test_login_role_may_not_change_the_trail(sql: str, trail: Organization) -> None:
    with denied, transaction.atomic():
        run(sql)


@pytest.mark.parametrize("sql", CHANGES[:2])
def test_owner_is_stopped_by_the_trigger(sql: str, trail: Organization) -> None:
    with pytest.raises(DatabaseError, match="append-only"):
        run_as_owner(sql)
    with company_scope(trail.pk):
        assert AuditEvent.objects.exclude(action="nothing").count() == 5


@pytest.mark.parametrize("sql", CHANGES)
def test_control_without_the_trigger_the_owner_changes_the_trail(sql: str, trail: Organization) -> None:
    run_as_owner(UNGUARDED, sql)
    with company_scope(trail.pk):
        assert AuditEvent.objects.exclude(action="nothing").count() == 0


# --- a change is found ------------------------------------------------------------------------------------
def test_untouched_chain_holds(trail: Organization) -> None:
    assert broken_at(trail) is None


TAMPERING = [
    ("UPDATE orgs_auditevent SET data = '{\"n\": 7}' WHERE number = 4", 4),
    ("UPDATE orgs_auditevent SET action = 'x' WHERE number = 1", 1),
    ("UPDATE orgs_auditevent SET target = 'x' WHERE number = 5", 5),
    ("UPDATE orgs_auditevent SET at = at + interval '1 microsecond' WHERE number = 2", 2),
    ("UPDATE orgs_auditevent SET actor_id = NULL WHERE number = 3", 3),
    ("UPDATE orgs_auditevent SET hash = previous_hash WHERE number = 3", 3),
    ("DELETE FROM orgs_auditevent WHERE number = 3", 3),
    ("DELETE FROM orgs_auditevent WHERE number = 1", 1),
    ("UPDATE orgs_auditevent SET number = number + 100", 1),
]


@pytest.mark.parametrize(("sql", "number"), TAMPERING, ids=[sql for sql, _ in TAMPERING])
def test_tampering_is_found_at_the_event(sql: str, number: int, trail: Organization) -> None:
    """The triggers are off here: this is somebody with the keys of the database."""
    run_as_owner(UNGUARDED, sql)
    assert broken_at(trail) == number


def test_event_that_was_forged_with_its_own_hash_breaks_the_next_one(trail: Organization) -> None:
    run_as_owner(UNGUARDED)
    with as_owner():
        event = AuditEvent.objects.get(org=trail, number=3)
        event.action = "forged"
        AuditEvent.objects.filter(pk=event.pk).update(action="forged", hash=audit.digest(event))
    assert broken_at(trail) == 4


def test_event_of_another_company_does_not_fit(trail: Organization) -> None:
    other = make_company("Southwind Foods")
    with company_scope(other.pk):
        assert audit.broken_at(other) is None
        first = AuditEvent.objects.get(number=1)
        first.org = trail
        assert audit.digest(first) != first.hash


def test_number_is_taken_once(trail: Organization, now: dt.datetime) -> None:
    with pytest.raises(DatabaseError, match="orgs_auditevent_number"), company_scope(trail.pk):
        AuditEvent.objects.create(org=trail, number=5, at=now, action="x", previous_hash="", hash="")


def test_cutting_off_the_end_is_not_found_by_the_chain_alone(trail: Organization) -> None:
    """What the chain cannot know: its last events are missing. What the nightly look remembers tells (test_audit_checks)."""
    run_as_owner(UNGUARDED, "DELETE FROM orgs_auditevent WHERE number > 3")
    assert broken_at(trail) is None
