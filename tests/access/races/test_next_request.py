"""A right that was taken away is refused with the very next request."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from access.members import members
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from tests.factories import add_member, make_company

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("door", ["read", "identity", "product", "own", "administration"])
def test_blocked_member_is_refused_with_the_very_next_request(
    door: str, org: Organization, owner: Membership, member: Membership
) -> None:
    client = Client()
    client.force_login(member.user)
    assert client.get(f"/o/{org.slug}/test/identity/").status_code == 200
    members.block(member=member, actor=owner, now=timezone.now())
    for method in (client.get, client.post):
        assert method(f"/o/{org.slug}/test/{door}/").status_code == 403
    assert client.get("/test/person/").status_code == 200  # the account itself is not this company's to block


def test_removed_member_finds_nothing_with_the_very_next_request(org: Organization, member: Membership) -> None:
    client = Client()
    client.force_login(member.user)
    Membership.objects.filter(pk=member.pk).update(ended_at=timezone.now())
    assert client.get(f"/o/{org.slug}/test/identity/").status_code == 404


def test_member_blocked_in_one_company_works_on_in_the_other(owner: Membership, member: Membership) -> None:
    other = make_company("Southwind Foods")
    add_member(other, user=member.user)
    members.block(member=member, actor=owner, now=timezone.now())
    client = Client()
    client.force_login(member.user)
    assert client.get(f"/o/{other.slug}/test/identity/").status_code == 200


def test_former_administrator_administers_nothing_with_the_very_next_request(
    org: Organization, admin: Membership
) -> None:
    client = Client()
    client.force_login(admin.user)
    assert client.post(f"/o/{org.slug}/test/administration/").status_code == 200
    Membership.objects.filter(pk=admin.pk).update(role=Role.EMPLOYEE)
    assert client.post(f"/o/{org.slug}/test/administration/").status_code == 403
