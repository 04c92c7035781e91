"""`User access management`: what administrators see and do there."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from access import departments, many, members, roles, teams
from orgs.models import Department, Membership, Organization, Role, Team, TeamMember
from orgs.scopes import company_scope
from tests.factories import UserFactory, add_member
from tests.portal.queries import queries_of
from users.models import User

Login = Callable[[Membership | User], Client]
CAST = ["Maya Chen", "Anna Petrova", "Elif Yılmaz", "Igor Sokolov"]


def text(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def names(response: Any) -> list[str]:
    """Whom the list shows, in its order."""
    found = re.findall(r'class="users__line">\s*<a [^>]*>([^<]+)</a>', response.content.decode())
    return [name.strip() for name in found]


@pytest.fixture
def people(org: Organization, owner: Membership, now: dt.datetime) -> dict[str, Membership]:
    """Four people in two departments (one below the other) and two teams (one inside the other)."""
    found = {}
    for name in CAST:
        first, last = name.split()
        found[first] = add_member(org, user=UserFactory(first_name=first, last_name=last))
    with company_scope(org.pk):
        root = Department.objects.get(org=org)
        software = departments.create(parent=root, name="Software", actor=owner, now=now)
        platform = departments.create(parent=software, name="Platform", actor=owner, now=now)
        vision, safety = (teams.create(org=org, name=name, actor=owner, now=now) for name in ("Vision", "Safety"))
        for row in (software, platform, vision, safety):
            row.public_id = row.name.lower()
            row.save()
        members.move(member=found["Maya"], department=software, actor=owner, now=now)
        members.move(member=found["Elif"], department=platform, actor=owner, now=now)
        teams.add_people(team=vision, people=[found["Maya"]], actor=owner, now=now)
        teams.add_people(team=safety, people=[found["Anna"]], actor=owner, now=now)
        teams.add_team(team=vision, inner=safety, actor=owner, now=now)
    return found


@pytest.fixture
def users(org: Organization, people: dict[str, Membership]) -> str:
    return reverse("access:user_list", args=[org.slug])


# --- the list ---------------------------------------------------------------------------------------------
def test_all_users_by_name_with_departments_teams_and_counts(users: str, admin: Membership, login: Login) -> None:
    response = login(admin).get(users)
    shown = names(response)
    assert set(CAST) <= set(shown)
    assert shown == sorted(shown, key=str.lower)
    seen = text(response)
    assert f"All {len(shown)} Full access 0 Read only {len(shown)} Admins 2 Blocked 0 Former 0" in seen
    assert "Departments2" in seen
    assert "Teams2" in seen


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=maya", ["Maya Chen"]),
        ("q=CHEN+may", ["Maya Chen"]),
        ("q=100%25", []),
        ("q=%00", None),
        ("department=software", ["Elif Yılmaz", "Maya Chen"]),
        ("department=platform", ["Elif Yılmaz"]),
        ("department=nope", []),
        ("team=vision", ["Anna Petrova", "Maya Chen"]),
        ("team=safety", ["Anna Petrova"]),
        ("team=nope", []),
        ("team=vision&department=software", ["Maya Chen"]),
        ("team=vision&q=anna&sort=-name", ["Anna Petrova"]),
        ("active=7", ["Igor Sokolov"]),
        ("active=nope&q=maya", ["Maya Chen"]),
        ("tab=nope&q=maya", ["Maya Chen"]),
    ],
)
def test_list_is_searched_and_filtered(
    users: str, people: dict[str, Membership], admin: Membership, login: Login, now, query: str, found: list[str] | None
) -> None:
    Membership.objects.filter(org=admin.org).update(last_active_at=None)
    Membership.objects.filter(pk=people["Igor"].pk).update(last_active_at=now)
    client = login(admin)
    Membership.objects.filter(pk=admin.pk).update(last_active_at=now - dt.timedelta(minutes=1))
    Membership.objects.filter(pk=admin.pk).update(last_active_at=None)
    response = client.get(f"{users}?{query}")
    assert response.status_code == 200
    if found is not None:
        assert names(response) == found
    if found == []:
        assert "No users match" in text(response)
        assert "Clear search" in text(response)


def test_last_active_filters_and_sorts(users: str, people: dict[str, Membership], admin, login: Login, now) -> None:
    days = {"Maya": 1, "Anna": 20, "Elif": 60}
    for name, ago in days.items():
        Membership.objects.filter(pk=people[name].pk).update(last_active_at=now - dt.timedelta(days=ago))
    Membership.objects.filter(pk=people["Igor"].pk).update(joined_at=now - dt.timedelta(days=40))
    client = login(admin)
    ours = lambda query: [name for name in names(client.get(f"{users}?{query}")) if name in CAST]  # noqa: E731
    assert ours("active=7") == ["Maya Chen"]
    assert ours("active=30") == ["Anna Petrova", "Maya Chen"]
    assert ours("active=idle") == ["Elif Yılmaz", "Igor Sokolov"]
    assert ours("active=never") == ["Igor Sokolov"]
    assert ours("sort=-active") == ["Maya Chen", "Anna Petrova", "Elif Yılmaz", "Igor Sokolov"]
    assert ours("sort=active") == ["Igor Sokolov", "Elif Yılmaz", "Anna Petrova", "Maya Chen"]
    assert ours("sort=-name") == sorted(CAST, reverse=True)


def test_tabs_show_admins_blocked_and_former(users: str, people, owner: Membership, admin, login: Login, now) -> None:
    members.block(member=people["Maya"], actor=owner, now=now)
    members.remove(member=people["Elif"], actor=owner, now=now)
    client = login(admin)
    assert set(names(client.get(f"{users}?tab=admins"))) == {owner.name, admin.name}
    assert names(client.get(f"{users}?tab=blocked")) == ["Maya Chen"]
    former = client.get(f"{users}?tab=former")
    assert names(former) == ["Elif Yılmaz"]
    assert "data-pick-one" not in former.content.decode(), "nothing can be done to former members"
    everybody = client.get(users)
    assert "Maya Chen" in names(everybody)
    assert "Elif Yılmaz" not in names(everybody)
    assert "Blocked 1 Former 1" in text(everybody)


def test_empty_tabs_say_what_they_are_for(users: str, admin: Membership, login: Login) -> None:
    client = login(admin)
    assert "Nobody is blocked" in text(client.get(f"{users}?tab=blocked"))
    assert "No former members" in text(client.get(f"{users}?tab=former"))


def test_what_was_searched_is_shown_and_escaped(users: str, admin: Membership, login: Login) -> None:
    html = login(admin).get(f"{users}?q=%3Cscript%3Ealert").content.decode()
    assert "<script>alert" not in html
    assert "No users match “&lt;script&gt;alert”" in " ".join(html.split())


@pytest.mark.parametrize("cursor", ["garbage", "WzFd", "%00", "eyJhIjoxfQ"])
def test_cursor_that_is_none_of_ours_is_a_bad_request(users: str, admin: Membership, login: Login, cursor: str) -> None:
    for sort in ("name", "-active"):
        assert login(admin).get(f"{users}?after={cursor}&sort={sort}").status_code == 400


def test_person_is_managed_by_administrators_only(users: str, member: Membership, outsider, login: Login) -> None:
    assert login(member).get(users).status_code == 403
    assert login(outsider).get(users).status_code == 404


def test_gear_leads_to_user_access_management(org: Organization, admin, member: Membership, login: Login) -> None:
    home = f"/o/{org.slug}/"
    assert "User access management" in text(login(admin).get(home))
    assert "User access management" not in text(login(member).get(home))


def test_rows_keep_the_meaning_of_a_table(users: str, admin: Membership, login: Login) -> None:
    html = login(admin).get(users).content.decode()
    rows = html.count('role="row"')
    assert html.count('role="rowheader"') == rows - 1
    assert html.count('role="cell"') == 6 * (rows - 1)
    assert html.count('role="columnheader"') == 7
    assert html.count('aria-sort="ascending"') == 1


# --- one person -------------------------------------------------------------------------------------------
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


def posts(client: Client, url: str, **data: Any) -> Any:
    """The act's page asks first and changes nothing; then it is sent."""
    assert client.get(url).status_code == 200
    return client.post(url, data)


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


# --- many -------------------------------------------------------------------------------------------------
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


# --- departments and teams --------------------------------------------------------------------------------
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
    assert "Safety Lead: Igor Sokolov 3" in listed
    assert "Vision No lead 4" in listed
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


# --- growing ----------------------------------------------------------------------------------------------
def crowd(org: Organization, size: int, now: dt.datetime) -> None:
    """People in departments and teams, inserted at once."""
    rows = [User(email=f"crowd{n}@example.com", first_name=f"Crowd {n:04}", password="!") for n in range(size)]
    users = User.objects.bulk_create(rows)
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        places = [Department(org=org, name=f"Place {n}", parent=root) for n in range(20)]
        places = Department.objects.bulk_create(places)
        groups = Team.objects.bulk_create([Team(org=org, name=f"Group {n:02}") for n in range(60)])
        people = Membership.objects.bulk_create(
            [
                Membership(org=org, user=user, department=places[n % 20], role=Role.EMPLOYEE, joined_at=now)
                for n, user in enumerate(users)
            ]
        )
        TeamMember.objects.bulk_create(
            [TeamMember(org=org, team=groups[n % 60], member=member) for n, member in enumerate(people)]
        )


QUERIES = ("", "?q=crowd", "?department=software&active=never", "?team=vision&sort=-active", "?tab=blocked")


def test_page_search_and_filters_need_at_most_10_queries_for_1000_people(
    users: str, org: Organization, admin: Membership, login: Login, now: dt.datetime
) -> None:
    client = login(admin)
    few = {query: queries_of(client, users + query) for query in QUERIES}
    crowd(org, 1000, now)
    many = {query: queries_of(client, users + query) for query in QUERIES}
    assert max(many.values()) <= 10, many
    assert few[""] == many[""]


@pytest.mark.parametrize("place", ["departments/", "teams/", "teams/vision/", "departments/software/"])
def test_queries_of_the_other_pages_do_not_grow(
    users: str, org: Organization, people, admin: Membership, owner, login: Login, now: dt.datetime, place: str
) -> None:
    client = login(admin)
    few = queries_of(client, users + place)
    crowd(org, 120, now)
    many.add_to_team(
        org=org,
        people=Membership.objects.filter(org=org),
        team=team_of(org, "vision"),
        actor=owner,
        now=now,
    )
    assert queries_of(client, users + place) <= few + 1  # the path of a department is as long as the tree is deep
    assert few <= 13


def team_of(org: Organization, public_id: str) -> Team:
    with company_scope(org.pk):
        return Team.objects.get(org=org, public_id=public_id)


@pytest.mark.parametrize("sort", ["name", "-name", "active", "-active"])
def test_every_person_is_on_exactly_one_page(
    users: str, org: Organization, admin: Membership, login: Login, now: dt.datetime, sort: str
) -> None:
    crowd(org, 120, now)
    login(admin).get(users)  # the reader's own visit would move them between two pages
    client, seen, url = login(admin), [], f"{users}?sort={sort}"
    while url:
        response = client.get(url)
        seen += names(response)
        following = re.findall(r'rel="next"\s+href="([^"]+)"', response.content.decode())
        url = users + following[0].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == org.memberships.present().count()
