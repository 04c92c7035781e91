"""Departments, teams and named people of the company of the cast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse

from access.members import members
from access.structure import departments, teams
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member


@pytest.fixture
def colleague(org: Organization) -> Membership:
    return add_member(org)


@pytest.fixture
def inside(
    org: Organization,
    owner: Membership,
    admin: Membership,
    viewer: Membership,
    colleague: Membership,
    outsider: Membership,
) -> Iterator[None]:
    """The whole test looks into the company's tables; accounts are made before, outside of them."""
    with company_scope(org.pk):
        yield


@pytest.fixture
def root(org: Organization, inside: None) -> Department:
    return Department.objects.get(org=org, parent=None)


@pytest.fixture
def make_department(root: Department, owner: Membership, now: dt.datetime) -> Callable[..., Department]:
    def make(name: str, parent: Department | None = None) -> Department:
        return departments.create(parent=parent or root, name=name, actor=owner, now=now)

    return make


@pytest.fixture
def make_team(org: Organization, owner: Membership, inside: None, now: dt.datetime) -> Callable[..., Team]:
    def make(name: str, *people: Membership) -> Team:
        team = teams.create(org=org, name=name, actor=owner, now=now)
        teams.add_people(team=team, people=people, actor=owner, now=now)
        return team

    return make


CAST = ["Maya Chen", "Anna Petrova", "Elif Yılmaz", "Igor Sokolov"]


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
