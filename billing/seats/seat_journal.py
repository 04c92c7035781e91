"""The seat journal: who held a seat from when to when. It knows seats and not why, and is only ever added to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Greatest

from billing.seats.models import SeatInterval
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.writes import Write

LAST = "SELECT {0} FROM billing_seatinterval WHERE org_id = %(org)s AND {0} IS NOT NULL ORDER BY {0} DESC LIMIT 1"
CHANGE = f"""
WITH entry(at) AS (
    SELECT greatest(%(now)s, ({LAST.format("started_at")}), ({LAST.format("ended_at")}))
), holder(member, because) AS (
    SELECT * FROM unnest(%(members)s::bigint[], %(because)s::text[])
), closed AS (
    UPDATE billing_seatinterval SET ended_at = entry.at FROM entry
    WHERE org_id = %(org)s AND ended_at IS NULL AND NOT EXISTS (SELECT FROM holder WHERE holder.member = member_id)
)
INSERT INTO billing_seatinterval (org_id, member_id, started_at, because)
SELECT %(org)s, member, entry.at, because FROM holder, entry WHERE NOT EXISTS (
    SELECT FROM billing_seatinterval WHERE org_id = %(org)s AND member_id = holder.member AND ended_at IS NULL
)
"""  # noqa: S608 - a constant text


def to_write(org: Organization, *, holders: Mapping[int, str], now: dt.datetime) -> Write:
    """Opens an interval for each of the holders who has none open, and closes those of everybody else.

    `holders`: id of the membership → code of the source that decides its access. A write of the caller's act; the
    caller is inside the company's scope and holds its row lock. The journal's time never goes back: with a clock behind
    the last entry (a UTC instant) the entries stand at that one's instant.
    """
    return CHANGE, {"org": org.pk, "now": now, "members": list(holders), "because": list(holders.values())}


def close_all(now: dt.datetime) -> int:
    """Ends the intervals of companies that were closed, at the instant of the closing; how many these were.

    A company's closing is a lower layer's act that knows no seats, so this asks what is left of it. The caller is in
    the platform's scope.
    """
    left = SeatInterval.objects.filter(ended_at=None, org__closed_at__lte=now)
    ended_at = Organization.objects.filter(pk=OuterRef("org")).values("closed_at")
    return left.update(ended_at=Greatest("started_at", Subquery(ended_at)))
