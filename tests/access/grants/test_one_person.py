"""Giving one person a level without a draft."""

from __future__ import annotations

import datetime as dt

import pytest

from access.changes import save as grants
from access.grants.models import Grant
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import make_team

pytestmark = pytest.mark.django_db


def test_gives_and_takes(owner: Membership, viewer: Membership, now: dt.datetime) -> None:
    assert grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now).level == Level.FULL
    assert grants.set_level(member=viewer, level=Level.READ_ONLY, actor=owner, now=now).level == Level.READ_ONLY


def test_is_refused_where_a_team_decides(
    org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    make_team(org, viewer, level=Level.FULL)
    with pytest.raises(Refused, match="a department decides"):
        grants.set_level(member=viewer, level=Level.READ_ONLY, actor=owner, now=now)
    viewer.refresh_from_db()
    assert viewer.level == Level.FULL
    with company_scope(org.pk):
        assert not Grant.objects.filter(member=viewer).exists()
