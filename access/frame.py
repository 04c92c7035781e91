"""What every page of `User access management` shows beside its content: how many there are of what."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from access import cells
from access.models import AccessRequest, Draft, RequestState
from orgs.models import Department, Invitation, Level, Membership, Organization, Team
from orgs.models.people import MembershipQuerySet

IDLE = dt.timedelta(days=30)


def counts(
    org: Organization, *, now: dt.datetime, staged: Draft | None = None, **more: QuerySet[Any]
) -> dict[str, int]:
    """Numbers of people, departments (the company itself is none), teams, open invitations and access requests, and
    of those who do not use their full access: one statement. `staged`: the draft of whoever looks, where it is known.
    """
    rows: dict[str, QuerySet[Any]] = {
        "people": Membership.objects.present().filter(org=org),
        "departments": Department.objects.filter(org=org, parent__isnull=False),
        "teams": Team.objects.filter(org=org),
        "invitations": Invitation.objects.open().filter(org=org),
        "requests": AccessRequest.objects.filter(org=org, state=RequestState.OPEN),
        "idle": idle(org, now),
        "idle_to_stage": idle_to_stage(org, now, staged),
        **more,
    }
    numbers = {name: _number(found) for name, found in rows.items()}
    found = Organization.objects.filter(pk=org.pk).values_list(*numbers.values()).get()
    return dict(zip(numbers, found, strict=True))


def idle(org: Organization, now: dt.datetime) -> MembershipQuerySet:
    """Full access, and not active for 30 days."""
    rows: MembershipQuerySet = Membership.objects.filter(is_idle(now), org=org)
    return rows


def is_idle(now: dt.datetime) -> Q:
    """The same as a condition on people."""
    seldom = Q(last_active_at=None) | Q(last_active_at__lt=now - IDLE)
    return seldom & Q(level=Level.FULL, ended_at=None, blocked_at=None)


def idle_to_stage(org: Organization, now: dt.datetime, staged: Draft | None) -> MembershipQuerySet:
    """Those of them to whom it was given in person, and for whom `Read only` is not staged yet."""
    changes = staged.changes if staged else {}
    done = [name.partition(":")[2] for name, change in changes.items() if change["level"] == Level.READ_ONLY]
    return idle(org, now).filter(cells.given("member")).exclude(public_id__in=done)


def _number(rows: QuerySet[Any]) -> Coalesce:
    """How many rows, as a part of another statement. They are all of one company."""
    return Coalesce(Subquery(rows.order_by().values("org").annotate(number=Count("pk")).values("number")), 0)
