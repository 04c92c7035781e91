"""The request of a company page: how it finds the company and whoever asks, and what the wall puts on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, cast

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from users.accounts.models import User
from users.accounts.request import UserRequest
from users.database.statements import Columns, Given, Statement

# How a request names its company: a page by the slug in its URL, the API by an id in a header. None: foreign or absent.
Finder = Callable[[User], Membership | None]


class CompanyRequest(UserRequest):
    """A request that passed the wall: the company, who asks, the clock that decided, and what was decided.

    Nothing else is put on it: what a page knows is a value that its view passes on.
    """

    org: Organization
    membership: Membership
    now: dt.datetime
    may_write: bool


MEMBERSHIP, ORGANIZATION = Columns(Membership), Columns(Organization, "org__")


def _write_member() -> QuerySet[Membership, tuple[Any, ...]]:
    members = Membership.objects.filter(
        org__slug=Given("slug", models.CharField()), user_id=Given("user", models.BigIntegerField()), ended_at=None
    )
    return members.with_second_factor().values_list(*MEMBERSHIP.names, *ORGANIZATION.names, "has_second_factor")


MEMBER = Statement(_write_member)


def find_member(user: User, slug: str) -> Membership | None:
    """The person's membership in the company of this slug, with `org`; blocked ones too, former ones not."""
    row = MEMBER.first(slug=slug, user=user.pk)
    if row is None:
        return None
    values = iter(row)
    member = MEMBERSHIP.take(values)
    member.org, member.has_second_factor = ORGANIZATION.take(values), next(values)
    return member


def enter(
    request: UserRequest, *, org: Organization, membership: Membership, now: dt.datetime, may_write: bool
) -> CompanyRequest:
    """The same request in the company. Only the wall calls it, which has decided."""
    entered = cast(CompanyRequest, request)  # Django has made it: it cannot be made anew as one of ours
    membership.org, membership.user = org, request.user
    entered.org, entered.membership, entered.now, entered.may_write = org, membership, now, may_write
    return entered


def company_of(request: HttpRequest) -> CompanyRequest | None:
    """The same request, if it has entered a company: a page's frame is drawn around pages of no company, too."""
    return cast(CompanyRequest, request) if "membership" in vars(request) else None
