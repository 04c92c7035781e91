"""A payment that begins; addresses, fields and words of the pages of `Top up`."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

from django.test import Client
from django.urls import reverse

from billing.ledger.top_up_models import Method, TopUp
from billing.top_ups import top_ups
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW


def begin(owner: Membership, amount: int = 100_00, method: Method = Method.CARD, token: UUID | None = None) -> TopUp:
    return top_ups.begin(org=owner.org, amount=amount, method=method, token=token or uuid4(), actor=owner, now=NOW)


def acts(org: Organization) -> list[str]:
    with company_scope(org.pk):
        assert audit.broken_at(org) is None
        events = AuditEvent.objects.filter(org=org, action__startswith="top_up.").order_by("number")
        return list(events.values_list("action", flat=True))


def url(org: Organization, top_up: TopUp | None = None) -> str:
    if top_up is None:
        return reverse("billing:top_up", args=[org.slug])
    return reverse("billing:top_up_result", args=[org.slug, top_up.public_id])


def form(**fields: object) -> dict[str, object]:
    return {"token": str(uuid4()), "amount": "own", "own_amount": "150.00", "method": "card", **fields}


def rows(org: Organization) -> list[TopUp]:
    with company_scope(org.pk):
        return list(TopUp.objects.filter(org=org).order_by("pk"))


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return text(response.content.decode())
