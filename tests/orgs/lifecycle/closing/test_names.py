"""What a closed company is remembered by: the names of departments and teams go, and who paid for it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from access.structure import departments, teams
from billing import tasks
from billing.charging import monthly_charge
from billing.documents.models import Document
from billing.payers.models import Payer
from billing.payment_details import erase as payer_erasing
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.mail.models import Mail
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing import companies
from tests.billing.companies import NOW
from tests.billing.payers import payer_details
from tests.orgs.lifecycle.closing.acts import close

pytestmark = pytest.mark.django_db
SECRET = "Zephyr"


def named(org: Organization) -> set[str]:
    with company_scope(org.pk):
        found = [model.objects.filter(org=org) for model in (Department, Team)]
        return {row.name for rows in found for row in rows}


def test_departments_and_teams_lose_their_names(owner: Membership, outsider: Membership, now: dt.datetime) -> None:
    for actor in (owner, outsider):
        with company_scope(actor.org_id):
            root = Department.objects.get(org=actor.org, parent=None)
        made = departments.create(parent=root, name=f"{SECRET} sales", actor=actor, now=now)
        departments.create(parent=made, name="Farid’s people", actor=actor, now=now)
        teams.create(org=actor.org, name=f"{SECRET} launch", actor=actor, now=now)
    others = named(outsider.org)
    org = close(owner, now)
    left = named(org) - {root.name, org.name}
    assert len([name for name in left if name.startswith("erased-")]) == 3
    assert not [name for name in named(org) if SECRET in name or "Farid" in name]
    assert named(outsider.org) == others


def rows(org: Organization) -> int:
    return len(payer_details.versions(org))


def test_payer_of_a_company_that_owes_nothing_goes_with_the_next_round(
    owner: Membership, outsider: Membership, now: dt.datetime
) -> None:
    for actor in (owner, outsider):
        payer_details.save(actor, now, first_name=SECRET)
        payer_details.save(actor, now, first_name="Anna")
    org = close(owner, now)
    tasks.erase_payers()
    assert (rows(org), rows(outsider.org)) == (0, 2)
    org.refresh_from_db()
    assert not org.payer_ready
    assert audit.broken_at(org) is None
    with company_scope(org.pk):
        assert AuditEvent.objects.get(action="billing.payer_erase").data == {"versions": 2}
        assert SECRET not in repr(list(AuditEvent.objects.values()))
    tasks.erase_payers()  # twice is once


def test_payer_stays_until_the_last_month_is_charged_and_its_invoice_is_sent(db: None) -> None:
    org = companies.found()
    owner = org.memberships.get()
    payer_details.save(owner, NOW, first_name=SECRET)
    companies.hold(org, companies.staff(org, 9), companies.TRIAL_END)
    close(owner, NOW)
    tasks_at = [NOW, companies.noon(30)]
    assert [payer_erasing.erase(org.pk, now=at) for at in tasks_at] == [False, False]
    charged = companies.noon(3, 12)
    assert len([done for done in monthly_charge.charge_all(charged, limit=10) if done.amount]) == 2
    assert not payer_erasing.erase(org.pk, now=charged)  # the mails with the invoices wait
    with company_scope(org.pk):
        letters = Mail.objects.filter(org=org, key__startswith="document:")
        assert letters.update(sent_at=charged) == 2
    assert payer_erasing.erase(org.pk, now=charged)
    assert (rows(org), payer_erasing.due()) == (0, [])
    with company_scope(org.pk):
        assert not letters.exists()
        assert {each.payer["company_name"] for each in Document.objects.all()} == {
            payer_details.DETAILS["company_name"]
        }


@pytest.mark.parametrize(
    ("scope", "act"),
    [
        ("platform", "DELETE FROM billing_payer"),
        ("platform", "UPDATE billing_payer SET company_closed_at = now(), version = version + 1"),
        ("platform", "UPDATE billing_payer SET version = version + 1"),
        ("tenant", "DELETE FROM billing_payer"),
        ("tenant", "UPDATE billing_payer SET company_closed_at = now()"),
    ],
)
def test_control_payer_of_an_open_company_stays_as_it_is(
    owner: Membership, now: dt.datetime, scope: str, act: str
) -> None:
    payer_details.save(owner, now)
    entered = platform_scope() if scope == "platform" else company_scope(owner.org_id)
    with pytest.raises(DatabaseError), transaction.atomic(), entered:
        connection.cursor().execute(act)
    assert not payer_erasing.erase(owner.org_id, now=now)
    assert rows(owner.org) == 1


def test_closing_is_written_once(owner: Membership, now: dt.datetime) -> None:
    """And a row that has it is refused every other change."""
    payer_details.save(owner, now)
    with platform_scope():
        Payer.objects.update(company_closed_at=now)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), platform_scope():
        Payer.objects.update(company_closed_at=None)
