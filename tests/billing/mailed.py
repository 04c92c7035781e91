"""What was mailed about a company's money, and the payments that it is about."""

from __future__ import annotations

from uuid import uuid4

from billing import topups
from billing.models.topups import Method, TopUp
from orgs.models.mail import Mail
from orgs.models.membership import Membership, Role
from orgs.models.organization import Organization
from orgs.outbox import Letter, open_letter
from orgs.scopes import platform_scope
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
    return topups.begin(org=org, amount=amount, method=method, token=uuid4(), actor=owner_of(org), now=NOW)
