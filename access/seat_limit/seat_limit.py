"""The limit of seats that a company sets itself: above it no act raises full access (product.md §4)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from orgs.audit import audit
from orgs.tenancy.locks import administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


@transaction.atomic
def change(*, org: Organization, cap: int | None, actor: Membership, now: dt.datetime) -> Organization:
    """Sets the limit, or takes it away (None). Raises Refused when the actor is no administrator.

    One below the number of seats takes nobody's access: it only stops further raises.
    """
    with administering(org.pk, actor) as org:
        if cap == org.seat_cap:
            return org
        before, org.seat_cap = org.seat_cap, cap
        org.save(update_fields=["seat_cap"])
        data = {"from": "" if before is None else before, "to": "" if cap is None else cap}
        audit.record(org, "access.cap", actor=actor, now=now, data=data)
    return org
