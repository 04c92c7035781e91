"""Staging and saving as an administrator's browser does it; companies in which somebody waits for a seat; addresses of requests."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from access.grants.models import Draft, SavedAct
from access.members import members
from access.members.members import Terms
from access.structure import teams
from orgs.lifecycle import rules as lifecycle
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import UserFactory

Enter = Callable[..., Membership]
Row = Membership | Team | Department
KINDS: dict[type[Row], str] = {Membership: "member", Team: "team", Department: "department"}
FETCH = {"X-Requested-With": "fetch"}


@dataclass
class Browser:
    """One administrator on the pages of access. Levels are named by whom or what they are for."""

    client: Client
    member: Membership

    def url(self, path: str) -> str:
        return f"/o/{self.member.org.slug}/access/{path}"

    def stage(self, *rows: Row, level: str = Level.FULL, seen: str = Level.READ_ONLY) -> Any:
        fields = {f"{KINDS[type(row)]}:{row.public_id}:{seen}": level for row in rows}
        return self.client.post(self.url("levels/stage/"), fields, headers=FETCH)

    def shown(self) -> dict[str, str]:
        """The hidden fields of `Save changes` on the page that shows the changes."""
        html = self.client.get(self.url("levels/")).content.decode()
        return dict(re.findall(r'name="(token|shown)" value="([^"]+)"', html))

    def save(self, shown: dict[str, str] | None = None) -> Any:
        return self.client.post(self.url("levels/save/"), shown or self.shown())

    def give(self, *rows: Row, level: str = Level.FULL) -> Any:
        self.stage(*rows, level=level, seen=Level.READ_ONLY if level == Level.FULL else Level.FULL)
        return self.save()

    def draft(self) -> dict[str, Any]:
        with platform_scope():
            found = Draft.objects.filter(author=self.member).first()
            changes = found.changes.items() if found else ()
            return {name: {"level": change["level"], "was": change["was"]} for name, change in changes}


@pytest.fixture
def browse(login: Callable[[Membership], Client]) -> Callable[[Membership], Browser]:
    return lambda member: Browser(login(member), member)


@pytest.fixture
def page(admin: Membership, browse: Callable[[Membership], Browser]) -> Browser:
    """The administrator's browser."""
    return browse(admin)


@pytest.fixture
def paying(org: Organization, now: Any) -> Organization:
    """Its payment details are there."""
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=now, payer_ready=True)
    return org


def level_of(member: Membership) -> str:
    level: str = Membership.objects.values_list("level", flat=True).get(pk=member.pk)
    return level


@pytest.fixture
def enter(org: Organization, now: dt.datetime) -> Enter:
    """Somebody joins, with Full access unless said otherwise."""

    def come(level: Level = Level.FULL, team: Team | None = None) -> Membership:
        user = UserFactory()
        with transaction.atomic(), company_scope(org.pk):
            locked = Organization.objects.lock(org.pk)
            terms = Terms(level, Department.objects.get(org=org, parent=None), team)
            member = members.add_member(locked, user=user, terms=terms, now=now)
        member.refresh_from_db()
        return member

    return come


@pytest.fixture
def held(org: Organization, member: Membership, enter: Enter) -> Membership:
    """Joined with Full access while the limit of seats was reached."""
    Organization.objects.filter(pk=org.pk).update(seat_cap=1)
    found = enter()
    assert found.held_at
    return found


@pytest.fixture
def team(org: Organization, admin: Membership, viewer: Membership, now: dt.datetime) -> Team:
    """The viewer is in it."""
    with company_scope(org.pk):
        made = teams.create(org=org, name="Platform", actor=admin, now=now)
        teams.add_people(team=made, people=[viewer], actor=admin, now=now)
    return made


def acts(org: Organization) -> list[SavedAct]:
    with company_scope(org.pk):
        return list(SavedAct.objects.filter(org=org).order_by("pk"))


@pytest.fixture
def issues(org: Organization) -> str:
    return reverse("issues:issue_list", args=[org.slug])


@pytest.fixture
def ask_url(org: Organization) -> str:
    return reverse("access:access_ask", args=[org.slug])


@pytest.fixture
def list_url(org: Organization) -> str:
    return reverse("access:request_list", args=[org.slug])


@pytest.fixture
def give_url(org: Organization) -> str:
    return reverse("access:request_give", args=[org.slug])
