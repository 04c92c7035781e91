"""A company that is charged, and what it got for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from billing.charging import monthly_charge
from billing.charging.monthly_charge import Due
from billing.documents import documents
from billing.documents.models import Document
from billing.ledger.charge_models import Charge
from billing.ledger.top_up_models import TopUp, TopUpState
from billing.payers.models import Payer
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found, hold, noon, staff

PROVIDED = {"company_name": "Северный ветер", "inn": "7813001234", "kpp": "781301001", "bic": "044030653"}
ACCOUNT = "40702810955000001234"


def charged(*, country: str = "DE", seats: int = 6, language: str = "en", **payer: Any) -> Organization:
    """The month of October 2026 is charged on the 2nd of November; the seats were there from the 3rd on."""
    org = found(country=country)
    Organization.objects.filter(pk=org.pk).update(language=language)
    hold(org, staff(org, seats), noon(3, 10))
    if payer:
        save_payer(org, **payer)
    charge(org, dt.date(2026, 10, 1), now=noon(2))
    org.refresh_from_db()
    return org


def charge(org: Organization, month: dt.date, *, now: dt.datetime) -> Charge:
    done = monthly_charge.charge(Due(org.pk, month), now=now)
    assert done
    return done


def save_payer(
    org: Organization, *, country: str = "RU", kind: str = "legal_entity", document_language: str = "", **details: str
) -> Payer:
    """A new version of the payment details; without a language as those from before there was a choice."""
    with company_scope(org.pk):
        actor = org.memberships.get(role="owner")
        version = Payer.objects.filter(org=org).count() + 1
        facts = {"kind": kind, "country": country, "details": details, "at": NOW, "actor": actor}
        facts["language"] = document_language
        return Payer.objects.create(org=org, version=version, **facts)


def transfer(org: Organization, amount: int, *, now: dt.datetime, state: str = TopUpState.PENDING) -> Document:
    """An invoice for a bank transfer, whose payment is in this state."""
    with company_scope(org.pk):
        locked = Organization.objects.lock(org.pk)
        actor = org.memberships.get(role="owner")
        reference = f"TP-{TopUp.objects.filter(org=org).count() + 1}-{org.pk}"
        facts = {"state": state, "amount": amount, "currency": org.currency, "reference": reference, "created_at": now}
        top_up = TopUp.objects.create(org=org, method="transfer", actor=actor, **facts)
        return documents.proforma(locked, top_up, payer=None, vat_rate=None, tax=0, now=now)


def documents_of(org: Organization) -> list[Document]:
    """The oldest first."""
    with company_scope(org.pk):
        return list(Document.objects.filter(org=org).select_related("charge__entry", "top_up").order_by("pk"))
