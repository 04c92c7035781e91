"""Domains of the tests, made through the product's own verbs, and what became of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from orgs.audit.models import AuditEvent
from orgs.domains import domains
from orgs.domains.models import Answer, Domain
from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

DAY = dt.timedelta(days=1)


def link(actor: Membership, name: str = "acme.example", *, now: dt.datetime) -> Domain:
    return domains.add(name=name, actor=actor, now=now)


def find_out(domain: Domain, answer: Answer, *, at: dt.datetime) -> Domain:
    """A look-up with this answer ended at an instant; the domain as it is afterwards."""
    domains.note(domain=domain, answer=answer, asked_at=at, now=at)
    return reload(domain)


def verify(actor: Membership, name: str = "acme.example", *, now: dt.datetime) -> Domain:
    """A domain whose record was found."""
    return find_out(link(actor, name, now=now), Answer.PRESENT, at=now)


def reload(domain: Domain) -> Domain:
    with company_scope(domain.org_id):
        found: Domain = Domain.objects.select_related("org").get(pk=domain.pk)
        return found


def names(org: Organization, **conditions: Any) -> list[str]:
    """Names of the company's domains."""
    with company_scope(org.pk):
        return list(Domain.objects.filter(org=org, **conditions).order_by("name").values_list("name", flat=True))


def acts(org: Organization) -> list[str]:
    """What the audit trail says about domains."""
    with company_scope(org.pk):
        events = AuditEvent.objects.filter(org=org, action__startswith="domain.").order_by("number")
        return list(events.values_list("action", flat=True))


def mails(org: Organization) -> list[Mail]:
    with company_scope(org.pk):
        return list(Mail.objects.filter(org=org, key__startswith="domain:").order_by("pk"))
