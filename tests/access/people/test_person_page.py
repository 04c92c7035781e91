"""The page of one person: what it tells, and what an administrator does there."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from access.members import members, roles
from access.structure import teams
from orgs.people.models import Team
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.people.pages import posts, text
from users.accounts.models import User

Login = Callable[[Membership | User], Client]


def test_page_of_a_person_shows_profile_teams_and_history(
    org, users: str, people, owner, admin, login: Login, now
) -> None:
    maya = people["Maya"]
    roles.change(member=maya, role=Role.ADMINISTRATOR, actor=owner, now=now)
    members.block(member=maya, actor=owner, now=now, reason="Lost laptop")
    seen = text(login(admin).get(f"{users}users/{maya.public_id}/"))
    assert "Maya Chen" in seen
    assert "Blocked Lost laptop" in seen
    assert f"{owner.name} changed the role of this person: Employee → Administrator" in seen
    assert f"{owner.name} blocked this person" in seen
    assert f"{owner.name} moved this person to the department Software" in seen
    assert f"{owner.name} added this person to the team Vision" in seen
    assert "Maya Chen joined" in seen


def test_history_outlives_what_it_names(org, users: str, people, owner, admin, login: Login, now) -> None:
    with company_scope(org.pk):
        teams.delete(team=Team.objects.get(public_id="vision"), actor=owner, now=now)
    seen = text(login(admin).get(f"{users}users/{people['Maya'].public_id}/"))
    assert "added this person to the team (deleted)" in seen


def test_administrator_blocks_and_unblocks_a_person(users: str, people, admin: Membership, login: Login) -> None:
    maya, client = people["Maya"], login(admin)
    url = f"{users}users/{maya.public_id}/"
    asked = text(client.get(f"{url}block/"))
    assert "Block Maya Chen?" in asked
    assert posts(client, f"{url}block/", reason="Lost laptop").url == url
    maya.refresh_from_db()
    assert (maya.is_current, maya.block_reason) == (False, "Lost laptop")
    assert "Maya Chen is blocked." in text(client.get(url))
    posts(client, f"{url}unblock/")
    maya.refresh_from_db()
    assert maya.is_current


def test_full_company_is_told_at_the_page(org, users: str, people, admin, login: Login, settings) -> None:
    maya, client = people["Maya"], login(admin)
    url = f"{users}users/{maya.public_id}/"
    client.post(f"{url}block/")
    Organization.objects.filter(pk=org.pk).update(account_limit=1)
    response = client.post(f"{url}unblock/")
    assert response.status_code == 400
    assert settings.SUPPORT_EMAIL in text(response)


def test_administrator_changes_the_role_and_cannot_make_an_owner(
    users: str, people, admin, owner, login: Login
) -> None:
    maya = people["Maya"]
    url = f"{users}users/{maya.public_id}/role/"
    client = login(admin)
    assert "Owner" not in re.findall(r"<strong>(\w+)</strong>", client.get(url).content.decode())
    assert client.post(url, {"role": "owner"}).status_code == 400
    assert client.post(url, {}).status_code == 400
    client.post(url, {"role": "administrator"})
    maya.refresh_from_db()
    assert maya.role == Role.ADMINISTRATOR
    assert login(owner).post(url, {"role": "owner"}).status_code == 302
    maya.refresh_from_db()
    assert maya.is_owner


def test_last_owner_is_told_why_the_role_stays(users: str, owner: Membership, login: Login) -> None:
    response = login(owner).post(f"{users}users/{owner.public_id}/role/", {"role": "employee"})
    assert response.status_code == 400
    assert "The last owner stays." in text(response)


def test_owner_transfers_ownership(users: str, people, owner: Membership, admin: Membership, login: Login) -> None:
    url = f"{users}users/{people['Maya'].public_id}/transfer/"
    assert login(admin).get(url).status_code == 403
    posts(login(owner), url)
    assert Membership.objects.owners().get(org=owner.org) == people["Maya"]


def test_administrator_moves_adds_and_removes_a_person(users: str, people, admin: Membership, login: Login) -> None:
    igor, client = people["Igor"], login(admin)
    url = f"{users}users/{igor.public_id}/"
    posts(client, f"{url}department/", department="platform")
    posts(client, f"{url}team/", team="vision")
    igor.refresh_from_db()
    seen = text(client.get(url))
    assert "Platform · Move" in seen
    assert "Vision" in seen
    assert client.post(f"{url}department/", {"department": "nope"}).status_code == 400
    assert client.post(f"{url}team/", {}).status_code == 400
    posts(client, f"{url}remove/")
    igor.refresh_from_db()
    assert igor.ended_at
    assert "A former member" in text(client.get(url))
