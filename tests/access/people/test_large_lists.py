"""Lists of many people: how many statements they take, and that nobody is lost between two pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from access.bulk import bulk as many
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.people.pages import names
from tests.access.people.stored_team import team_of
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

Login = Callable[[Membership | User], Client]


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


def test_page_search_and_filters_need_at_most_12_queries_for_1000_people(
    users: str, org: Organization, admin: Membership, login: Login, now: dt.datetime
) -> None:
    client = login(admin)
    few = {query: queries_of(client, users + query) for query in QUERIES}
    crowd(org, 1000, now)
    many = {query: queries_of(client, users + query) for query in QUERIES}
    assert max(many.values()) <= 12, many
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
