"""One act on many people: those ticked in the list, or all that match."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from orgs.people.models import Department, TeamMember
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope
from tests.access.people.pages import text
from users.accounts.models import User

Login = Callable[[Membership | User], Client]


def test_people_ticked_are_blocked(users: str, people, admin: Membership, owner: Membership, login: Login) -> None:
    ids = [people["Maya"].public_id, people["Anna"].public_id, owner.public_id, admin.public_id]
    client = login(admin)
    query = "&".join(f"person={one}" for one in ids)
    asked = text(client.get(f"{users}bulk/block/?{query}"))
    assert "Block 2 people?" in asked
    assert "2 of those selected are left out" in asked
    client.post(f"{users}bulk/block/", {"person": ids, "to-reason": "Contract ended"})
    assert set(Membership.objects.blocked()) == {people["Maya"], people["Anna"]}
    assert "2 people are blocked." in text(client.get(users))


def test_all_that_match_are_meant_at_the_moment_of_the_act(users: str, people, org, admin, login: Login) -> None:
    client = login(admin)
    asked = client.get(f"{users}bulk/department/?all=1&q=example.com&department=software&person=x")
    assert "Move 2 people" in text(asked)
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.content.decode())
    data = {name: value for name, value in hidden if name not in ("csrfmiddlewaretoken", "next")}
    assert data == {"all": "1", "tab": "all", "q": "example.com", "department": "software"}
    with company_scope(org.pk):
        Membership.objects.filter(pk=people["Igor"].pk).update(department=people["Elif"].department_id)
    root = org.memberships.get(pk=admin.pk).department_id
    with company_scope(org.pk):
        target = Department.objects.get(pk=root).public_id
    client.post(f"{users}bulk/department/", data | {"to-department": target})
    assert "2 people are moved." in text(client.get(users)) or "3 people are moved." in text(client.get(users))
    assert org.memberships.filter(department=root).count() == org.memberships.count()


def test_many_people_come_into_a_team_once(users: str, people, org, admin: Membership, login: Login) -> None:
    client = login(admin)
    client.post(f"{users}bulk/team/", {"all": "1", "q": "", "to-team": "vision"})
    with company_scope(org.pk):
        assert TeamMember.objects.filter(team__public_id="vision").count() == org.memberships.current().count()
    assert f"{org.memberships.current().count() - 1} people are new in the team." in text(client.get(users))


def test_many_people_are_removed_but_not_owners_and_oneself(
    users: str, people, org, admin, owner, login: Login
) -> None:
    login(admin).post(f"{users}bulk/remove/", {"all": "1"})
    assert set(org.memberships.present()) == {admin, owner}


@pytest.mark.parametrize("act", ["block", "remove", "department", "team"])
def test_act_on_nobody_says_so(users: str, admin: Membership, outsider, login: Login, act: str) -> None:
    for query in ("", "?person=nope", "?person=%00", f"?person={outsider.public_id}", "?all=1&q=nobody-has-this-name"):
        response = login(admin).get(f"{users}bulk/{act}/{query}")
        assert response.status_code == 400
        assert "Nobody is selected" in text(response)


def test_people_of_another_company_are_out_of_reach(users: str, admin, outsider: Membership, login: Login) -> None:
    response = login(admin).post(f"{users}bulk/remove/", {"person": [outsider.public_id]})
    assert response.status_code == 400
    outsider.refresh_from_db()
    assert outsider.is_current
