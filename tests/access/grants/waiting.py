"""Who asked for full access, and whom an administrator has staged to get it."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from access.changes import staged_changes
from access.grants.request_models import AccessRequest
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope


def staged(org: Organization, author: Membership, now: dt.datetime) -> set[str]:
    with company_scope(org.pk):
        draft = staged_changes.current(org, author, now=now)
        return set(draft.changes) if draft else set()


def open_requests(org: Organization) -> int:
    with company_scope(org.pk):
        return AccessRequest.objects.filter(org=org, state="open").count()


def decline_url(org: Organization, request: AccessRequest) -> str:
    return reverse("access:request_decline", args=[org.slug, request.public_id])
