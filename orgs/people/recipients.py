"""Who of a company is written to."""

from __future__ import annotations

from orgs.tenancy.membership_models import Membership, MembershipQuerySet, Role
from orgs.tenancy.organization_models import Organization


def administrators(org: Organization) -> MembershipQuerySet:
    """Those who are told; the account of each still works."""
    people: MembershipQuerySet = Membership.objects.administrators().filter(org=org, user__is_active=True)
    return people


def last_owners(org: Organization) -> MembershipQuerySet:
    """Who owned a company when it was closed; the account of each still works."""
    people: MembershipQuerySet = Membership.objects.filter(org=org, role=Role.OWNER, ended_at=org.closed_at)
    return people.filter(user__is_active=True)
