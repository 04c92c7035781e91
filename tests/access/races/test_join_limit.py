"""The limit of accounts holds with any number of people joining at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from access.members import members
from orgs.audit import audit
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, OrganizationQuerySet
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT, PEOPLE = 3, 10


def set_limit(org: Organization) -> None:
    Organization.objects.filter(pk=org.pk).update(account_limit=LIMIT)


def join_all_at_once(org: Organization) -> list[str]:
    """Ten people join in ten threads; what each was told."""

    def join(user: User) -> str:
        try:
            members.join(org=org, user=user, now=timezone.now())
        except Refused as refused:
            return str(refused)
        finally:
            connections.close_all()
        return "joined"

    people = UserFactory.create_batch(PEOPLE)
    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(join, people))


def test_ten_people_racing_for_two_places_take_exactly_two(org: Organization, settings: Any) -> None:
    set_limit(org)
    told = join_all_at_once(org)
    assert told.count("joined") == LIMIT - 1  # the owner is the first account
    assert Membership.objects.current().filter(org=org).count() == LIMIT
    sentence = next(text for text in told if text != "joined")
    assert str(LIMIT) in sentence
    assert settings.SUPPORT_EMAIL in sentence
    with company_scope(org.pk):
        assert audit.broken_at(org) is None


def test_control_without_the_companys_lock_the_limit_is_overrun(
    org: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Count and then insert: everybody counts before anybody has inserted."""
    set_limit(org)
    monkeypatch.setattr(OrganizationQuerySet, "lock", lambda self, org_id: self.get(pk=org_id))
    monkeypatch.setattr("orgs.audit.audit.record", lambda *_, **__: nullcontext())
    original = members.Membership.objects.create
    everybody_counted = Barrier(PEOPLE)

    def create_late(**columns: Any) -> Membership:
        everybody_counted.wait(10)
        member: Membership = original(**columns)
        return member

    monkeypatch.setattr(members.Membership.objects, "create", create_late)
    assert join_all_at_once(org).count("joined") == PEOPLE


def test_blocked_and_former_members_do_not_count(
    org: Organization, owner: Membership, member: Membership, viewer: Membership, stranger: User
) -> None:
    set_limit(org)
    with pytest.raises(Refused):
        members.join(org=org, user=stranger, now=timezone.now())
    members.block(member=member, actor=owner, now=timezone.now())
    assert members.join(org=org, user=stranger, now=timezone.now()).is_current


def test_same_person_joining_twice_at_once_is_in_once(org: Organization) -> None:
    person = UserFactory()

    def join(_: int) -> bool:
        try:
            members.join(org=org, user=person, now=timezone.now())
        except Refused:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(join, range(5))) == 1
