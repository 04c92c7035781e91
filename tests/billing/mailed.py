"""What was mailed about a company's money, and the payments that it is about."""

from __future__ import annotations

from uuid import uuid4

from billing.ledger.top_up_models import Method, TopUp
from billing.top_ups import top_ups
from orgs.mail.models import Mail
from orgs.mail.outbox import Letter, open_letter
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.billing.companies import NOW


def mails(org: Organization, key: str = "document:") -> list[Mail]:
    with platform_scope():
        return list(Mail.objects.filter(org=org, key__startswith=key).order_by("pk"))


def letter(org: Organization, key: str = "document:") -> tuple[Mail, Letter]:
    (mail,) = mails(org, key)
    return mail, open_letter(mail)


def owner_of(org: Organization) -> Membership:
    return org.memberships.get(role=Role.OWNER)


def begin(org: Organization, amount: int = 100_00, method: Method = Method.TRANSFER) -> TopUp:
    return top_ups.begin(org=org, amount=amount, method=method, token=uuid4(), actor=owner_of(org), now=NOW)
