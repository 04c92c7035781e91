"""What becomes of the people of a closed company, and of their accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from access.changes import save as grants
from access.invitations import invitations, invite_links, token_status
from access.invitations.invite_links import Limits
from access.members.members import Terms
from orgs.audit.models import AuditEvent
from orgs.people.joining_models import Invitation, InviteLink
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.access.invitations.copied import token as link_token
from tests.factories import UserFactory, add_member
from tests.orgs.lifecycle.closing.acts import DAY, close, purge
from tests.orgs.lifecycle.companies import fill
from users.accounts.models import User

pytestmark = pytest.mark.django_db


def test_memberships_end_and_nobody_gets_in_any_more(
    owner: Membership, member: Membership, login: Callable[[Membership], Client], terms: Terms, now: dt.datetime
) -> None:
    invitations.invite(org=owner.org, emails=["priya@example.net"], terms=terms, actor=owner, now=now - DAY)
    invitation = mailed.token("priya@example.net")
    link = invite_links.switch_on(org=owner.org, terms=terms, limits=Limits(None), actor=owner, now=now - DAY)
    token = link_token(link)
    client = login(member)
    org = close(owner, now)
    assert client.get(f"/o/{org.slug}/").status_code == 404
    offer, shown = token_status.invitation_offer(invitation, now=now), token_status.link_offer(token, now=now)
    assert (offer and offer.state, shown and shown.state) == ("revoked", "off")
    assert mailed.texts("priya@example.net") == []
    with company_scope(org.pk):
        assert "priya" not in repr(list(Invitation.objects.values()))
        assert {bytes(row.sealed) for row in InviteLink.objects.all()} == {b""}
    with pytest.raises(Refused):
        invite_links.join(token=token, user=UserFactory(), now=now)
    with pytest.raises(Refused):
        grants.set_level(member=member, level=Level.FULL, actor=owner, now=now)


def test_account_that_the_company_created_is_erased(owner: Membership, maya: Membership, now: dt.datetime) -> None:
    client = Client()
    client.force_login(maya.user)
    org = close(owner, now)
    user = User.objects.get(pk=maya.user_id)
    assert (user.first_name, user.last_name, user.birth_date, user.is_active) == ("", "", None, False)
    assert user.email == f"erased-{user.pk}@erased.invalid"
    assert not user.has_usable_password()
    assert not EmailAddress.objects.filter(user=user).exists()
    assert client.get("/me/").status_code == 302
    owner.user.refresh_from_db()
    assert owner.user.first_name
    with company_scope(org.pk):
        trail = repr(list(AuditEvent.objects.values()))
    assert "maya" not in trail.lower()
    assert "chen" not in trail.lower()


def test_account_whose_person_is_in_another_company_is_kept_and_logged_out(
    owner: Membership, maya: Membership, outsider: Membership, now: dt.datetime
) -> None:
    add_member(outsider.org, user=maya.user)
    client = Client()
    client.force_login(maya.user)
    close(owner, now)
    user = User.objects.get(pk=maya.user_id)
    assert (user.first_name, user.email, user.is_active) == ("Maya", "maya.chen@northwind.example", True)
    assert client.get("/me/").status_code == 302


def test_person_with_an_own_account_keeps_it_and_the_session(
    owner: Membership, member: Membership, login: Callable[[Membership], Client], now: dt.datetime
) -> None:
    client = login(member)
    close(owner, now)
    user = User.objects.get(pk=member.user_id)
    assert (user.first_name, user.is_active) == (member.user.first_name, True)
    assert client.get("/me/").status_code == 200


def test_owners_get_the_last_word_and_the_certificate(owner: Membership, member: Membership, now: dt.datetime) -> None:
    fill(owner.org)
    close(owner, now)
    purge()
    asked_is_gone, certificate = mailed.texts(owner.user.email)
    assert "Nobody has access to Northwind Robotics any more." in asked_is_gone
    assert "3 issues, 3 comments, 1 queue" in asked_is_gone
    assert "3 issues, 3 comments, 1 queue" in certificate
    assert "you owned Northwind Robotics" in certificate
    assert f"/o/{owner.org.slug}/" not in certificate
