"""What a company demands of the people who run it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orgs.audit import audit
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.login import mfa


@transaction.atomic
def demand_two_factor(*, org: Organization, actor: Membership, demanded: bool, now: dt.datetime) -> Organization:
    """Demands a second factor of owners and administrators, or stops demanding it. What is so already is no event.

    Raises Refused when the actor is no owner (any more), or demands what they do not have themselves.
    """
    with company_scope(org.pk):
        org = Organization.objects.lock(org.pk)
        if not Membership.objects.administrators().filter(pk=actor.pk, role=Role.OWNER).exists():
            raise Refused(_("Only an owner can change this."))
        if demanded and not mfa.has_one(actor.user_id):
            raise Refused(_("Set up your own second step first, or you would lock yourself out."), field="demanded")
        if org.requires_two_factor != demanded:
            org.requires_two_factor = demanded
            org.save(update_fields=["requires_two_factor"])
            audit.record(org, "security.two_factor", actor=actor, now=now, data={"demanded": demanded})
    return org
