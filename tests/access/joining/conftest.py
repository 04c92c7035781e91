"""Doors that an outsider tries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import HttpResponse
from django.test import Client

from access.invitations import invite_links
from access.invitations.invite_links import Limits
from access.members.members import Terms
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.access.invitations.copied import token as link_token
from tests.access.joining.doors import PERSON, Door, confirm


@pytest.fixture
def by_link(org: Organization, owner: Membership, terms: Terms, now: dt.datetime) -> Door:
    token = link_token(invite_links.switch_on(org=org, terms=terms, limits=Limits(None), actor=owner, now=now))

    def sign_up(client: Client, email: str) -> list[HttpResponse]:
        return confirm(client, client.post(f"/join/{token}/account/", PERSON | {"email": email}))

    return sign_up


@pytest.fixture
def by_inviting(org: Organization, owner: Membership) -> Door:
    """An administrator is an outsider too: of everybody else's accounts."""
    base = f"/o/{org.slug}/access/"

    def invite(client: Client, email: str) -> list[HttpResponse]:
        client.force_login(owner.user)
        form = {"addresses": email, "level": "read_only"}
        checked = client.post(f"{base}invite/check/", form)
        return [checked, client.post(f"{base}invite/", form), client.get(f"{base}invitations/")]

    return invite


@pytest.fixture
def door(request: pytest.FixtureRequest) -> Door:
    return request.getfixturevalue(request.param) if isinstance(request.param, str) else request.param
