"""The switcher: the companies of one person, each with the state that counts now."""

from __future__ import annotations

import datetime as dt

from django.db.models.functions import Lower

from orgs.lifecycle import rules as lifecycle
from orgs.lists.paging import Page, paginate
from orgs.tenancy.membership_models import Membership
from users.accounts.request import UserRequest


def company_page(request: UserRequest, *, now: dt.datetime) -> Page:
    """One page of the person's memberships by company name, each with `org` and its `state`."""
    members = Membership.objects.filter(user=request.user, ended_at=None).select_related("org")
    page = paginate(members.annotate(sort_name=Lower("org__name")), request, keys=("sort_name", "id"))
    for member in page.rows:
        member.state = lifecycle.state_at(member.org, now)
    return page
