"""What the bar for many says before anything is staged: the seats that Full access adds, and whom it does not reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from access.changes import save as grants
from access.members import members
from access.structure import departments
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.companies import fill, nest
from tests.access.grants.conftest import FETCH, Browser
from tests.factories import add_member
from tests.tracker_portal.pages import text
from tests.tracker_portal.queries import counted_queries
from users.accounts.models import User

pytestmark = pytest.mark.django_db
Login = Callable[[Membership | User], Client]


def asked(page: Browser, *people: Membership, **fields: str) -> str:
    ids = [person.public_id for person in people]
    response = page.client.post(page.url("bulk/cost/"), {"person": ids, **fields}, headers=FETCH)
    assert response.status_code == 200
    return text(response)


@pytest.fixture
def seats(org: Organization, paying: Organization, member: Membership) -> list[Membership]:
    """Seven people with Full access (the member of the cast is one): $23.17 a month; each more is $3.31."""
    return [member, *(add_member(org, level=Level.FULL) for _ in range(6))]


@pytest.fixture
def readers(org: Organization, seats: list[Membership]) -> list[Membership]:
    return [add_member(org) for _ in range(3)]


def test_seats_and_price_are_what_staging_and_saving_come_to(
    page: Browser, org: Organization, readers: list[Membership]
) -> None:
    assert asked(page, *readers) == "Full access adds 3 seats, $9.93 a month"
    assert asked(page, readers[0]) == "Full access adds 1 seat, $3.31 a month"
    staged = text(page.stage(*readers))
    assert "$23.17" in staged
    assert "$33.10" in staged
    page.save()
    org.refresh_from_db()
    assert org.full_seats == 10
    assert asked(page, *readers) == "Full access adds no seats"


def test_it_is_added_to_what_is_staged_already(page: Browser, readers: list[Membership]) -> None:
    page.stage(readers[0])
    assert asked(page, *readers) == "Full access adds 2 seats, $6.62 a month"
    assert page.draft().keys() == {f"member:{readers[0].public_id}"}, "nothing is staged by asking"


def test_what_takes_a_seat_away_in_the_draft_is_given_back(page: Browser, seats: list[Membership]) -> None:
    page.stage(seats[1], level=Level.READ_ONLY, seen=Level.FULL)
    assert asked(page, seats[1], seats[2]) == "Full access adds 1 seat, $3.31 a month"


def test_those_for_whom_a_team_decides_are_counted(
    page: Browser, viewer: Membership, team: Team, readers: list[Membership]
) -> None:
    assert asked(page, viewer, readers[0]) == "Full access adds 2 seats, $6.62 a month"
    page.give(team)
    assert asked(page, viewer, readers[0]) == "Full access adds 1 seat, $3.31 a month · 1 set by a team"
    assert asked(page, viewer) == "Full access adds no seats · 1 set by a team"


def test_departments_are_named_too(
    page: Browser, org: Organization, owner: Membership, viewer, team: Team, readers: list[Membership], now
) -> None:
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        software = departments.create(parent=root, name="Software", actor=owner, now=now)
    members.move(member=readers[0], department=software, actor=owner, now=now)
    page.client.post(
        page.url("levels/stage/"), {f"department:{software.public_id}:read_only": Level.FULL}, headers=FETCH
    )
    page.save()
    assert asked(page, *readers) == "Full access adds 2 seats, $6.62 a month · 1 set by a department"
    page.give(team)
    assert asked(page, readers[0], viewer) == "Full access adds no seats · 2 set by a team or a department"


def test_all_that_match_are_meant_and_blocked_and_former_people_are_not(
    page: Browser, org: Organization, owner: Membership, readers: list[Membership], now: dt.datetime
) -> None:
    everybody = org.memberships.current().filter(level=Level.READ_ONLY).count()
    assert asked(page, all="1").startswith(f"Full access adds {everybody} seats, ")
    assert asked(page, all="1", tab="admins") == "Full access adds 2 seats, $6.62 a month"
    members.block(member=readers[0], actor=owner, now=now)
    members.remove(member=readers[1], actor=owner, now=now)
    assert asked(page, *readers) == "Full access adds 1 seat, $3.31 a month"


def test_nobody_adds_nothing(page: Browser, seats: list[Membership]) -> None:
    assert asked(page) == asked(page, person="nobody") == "Full access adds no seats"


def test_sixth_seat_is_announced(page: Browser, org: Organization, paying, owner: Membership, now) -> None:
    five = [add_member(org) for _ in range(5)]
    for person in five[:4]:
        grants.set_level(member=person, level=Level.FULL, actor=owner, now=now)
    more = [five[4], add_member(org)]
    assert asked(page, more[0]) == "Full access adds 1 seat, $0.00 a month"
    assert asked(page, *more) == "Full access adds 2 seats, $19.86 a month · From the 6th user all are paid."


def test_only_administrators_of_the_company_ask(page: Browser, member: Membership, outsider, login: Login) -> None:
    url = page.url("bulk/cost/")
    assert login(member).post(url).status_code == 403
    assert login(outsider).post(url).status_code == 404
    assert page.client.get(url).status_code == 405


def test_person_of_another_company_adds_nothing(page: Browser, seats: list[Membership], outsider: Membership) -> None:
    assert asked(page, outsider) == "Full access adds no seats"


def test_statements_do_not_grow_with_the_company(
    page: Browser, org: Organization, admin: Membership, readers: list[Membership], now: dt.datetime
) -> None:
    page.stage(readers[0])
    asked(page, all="1")
    with counted_queries() as few:
        asked(page, all="1")
    nest(org, fill(org, 980, now=now), actor=admin, now=now)
    with counted_queries() as found:
        assert "Full access adds 98" in asked(page, all="1")
    assert len(found) == len(few) <= 10
