"""Saving who pays: versions that stay, what follows for the company, and who may do it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import DatabaseError, transaction

from billing.payers import payers
from billing.payers.models import Payer, PayerKind
from orgs.audit.models import AuditEvent
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.billing.payers.payer_details import DETAILS, current, events, save, versions

pytestmark = pytest.mark.django_db


def unpaid(org: Organization, now: dt.datetime, *, seats: int = 6) -> None:
    """So many have full access, more than are free, and nobody pays."""
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=now, full_seats=seats)
    org.refresh_from_db()


# --- versions ---------------------------------------------------------------------------------------------
def test_first_details_are_version_one_and_make_the_payer_ready(
    org: Organization, owner: Membership, now: dt.datetime
) -> None:
    assert current(org) is None
    saved = save(owner, now)
    assert (saved.version, saved.kind, saved.country, saved.details) == (1, "legal_entity", "DE", DETAILS)
    assert (saved.at, saved.actor) == (now, owner)
    org.refresh_from_db()
    assert org.payer_ready
    assert current(org) == saved


def test_each_change_is_a_version_and_the_former_stays(org: Organization, owner: Membership, now: dt.datetime) -> None:
    first = save(owner, now)
    second = save(owner, now, phone="+49 30 1820")
    third = save(owner, now)
    assert versions(org) == [1, 2, 3]
    assert current(org) == third
    with company_scope(org.pk):
        assert [payers.changes(first, second), payers.changes(second, third)] == [["phone"], ["phone"]]
        assert Payer.objects.get(org=org, version=1).details == DETAILS


def test_what_is_saved_already_writes_nothing(org: Organization, owner: Membership, now: dt.datetime) -> None:
    first = save(owner, now)
    again = save(owner, now + dt.timedelta(hours=1))
    assert again.pk == first.pk
    assert versions(org) == [1]
    assert len(events(org)) == 1


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ({"kind": PayerKind.INDIVIDUAL}, ["kind"]),
        ({"country": "AT"}, ["country"]),
        ({"email": "other@northwind.example", "contact": "Ada"}, ["email", "contact"]),
        ({"registration_number": ""}, ["registration_number"]),
    ],
)
def test_event_names_the_fields_that_changed(
    org: Organization, owner: Membership, now: dt.datetime, change, changed: list[str]
) -> None:
    save(owner, now)
    save(owner, now, **change)
    assert events(org)[-1] == {"version": 2, "changed": changed}


def test_audit_trail_holds_nothing_of_what_was_entered(org: Organization, owner: Membership, now: dt.datetime) -> None:
    save(owner, now)
    save(owner, now, contact="Ada Lovelace")
    written = json.dumps(events(org))
    assert not [value for value in (*DETAILS.values(), "Lovelace") if value in written]
    assert events(org)[0] == {"version": 1, "changed": ["kind", "country", "language", *DETAILS]}


def test_no_version_is_changed_or_deleted_afterwards(org: Organization, owner: Membership, now: dt.datetime) -> None:
    saved = save(owner, now)
    for act in (lambda rows: rows.update(country="AT"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic(), company_scope(org.pk):
            act(Payer.objects.filter(pk=saved.pk))
    assert current(org).country == "DE"


# --- what follows -----------------------------------------------------------------------------------------
def test_read_only_company_with_paid_seats_is_active_at_once(
    org: Organization, owner: Membership, now: dt.datetime
) -> None:
    unpaid(org, now)
    assert (org.state, lifecycle.subscription_blocker(org, now)) == (State.READ_ONLY, "payer")
    save(owner, now)
    org.refresh_from_db()
    assert (org.state, org.retention_ends_at) == (State.ACTIVE, None)
    with company_scope(org.pk):
        actions = list(AuditEvent.objects.filter(org=org).order_by("-number").values_list("action", flat=True)[:2])
    assert actions == ["tracker.resume", "billing.payer"]


def test_debt_keeps_it_read_only_all_the_same(org: Organization, owner: Membership, now: dt.datetime) -> None:
    unpaid(org, now)
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=now, debt_due_at=now)
    save(owner, now)
    org.refresh_from_db()
    assert (org.payer_ready, org.state) == (True, State.READ_ONLY)


def test_later_versions_leave_the_company_alone(org: Organization, owner: Membership, now: dt.datetime) -> None:
    save(owner, now)
    before = Organization.objects.values().get(pk=org.pk)
    save(owner, now, phone="+49 30 1820")
    assert Organization.objects.values().get(pk=org.pk) == before


# --- who --------------------------------------------------------------------------------------------------
def test_administrators_may_and_employees_may_not(
    org: Organization, admin: Membership, member: Membership, now: dt.datetime
) -> None:
    with pytest.raises(Refused, match="Only administrators can change the payment details"):
        save(member, now)
    assert versions(org) == []
    assert save(admin, now).actor == admin


def test_right_is_asked_again_under_the_lock(org: Organization, admin: Membership, now: dt.datetime) -> None:
    Membership.objects.filter(pk=admin.pk).update(role=Role.EMPLOYEE)
    with pytest.raises(Refused):
        save(admin, now)


def test_administrator_of_another_company_is_refused(org: Organization, outsider: Membership, now: dt.datetime) -> None:
    with pytest.raises(Refused):
        who = {"kind": PayerKind.INDIVIDUAL, "country": "DE", "language": "en"}
        payers.save(org=org, **who, details=DETAILS, actor=outsider, now=now)
    assert versions(org) == []


def test_no_company_sees_anothers_details(org: Organization, owner: Membership, outsider: Membership, now) -> None:
    saved = save(owner, now)
    with company_scope(outsider.org_id):
        assert payers.current(org) is None
        assert not Payer.objects.filter(pk=saved.pk).exists()
    assert current(org) == saved, "control: the company itself does"
