"""Owners: only an owner touches an owner, and the last one stays (product.md §3). Called under the company's lock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


def require_owner(org: Organization, actor: Membership) -> None:
    """Raises Refused unless the actor owns the company at this moment, and is not blocked."""
    if not Membership.objects.owners().filter(org=org, pk=actor.pk).exists():
        raise Refused(_("Only an owner can do this."))


def require_another(org: Organization, member: Membership) -> None:
    """Raises Refused when the company would be without an owner who can act."""
    if not Membership.objects.owners().filter(org=org).exclude(pk=member.pk).exists():
        raise Refused(_("The last owner stays. Make somebody else an owner first."))


def check_not_last_owner(org: Organization, member: Membership, *, actor: Membership) -> None:
    """Checks an act that takes an owner's place away; nothing is checked for others. Raises Refused."""
    if member.is_owner:
        require_owner(org, actor)
        require_another(org, member)
