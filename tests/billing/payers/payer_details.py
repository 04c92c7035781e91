"""Payment details for tests, saved as an administrator saves them."""

from __future__ import annotations

import datetime as dt

from billing.payers import payers
from billing.payers.models import DocumentLanguage, Payer, PayerKind
from orgs.audit.models import AuditEvent
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

DETAILS = {
    "company_name": "Northwind Robotics GmbH",
    "registration_number": "HRB 198342 B",
    "legal_address": "Köpenicker Straße 40\n10179 Berlin",
    "email": "accounts@northwind.example",
}


def save(
    actor: Membership,
    now: dt.datetime,
    *,
    kind: PayerKind = PayerKind.LEGAL_ENTITY,
    country: str = "DE",
    language: str = DocumentLanguage.ENGLISH,
    **change: str,
) -> Payer:
    details = {name: value for name, value in (DETAILS | change).items() if value}
    chosen = {"kind": kind, "country": country, "language": language, "details": details}
    return payers.save(org=actor.org, **chosen, actor=actor, now=now)


def versions(org: Organization) -> list[int]:
    with company_scope(org.pk):
        return list(Payer.objects.filter(org=org).order_by("version").values_list("version", flat=True))


def current(org: Organization) -> Payer | None:
    with company_scope(org.pk):
        return payers.current(org)


def events(org: Organization) -> list[dict[str, object]]:
    with company_scope(org.pk):
        found = AuditEvent.objects.filter(org=org, action="billing.payer").order_by("number")
        return list(found.values_list("data", flat=True))
