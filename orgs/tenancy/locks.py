"""Who may act on the company's settings, asked again under the company's lock."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


def lock_for(actor: Membership) -> Organization:
    """The actor's company under its row lock. Raises Refused when the actor is no administrator (any more)."""
    org: Organization = Organization.objects.lock(actor.org_id)
    if not Membership.objects.administrators().filter(pk=actor.pk, org=org).exists():
        raise Refused(_("Only administrators can change the company’s settings."))
    return org
