"""What the wall puts on the request of a company page, for views to read."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from users.accounts.models import User


class CompanyRequest(HttpRequest):
    """A request that passed the wall: the company, who asks, the clock that decided, and what was decided."""

    user: User
    org: Organization
    membership: Membership
    now: dt.datetime
    may_write: bool
    htmx: HtmxDetails
