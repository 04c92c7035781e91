"""The pages of departments and teams."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.people.pages import posts, text
from users.accounts.models import User

Login = Callable[[Membership | User], Client]


def test_tree_of_departments_with_numbers(users: str, admin: Membership, login: Login) -> None:
    seen = text(login(admin).get(f"{users}departments/"))
    assert "Northwind Robotics, all employees 6 people" in seen
    assert "Software 2 people" in seen
    assert "Platform 1 person" in seen


def test_administrator_arranges_departments(users: str, people, org, admin: Membership, login: Login) -> None:
    client = login(admin)
    assert client.post(f"{users}departments/new/", {"name": "A", "parent": "software"}).status_code == 400
    posts(client, f"{users}departments/new/", name="Tools", parent="software")
    posts(client, f"{users}departments/platform/rename/", name="Base")
    refused = client.post(f"{users}departments/software/move/", {"parent": "platform"})
    assert refused.status_code == 400
    assert "itself" in text(refused)
    posts(client, f"{users}departments/software/delete/", into="platform")
    with company_scope(org.pk):
        found = Department.objects.filter(org=org, parent__isnull=False)
        assert set(found.values_list("name", "parent__parent")) == {("Base", None), ("Tools", None)}
        assert Membership.objects.get(pk=people["Maya"].pk).department.name == "Base"
    assert "1 person moved" in text(client.get(f"{users}departments/"))


def test_root_department_offers_no_acts(users: str, org: Organization, admin: Membership, login: Login) -> None:
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
    html = login(admin).get(f"{users}departments/{root.public_id}/").content.decode()
    assert "/delete/" not in html
    assert login(admin).post(f"{users}departments/{root.public_id}/rename/", {"name": "Other"}).status_code == 400


def test_administrator_arranges_teams(users: str, people, org, admin: Membership, login: Login) -> None:
    client = login(admin)
    assert client.post(f"{users}teams/new/", {"name": "vision"}).status_code == 400
    posts(client, f"{users}teams/new/", name="Fleet")
    posts(client, f"{users}teams/safety/people/", person=[people["Igor"].public_id])
    client.post(f"{users}teams/safety/people/{people['Igor'].public_id}/lead/")
    posts(client, f"{users}teams/safety/departments/", department="platform")
    assert client.post(f"{users}teams/safety/teams/", {"inner": "vision"}).status_code == 400
    seen = text(client.get(f"{users}teams/safety/"))
    assert "3 members" in seen
    assert "Igor Sokolov Lead" in seen
    assert "Part of Vision" in seen
    listed = text(client.get(f"{users}teams/"))
    assert "Team Members With Full access Access" in listed
    assert "Safety Lead: Igor Sokolov 3 0" in listed
    assert "Vision No lead 4 0" in listed
    posts(client, f"{users}teams/safety/people/{people['Igor'].public_id}/remove/")
    posts(client, f"{users}teams/safety/departments/platform/remove/")
    posts(client, f"{users}teams/vision/teams/safety/remove/")
    posts(client, f"{users}teams/safety/rename/", name="Safety first")
    posts(client, f"{users}teams/vision/delete/")
    with company_scope(org.pk):
        assert set(Team.objects.values_list("name", flat=True)) == {"Fleet", "Safety first"}


def test_lists_without_rows_say_what_they_are_for(outsider: Membership, login: Login) -> None:
    users, client = reverse("access:user_list", args=[outsider.org.slug]), login(outsider)
    assert "You are the first. Invite the people who work with you." in text(client.get(users))
    assert "No departments yet" in text(client.get(f"{users}departments/"))
    assert "No teams yet" in text(client.get(f"{users}teams/"))


def test_team_search_that_finds_nothing_says_so(users: str, admin: Membership, login: Login) -> None:
    assert "No teams match" in text(login(admin).get(f"{users}teams/?q=nope"))
