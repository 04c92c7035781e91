"""A closed company's payment details go (product.md §3); issued documents keep what they were issued with.

They stay until the last month is charged: its amount of VAT and its invoice are made from them.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from billing.charging import monthly_charge
from billing.documents import emails as document_letters
from billing.payers.models import Payer
from orgs.audit import audit
from orgs.lifecycle import rules as lifecycle
from orgs.mail.models import Mail
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope


def due() -> list[int]:
    """Ids of closed companies that still have payment details; `erase` decides for each."""
    with platform_scope(read_only=True):
        closed = Organization.objects.filter(Exists(Payer.objects.filter(org=OuterRef("pk"))), closed_at__isnull=False)
        return list(closed.order_by("closed_at").values_list("pk", flat=True))


@transaction.atomic
def erase(org_id: int, *, now: dt.datetime) -> bool:
    """Takes all versions of a closed company's details away, and the mails to its payer; False while one is needed."""
    with platform_scope():  # a tenant's role deletes no payer
        org = Organization.objects.lock(org_id)
        letters = Mail.objects.filter(org=org, key__startswith=document_letters.MAIL_KEY)
        waits = letters.filter(sent_at=None, refused_at=None).exists()
        if org.closed_at is None or waits or not monthly_charge.is_settled(org, now=now):
            return False
        letters.delete()
        versions = Payer.objects.filter(org=org)
        versions.update(company_closed_at=org.closed_at)
        number, _kinds = versions.delete()
        lifecycle.write_facts(org, now=now, payer_ready=False)
        audit.record(org, "billing.payer_erase", actor=None, now=now, data={"versions": number})
    return True
