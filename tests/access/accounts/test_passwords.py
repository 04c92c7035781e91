"""Whose new password an administrator sets, and the link that everybody else is sent (product.md §3)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from access.members import accounts, members, passwords, roles
from access.members.accounts import FIRST_PASSWORD, Account
from access.members.members import Terms
from orgs.audit.models import AuditEvent
from orgs.domains.models import Domain
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.factories import UserFactory, add_member
from users.accounts.models import User

pytestmark = pytest.mark.django_db

GIVEN = "given-by-the-administrator"
NEW = "another-first-one"
OWN = "chosen-by-maya-alone"
LINK = re.compile(rf"{re.escape(settings.ORIGIN)}(/login/reset/\S+)")


@pytest.fixture
def created(
    org: Organization, owner: Membership, domain: Domain, maya: Account, terms: Terms, now: dt.datetime
) -> Membership:
    """Maya, whose account the company created; she has chosen a password of her own."""
    member = accounts.create(org=org, account=maya, password=GIVEN, terms=terms, actor=owner, now=now)
    take_over(member)
    return member


def take_over(member: Membership) -> None:
    User.objects.filter(pk=member.user_id).update(first_password_ends_at=None)


def give(member: Membership, actor: Membership, now: dt.datetime) -> Membership:
    return passwords.give(member=member, password=NEW, actor=actor, now=now)


def is_set(member: Membership) -> bool:
    return User.objects.get(pk=member.user_id).check_password(NEW)


# --- Who sets whose ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "by_administrator", "by_owner"),
    [(Role.EMPLOYEE, True, True), (Role.ADMINISTRATOR, False, True), (Role.OWNER, False, False)],
)
@pytest.mark.parametrize("asker", ["admin", "owner"])
def test_password_is_set_by_who_stands_above(
    created: Membership,
    admin: Membership,
    owner: Membership,
    now: dt.datetime,
    role: Role,
    by_administrator: bool,
    by_owner: bool,
    asker: str,
) -> None:
    Membership.objects.filter(pk=created.pk).update(role=role)
    if by_administrator if asker == "admin" else by_owner:
        give(created, admin if asker == "admin" else owner, now)
        assert is_set(created)
        return
    with pytest.raises(Refused, match="Send them a link"):
        give(created, admin if asker == "admin" else owner, now)
    assert not is_set(created)


def test_administrator_does_not_become_owner_through_an_owners_password(
    created: Membership, admin: Membership, owner: Membership, now: dt.datetime, login: Callable[[Any], Client]
) -> None:
    roles.change(member=created, role=Role.OWNER, actor=owner, now=now)
    url = f"/o/{created.org.slug}/access/users/{created.public_id}/password/"
    assert login(admin).post(url, {"password": NEW, "again": NEW}).status_code == 400
    assert not is_set(created)


def test_control_without_the_rule_an_administrator_opens_an_owner(
    created: Membership, admin: Membership, owner: Membership, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    roles.change(member=created, role=Role.OWNER, actor=owner, now=now)
    monkeypatch.setattr(passwords, "settable_by", lambda actor: accounts.managed(actor.org_id))
    give(created, admin, now)
    assert is_set(created)


@pytest.mark.parametrize("is_blocked", [False, True])
def test_account_of_another_company_is_nobodys_to_open(
    created: Membership, owner: Membership, outsider: Membership, now: dt.datetime, is_blocked: bool
) -> None:
    elsewhere = members.join(org=outsider.org, user=created.user, now=now)
    if is_blocked:
        members.block(member=elsewhere, actor=outsider, now=now)
    with pytest.raises(Refused, match="Send them a link"):
        give(created, owner, now)
    assert not is_set(created)
    members.remove(member=elsewhere, actor=outsider, now=now)
    give(created, owner, now)
    assert is_set(created)


def test_operators_account_is_nobodys_to_open(created: Membership, owner: Membership, now: dt.datetime) -> None:
    User.objects.filter(pk=created.user_id).update(is_staff=True)
    with pytest.raises(Refused, match="Send them a link"):
        give(created, owner, now)
    assert not is_set(created)


def test_own_password_is_changed_in_my_settings(created: Membership, owner: Membership, now: dt.datetime) -> None:
    roles.change(member=created, role=Role.ADMINISTRATOR, actor=owner, now=now)
    created.refresh_from_db()
    for act in (lambda: give(created, created, now), lambda: send(created, created, now)):
        with pytest.raises(Refused, match="My settings"):
            act()


def test_nobody_becomes_owner_with_a_password_that_somebody_else_knows(
    org: Organization,
    created: Membership,
    admin: Membership,
    owner: Membership,
    now: dt.datetime,
) -> None:
    give(created, admin, now)
    for act in (roles.transfer, lambda **who: roles.change(role=Role.OWNER, **who)):
        with pytest.raises(Refused, match="choose an own password first"):
            act(member=created, actor=owner, now=now)
    roles.change(member=created, role=Role.ADMINISTRATOR, actor=owner, now=now)
    take_over(created)
    roles.change(member=created, role=Role.OWNER, actor=owner, now=now)
    assert org.memberships.filter(role=Role.OWNER).count() == 2


def test_only_an_owner_edits_an_owners_account(
    created: Membership, admin: Membership, owner: Membership, now: dt.datetime
) -> None:
    names = {"first_name": "Mia", "last_name": "Chen", "birth_date": dt.date(1991, 1, 1)}
    roles.change(member=created, role=Role.OWNER, actor=owner, now=now)
    with pytest.raises(Refused, match="Only an owner"):
        accounts.edit(member=created, actor=admin, now=now, **names)
    assert accounts.edit(member=created, actor=owner, now=now, **names).name == "Mia Chen"


# --- The person is told --------------------------------------------------------------------------------
def test_new_password_ends_the_sessions_and_is_a_first_one_again(
    created: Membership, owner: Membership, now: dt.datetime
) -> None:
    before = User.objects.get(pk=created.user_id).get_session_auth_hash()
    give(created, owner, now)
    user = User.objects.get(pk=created.user_id)
    assert user.check_password(NEW)
    assert user.first_password_ends_at == now + FIRST_PASSWORD
    assert user.get_session_auth_hash() != before


def test_person_is_mailed_when_a_new_password_is_set(created: Membership, admin: Membership, now: dt.datetime) -> None:
    give(created, admin, now)
    [text] = mailed.texts(created.user.email)
    assert admin.name in text
    assert "set a new password" in text
    assert NEW not in text


# --- `Send a link to choose a password` ----------------------------------------------------------------
def send(member: Membership, actor: Membership, now: dt.datetime) -> Membership:
    return passwords.send_link(member=member, actor=actor, now=now)


def test_link_lets_its_reader_choose_a_password_and_changes_nothing_before(
    org: Organization, created: Membership, admin: Membership, owner: Membership, now: dt.datetime, client: Client
) -> None:
    roles.change(member=created, role=Role.OWNER, actor=owner, now=now)
    send(created, admin, now)
    assert User.objects.get(pk=created.user_id).check_password(GIVEN)
    [text] = mailed.texts(created.user.email)
    assert admin.name in text
    found = LINK.search(text)
    assert found
    form = client.get(found[1], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": OWN, "password2": OWN})
    assert User.objects.get(pk=created.user_id).check_password(OWN)
    with company_scope(org.pk):
        assert AuditEvent.objects.filter(org=org, action="account.password_link", target=created.public_id).exists()


def test_link_goes_to_anybody_here_but_not_again_at_once(
    org: Organization, admin: Membership, viewer: Membership, now: dt.datetime
) -> None:
    send(viewer, admin, now)
    with pytest.raises(Refused, match=r"less than an hour ago\. Send another one after \d\d:\d\d\."):
        send(viewer, admin, now + dt.timedelta(minutes=59))
    send(viewer, admin, now + dt.timedelta(minutes=61))
    assert len(mailed.texts(viewer.user.email)) == 2


def test_only_administrators_send_a_link(viewer: Membership, member: Membership, now: dt.datetime) -> None:
    with pytest.raises(Refused, match="Only administrators"):
        send(member, viewer, now)


# --- Pages ---------------------------------------------------------------------------------------------
def test_person_page_offers_the_one_that_counts(
    org: Organization, created: Membership, admin: Membership, owner: Membership, login: Callable[[Any], Client]
) -> None:
    url = f"/o/{org.slug}/access/users/{created.public_id}/"
    link, reset = "Send a link to choose a password", "Reset password"
    page = login(admin).get(url).content.decode()
    assert reset in page
    assert link not in page
    Membership.objects.filter(pk=created.pk).update(role=Role.ADMINISTRATOR)
    page = login(admin).get(url).content.decode()
    assert link in page
    assert reset not in page
    page = login(owner).get(url).content.decode()
    assert reset in page
    assert link not in page
    page = login(admin).get(f"/o/{org.slug}/access/users/{admin.public_id}/").content.decode()
    assert link not in page
    assert reset not in page


def test_page_of_a_password_that_one_may_not_set_leads_to_the_link(
    org: Organization, admin: Membership, viewer: Membership, login: Callable[[Any], Client]
) -> None:
    base = f"/o/{org.slug}/access/users/{viewer.public_id}/password/"
    client = login(admin)
    response = client.get(base)
    assert response.headers["Location"] == f"{base}link/"
    page = client.get(f"{base}link/").content.decode()
    assert "Send a link to choose a password" in page
    assert viewer.user.email in page
    done = client.post(f"{base}link/", follow=True)
    assert "was sent" in done.content.decode()
    assert len(mailed.texts(viewer.user.email)) == 1


# --- One-time passwords of an import -------------------------------------------------------------------
def test_somebody_not_here_any_more_gets_none(admin: Membership, created: Membership, now: dt.datetime) -> None:
    members.remove(member=created, actor=admin, now=now)
    with pytest.raises(Refused, match="no longer here"):
        send(created, admin, now)


def test_employee_of_another_company_keeps_the_password_that_came_first(
    org: Organization, owner: Membership, now: dt.datetime
) -> None:
    somebody = add_member(org, user=UserFactory())
    with pytest.raises(Refused, match="Only the company that created"):
        give(somebody, owner, now)
