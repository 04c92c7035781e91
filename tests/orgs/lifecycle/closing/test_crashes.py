"""A process that dies at any statement of the closing or of its purge: the next round ends as if nothing had been."""

from __future__ import annotations

import pytest

from access.members import accounts
from access.members.accounts import Account
from access.members.members import Terms
from orgs.audit import audit
from orgs.lifecycle import closing, data_deletion
from orgs.lifecycle.models import Deletion
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.people.models import Department
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import make_company
from tests.orgs.domains import linked
from tests.orgs.lifecycle.companies import events, fill, rows_left
from tests.orgs.lifecycle.crashes import crash_at
from tests.orgs.savepoints import undone
from users.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_and_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_deletion, "CLAIMS_AN_HOUR", 1000)
    monkeypatch.setattr(data_deletion, "BATCH", 2)
    monkeypatch.setattr(data_deletion, "PAUSE", 0)
    monkeypatch.setattr(outbox, "wake", lambda: None)


def due() -> Organization:
    """With data, a domain and an account that the company created."""
    org = make_company()
    owner, now = org.memberships.get(), database_now()
    fill(org)
    linked.verify(owner, f"n{org.pk}.example", now=now)
    with company_scope(org.pk):
        terms = Terms(Level.READ_ONLY, Department.objects.get(org=org, parent=None))
    maya = Account("Maya", "Chen", now.date(), "maya", f"n{org.pk}.example")
    accounts.create(org=org, account=maya, password=None, terms=terms, actor=owner, now=now)
    closing.ask(name=org.name, actor=owner, now=now - closing.WAITS)
    return org


def round_of(org: Organization) -> None:
    closing.close(org.pk, now=database_now())
    for deletion_id, org_id in data_deletion.unfinished():
        data_deletion.purge_all(deletion_id, org_id=org_id, clock=database_now)


def outcome(org: Organization) -> tuple[object, ...]:
    org.refresh_from_db()
    with company_scope(org.pk):
        counts = [row.counts for row in Deletion.objects.filter(org=org)]
        mails = sorted(mail.key.replace(str(mail.pk), "").split(":")[0] for mail in Mail.objects.filter(org=org))
        chain = audit.broken_at(org)
    here = Membership.objects.present().filter(org=org).count()
    named = User.objects.filter(memberships__org=org).exclude(first_name="").count()
    return org.state, rows_left(org), here, named, linked.names(org), events(org), counts, mails, chain


@pytest.mark.parametrize("stride", [11, pytest.param(1, marks=pytest.mark.soak)], ids=["some statements", "every one"])
def test_recovery_ends_as_if_no_crash_had_been(stride: int) -> None:
    company = due().pk
    wanted = live_through(company)
    assert wanted[:5] == (State.DELETED, 0, 0, 1, [])
    statement, died = 0, True
    while died:
        with undone():
            org = Organization.objects.get(pk=company)
            died = crash_at(statement, lambda org=org: round_of(org))  # type: ignore[misc]
            assert live_through(company) == wanted, f"after a crash at statement {statement}"
        statement += stride
    assert statement > 40


def live_through(company: int) -> tuple[object, ...]:
    """What a round leaves, of which nothing stays."""
    org = Organization.objects.get(pk=company)
    with undone():
        round_of(org)
        return outcome(org)
