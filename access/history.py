"""What happened to a person here, from the audit trail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from access import trail
from access.trail import Event
from orgs.models.audit import AuditEvent
from orgs.models.membership import Membership
from orgs.paging import Page, paginate

SIZE = 20


@dataclass(frozen=True)
class History:
    """A page of events, the newest first."""

    events: list[Event]
    page: Page


def build(request: Any, member: Membership) -> History:
    """The page that the request's cursor asks for: three statements."""
    rows = AuditEvent.objects.filter(org=request.org, target=member.public_id).select_related("actor__user")
    page = paginate(rows, request, keys=("-number",), size=SIZE)
    return History(trail.describe(request.org, page.rows, this=member.public_id), page)
