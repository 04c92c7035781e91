"""What every page of `User access management` shows beside its content: how many there are of what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce

from access.models import AccessRequest, RequestState
from orgs.models import Department, Invitation, Level, Membership, Organization, Team
from orgs.models.people import MembershipQuerySet

IDLE = dt.timedelta(days=30)


def counts(org: Organization, *, now: dt.datetime, **more: QuerySet[Any]) -> dict[str, int]:
    """Numbers of people, departments (the company itself is none), teams, open invitations and access requests, and
    of those who do not use their full access: one statement.
    """
    rows: dict[str, QuerySet[Any]] = {
        "people": Membership.objects.present().filter(org=org),
        "departments": Department.objects.filter(org=org, parent__isnull=False),
        "teams": Team.objects.filter(org=org),
        "invitations": Invitation.objects.open().filter(org=org),
        "requests": AccessRequest.objects.filter(org=org, state=RequestState.OPEN),
        "idle": idle(org, now),
        **more,
    }
    numbers = {name: _number(found) for name, found in rows.items()}
    found = Organization.objects.filter(pk=org.pk).values_list(*numbers.values()).get()
    return dict(zip(numbers, found, strict=True))


def idle(org: Organization, now: dt.datetime) -> MembershipQuerySet:
    """Full access, and not active for 30 days."""
    rows = Membership.objects.current().filter(org=org, level=Level.FULL)
    return rows.exclude(last_active_at__gte=now - IDLE)


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many rows, as a part of another statement. They are all of one company."""
    return Coalesce(Subquery(rows.order_by().values("org").annotate(number=Count("pk")).values("number")), 0)
