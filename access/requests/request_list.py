"""`Access requests`: who waits for full access, those who wait longest first, and what one seat more would cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from access.grants.models import Draft
from access.grants.request_models import AccessRequest, RequestState
from access.seats import costs
from access.seats.costs import Cost
from orgs.lists.paging import Page, paginate
from orgs.tenancy.membership_models import Level
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

TICKED = 200  # ids that are read, more than a page has
Levels = dict[tuple[str, str], str]  # (kind, public id) → level, as `staged_changes.stage` takes them


@dataclass(frozen=True)
class RequestList:
    """One page of open requests, each with `is_staged`, and what the next seat costs."""

    page: Page
    cost: Cost


def request_page(request: CompanyRequest, staged: Draft | None) -> RequestList:
    """The page that the request's cursor asks for. One statement."""
    rows = open_requests(request.org).select_related("member__user")
    page = paginate(rows, request, keys=("made_at", "id"))
    changes: Mapping[str, Any] = staged.changes if staged else {}
    for row in page.rows:
        row.is_staged = changes.get(f"member:{row.member.public_id}", {}).get("level") == Level.FULL
    return RequestList(page, costs.cost_of(request.org, 1, now=request.now))


def open_requests(org: Organization) -> Any:
    return AccessRequest.objects.filter(org=org, state=RequestState.OPEN)


def chosen(org: Organization, params: QueryDict) -> Levels:
    """Full access for those who are meant: the one whose button was pressed, all who wait, or those ticked."""
    rows = open_requests(org).filter(member__blocked_at=None)
    if not params.get("all") or params.get("only"):
        ids = params.getlist("only" if params.get("only") else "request")[:TICKED]
        rows = rows.filter(public_id__in=[public_id for public_id in ids if str(public_id).isalnum()])
    return {("member", public_id): Level.FULL.value for public_id in rows.values_list("member__public_id", flat=True)}
