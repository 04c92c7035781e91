"""Somebody with the keys of the database changes an audit trail: the nightly look says so, and `manage.py audit_verify`."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from orgs import tasks
from orgs.audit import audit
from orgs.audit import checks as audit_checks
from orgs.audit.models import AuditCheck, AuditEvent
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.database import as_owner, run_as_owner

pytestmark = pytest.mark.django_db

NIGHT = dt.timedelta(days=1)
UNGUARDED = "ALTER TABLE orgs_auditevent DISABLE TRIGGER append_only"
CHANGE = "UPDATE orgs_auditevent SET data = '{{\"n\": 7}}' WHERE org_id = {org} AND number = 4"
CUT = "DELETE FROM orgs_auditevent WHERE org_id = {org} AND number > 3"


@pytest.fixture
def trail(org: Organization, owner: Membership, now: dt.datetime) -> Organization:
    """A company with five events."""
    write(org, owner, now=now, number=3)
    return org


def write(org: Organization, owner: Membership, *, now: dt.datetime, number: int) -> None:
    with company_scope(org.pk):
        for each in range(number):
            audit.record(org, "test.act", actor=owner, now=now, target=str(each), data={"n": each})


def tamper(org: Organization, change: str) -> None:
    run_as_owner(UNGUARDED, change.format(org=org.pk))


def verify(*args: str) -> str:
    output = StringIO()
    call_command("audit_verify", *args, stdout=output)
    return output.getvalue()


def test_whole_chain_is_remembered_up_to_its_end(trail: Organization, now: dt.datetime) -> None:
    assert audit_checks.check(trail, now=now).broken_at is None
    with company_scope(trail.pk):
        last = AuditEvent.objects.get(number=5)
        check = AuditCheck.objects.get(org=trail)
    assert (check.number, check.hash, check.fault) == (5, last.hash, "")


def test_changed_event_is_found_and_the_good_end_stays_known(trail: Organization, now: dt.datetime) -> None:
    audit_checks.check(trail, now=now)
    tamper(trail, CHANGE)
    assert audit_checks.check(trail, now=now + NIGHT).broken_at == 4
    with company_scope(trail.pk):
        check = AuditCheck.objects.get(org=trail)
    assert (check.number, check.fault) == (5, "event 4")


def test_end_that_was_cut_off_is_found_after_a_look(trail: Organization, now: dt.datetime) -> None:
    audit_checks.check(trail, now=now)
    tamper(trail, CUT)
    assert audit_checks.check(trail, now=now + NIGHT).broken_at == 4


def test_end_that_was_written_anew_is_found_after_a_look(
    trail: Organization, owner: Membership, now: dt.datetime
) -> None:
    """Whoever forges the last events with fitting hashes makes a chain that holds by itself."""
    audit_checks.check(trail, now=now)
    tamper(trail, CUT)
    write(trail, owner, now=now, number=4)
    with company_scope(trail.pk):
        assert audit.broken_at(trail) is None
    assert audit_checks.check(trail, now=now + NIGHT).broken_at == 5


def test_control_events_that_are_added_are_no_fault(trail: Organization, owner: Membership, now: dt.datetime) -> None:
    audit_checks.check(trail, now=now)
    write(trail, owner, now=now, number=2)
    chain = audit_checks.check(trail, now=now + NIGHT)
    assert (chain.number, chain.broken_at) == (7, None)


def test_readyz_counts_and_the_log_names(
    trail: Organization, outsider: Membership, caplog: pytest.LogCaptureFixture
) -> None:
    tasks.verify_audit()
    assert "audit" not in Client().get("/readyz").content.decode()
    tamper(trail, CHANGE)
    with as_owner():
        AuditCheck.objects.update(checked_at="2026-01-01T00:00Z")  # a night passes
    tasks.verify_audit()
    assert "companies whose audit trail was changed: 1" in Client().get("/readyz").json()["alerts"]
    assert f"({trail.pk}, 'event 4')" in caplog.text
    with platform_scope():
        assert AuditCheck.objects.filter(org=outsider.org, fault="").exists()


def test_each_company_has_its_turn_once_a_night(trail: Organization, outsider: Membership, now: dt.datetime) -> None:
    audit_checks.run_due(now)
    with platform_scope():
        assert not AuditCheck.due(now + dt.timedelta(hours=19)).exists()
        assert {trail.pk, outsider.org_id} <= {org.pk for org in AuditCheck.due(now + NIGHT)}


# --- the command ------------------------------------------------------------------------------------------
def test_command_follows_every_chain(trail: Organization, outsider: Membership) -> None:
    assert verify().splitlines() == [
        f"{trail.slug}: 5 events, none changed",
        f"{outsider.org.slug}: 2 events, none changed",
    ]


def test_command_says_where_a_chain_is_broken_and_fails(trail: Organization, outsider: Membership) -> None:
    tamper(trail, CHANGE)
    with pytest.raises(CommandError, match=r"Broken chains: 1\."):
        verify()
    assert "companies whose audit trail was changed: 1" in Client().get("/readyz").json()["alerts"]
    assert verify(outsider.org.slug) == f"{outsider.org.slug}: 2 events, none changed\n"


def test_command_refuses_a_company_that_is_none() -> None:
    with pytest.raises(CommandError, match="There is no company 'nobody'"):
        verify("nobody")
