"""What a company demands of the people who run it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from orgs.audit import audit
from orgs.tenancy.errors import Refused
from orgs.tenancy.locks import owning
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from users.login import mfa

ONLY_OWNERS = _("Only an owner can change this.")


@transaction.atomic
def demand_two_factor(*, org: Organization, actor: Membership, demanded: bool, now: dt.datetime) -> Organization:
    """Demands a second factor of owners and administrators, or stops demanding it. What is so already is no event.

    Raises Refused when the actor is no owner (any more), or demands what they do not have themselves.
    """
    with owning(org.pk, actor, refusal=ONLY_OWNERS) as org:
        if demanded and not mfa.has_one(actor.user_id):
            raise Refused(_("Set up your own second step first, or you would lock yourself out."), field="demanded")
        if org.requires_two_factor != demanded:
            org.requires_two_factor = demanded
            org.save(update_fields=["requires_two_factor"])
            audit.record(org, "security.two_factor", actor=actor, now=now, data={"demanded": demanded})
    return org
