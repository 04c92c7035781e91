"""Departments and teams of the company of the cast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest

from access import departments, teams
from orgs.models import Department, Membership, Organization, Team
from orgs.scopes import company_scope
from tests.factories import add_member


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
