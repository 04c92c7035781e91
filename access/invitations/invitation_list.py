"""The list of invitations: tabs by state, each paged by key, the newest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from access.invitations.mail_limits import again_at, mailed_today
from orgs.lists import list_controls
from orgs.lists.list_controls import Tab
from orgs.lists.paging import Page, paginate
from orgs.people.joining_models import Invitation, InvitationQuerySet
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest


@dataclass(frozen=True)
class Invitations:
    """One page of invitations of one state, and the tabs.

    `mailed`: addresses that were written to today, `again_at` (UTC): when they may be again.
    """

    page: Page
    tabs: list[Tab]
    state: str
    mailed: set[str]
    again_at: dt.datetime


def invitation_page(request: CompanyRequest) -> Invitations:
    """The page that the request's `state` and cursor ask for; an unknown state is the first."""
    now = request.now
    kinds = states(request.org, now)
    state = request.GET.get("state", "")
    state = state if state in kinds else next(iter(kinds))
    rows = kinds[state][1].select_related("invited_by__user", "department", "team")
    counts = {name: f"{number:,}" for name, number in count(request.org, now).items()}
    labels = {name: label for name, (label, _rows) in kinds.items()}
    tabs = list_controls.tabs(request.GET, "state", labels, state, counts)
    page = paginate(rows, request, keys=("-sent_at", "-id"))
    mailed = mailed_today(request.org, [row.email for row in page.rows], now=now)
    return Invitations(page, tabs, state, mailed, again_at(now))


def states(org: Organization, now: dt.datetime) -> dict[str, tuple[str, InvitationQuerySet]]:
    """Name of the state → its label and its invitations."""
    rows = Invitation.objects.filter(org=org)
    return {
        "pending": (_("Pending"), rows.pending(now)),
        "expired": (_("Expired"), rows.expired(now)),
        "accepted": (_("Accepted"), rows.filter(accepted_at__isnull=False)),
        "revoked": (_("Revoked"), rows.filter(revoked_at__isnull=False)),
    }


def count(org: Organization, now: dt.datetime) -> dict[str, int]:
    """How many invitations there are by state, with one query."""
    is_open = Q(accepted_at=None, revoked_at=None)
    return Invitation.objects.filter(org=org).aggregate(
        pending=Count("pk", filter=is_open & Q(expires_at__gt=now)),
        expired=Count("pk", filter=is_open & Q(expires_at__lte=now)),
        accepted=Count("pk", filter=Q(accepted_at__isnull=False)),
        revoked=Count("pk", filter=Q(revoked_at__isnull=False)),
    )
