"""What happened to a person here, from the audit trail."""

from __future__ import annotations

from dataclasses import dataclass

from access.activity import event_list
from access.activity.event_list import Event
from orgs.audit.models import AuditEvent
from orgs.lists.paging import Page, paginate
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest

SIZE = 20


@dataclass(frozen=True)
class History:
    """A page of events, the newest first."""

    events: list[Event]
    page: Page


def person_history(request: CompanyRequest, member: Membership) -> History:
    """The page that the request's cursor asks for: three statements."""
    rows = AuditEvent.objects.filter(org=request.org, target=member.public_id).select_related("actor__user")
    page = paginate(rows, request, keys=("-number",), size=SIZE)
    return History(event_list.describe(request.org, page.rows, this=member.public_id), page)
