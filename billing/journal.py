"""The seat journal: who held a seat from when to when. It knows seats and not why, and is only ever added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest

from billing.models import SeatInterval
from orgs.models import Organization


def write(org: Organization, *, holders: Mapping[int, str], now: dt.datetime) -> None:
    """Opens an interval for each of the holders who has none open, and closes those of everybody else.

    `holders`: id of the membership → code of the source that decides its access. At most three statements. The caller
    is inside the company's scope and holds its row lock. The journal's time never goes back: with a clock behind the
    last entry (a UTC instant) the entries stand at that one's instant.
    """
    held, last = _present(org)
    at = max(now, last) if last else now
    gone = [member for member in held if member not in holders]
    if gone:
        SeatInterval.objects.filter(org=org, ended_at=None, member__in=gone).update(ended_at=at)
    SeatInterval.objects.bulk_create(
        SeatInterval(org=org, member_id=member, started_at=at, because=because)
        for member, because in holders.items()
        if member not in held
    )


def close_all(now: dt.datetime) -> int:
    """Ends the intervals of companies that were closed, at the instant of the closing; how many these were.

    A company's closing is a lower layer's act that knows no seats, so this asks what is left of it. The caller is in
    the platform's scope.
    """
    left = SeatInterval.objects.filter(ended_at=None, org__closed_at__lte=now)
    ended_at = Organization.objects.filter(pk=OuterRef("org")).values("closed_at")
    return left.update(ended_at=Greatest("started_at", Subquery(ended_at)))


def _present(org: Organization) -> tuple[set[int], dt.datetime | None]:
    """The memberships with an open interval, and the instant of the last entry; one statement."""
    mine = SeatInterval.objects.filter(org=OuterRef("pk"))
    held, *instants = (
        Organization.objects.filter(pk=org.pk)
        .values_list(
            ArraySubquery(mine.filter(ended_at=None).values("member")),
            Subquery(mine.order_by("-started_at").values("started_at")[:1]),
            Subquery(mine.filter(ended_at__isnull=False).order_by("-ended_at").values("ended_at")[:1]),
        )
        .get()
    )
    return set(held), max(filter(None, instants), default=None)
