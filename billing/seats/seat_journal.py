"""The seat journal: who held a seat from when to when. It knows seats and not why, and is only ever added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Greatest

from billing.seats.models import SeatInterval
from orgs.tenancy.organization_models import Organization


def write(org: Organization, *, holders: Mapping[int, str], now: dt.datetime) -> None:
    """Opens an interval for each of the holders who has none open, and closes those of everybody else.

    `holders`: id of the membership → code of the source that decides its access. The caller is inside the company's
    scope and holds its row lock. The journal's time never goes back: with a clock behind the last entry (a UTC instant)
    the entries stand at that one's instant.
    """
    going_on = SeatInterval.objects.filter(org=org, ended_at=None)
    seated = set(going_on.values_list("member_id", flat=True))
    gone, new = seated - holders.keys(), [member for member in holders if member not in seated]
    if not gone and not new:
        return
    at = max(now, _last_entry(org) or now)
    if gone:
        going_on.filter(member__in=gone).update(ended_at=at)
    begun = [SeatInterval(org_id=org.pk, member_id=member, started_at=at, because=holders[member]) for member in new]
    SeatInterval.objects.bulk_create(begun)


def _last_entry(org: Organization) -> dt.datetime | None:
    instants = SeatInterval.objects.filter(org=org).aggregate(Max("started_at"), Max("ended_at")).values()
    return max((instant for instant in instants if instant), default=None)


def close_all(now: dt.datetime) -> int:
    """Ends the intervals of companies that were closed, at the instant of the closing; how many these were.

    A company's closing is a lower layer's act that knows no seats, so this asks what is left of it. The caller is in
    the platform's scope.
    """
    left = SeatInterval.objects.filter(ended_at=None, org__closed_at__lte=now)
    ended_at = Organization.objects.filter(pk=OuterRef("org")).values("closed_at")
    return left.update(ended_at=Greatest("started_at", Subquery(ended_at)))
