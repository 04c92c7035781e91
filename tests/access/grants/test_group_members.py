"""Levels of teams and departments: what a staged one does beside its selector, whom it reaches, and for everybody."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from access.members import members
from access.structure import departments, teams
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.companies import fill, nest
from tests.access.grants.conftest import Browser, level_of
from tests.factories import add_member
from tests.tracker_portal.pages import main, text
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db
MOST = 15  # statements of a page on which something is staged
Make = Callable[..., Team]


@pytest.fixture
def make_team(org: Organization, admin: Membership, now: dt.datetime) -> Make:
    def make(name: str, *people: Membership) -> Team:
        with company_scope(org.pk):
            team = teams.create(org=org, name=name, actor=admin, now=now)
            teams.add_people(team=team, people=people, actor=admin, now=now)
        return team

    return make


@pytest.fixture
def vision(org: Organization, make_team: Make) -> Team:
    """Three people, one of whom has Full access already, and one who is blocked."""
    people = [add_member(org), add_member(org), add_member(org, level=Level.FULL), add_member(org)]
    Membership.objects.filter(pk=people[3].pk).update(blocked_at=people[3].joined_at)
    return make_team("Vision", *people)


@pytest.fixture
def root(org: Organization) -> Department:
    with company_scope(org.pk):
        return Department.objects.get(org=org, parent=None)


def marks(answer: Any) -> dict[str, str]:
    """What the answer to a script says of each row, by code."""
    html = answer.content.decode().partition("<template")[2]
    return dict(re.findall(r'data-of="([^"]+)">([^<]+)<', unescape(html)))


def code(row: Team | Department) -> str:
    return f"{type(row).__name__.lower()}:{row.public_id}"


def row_of(page: Browser, name: str, path: str = "teams/") -> str:
    """The row of a list, in words: from its name to its selector's neighbour."""
    said = main(page.client.get(page.url(path)))
    return said[said.index(name) : said.index(name) + 200]


# --- beside the selector -----------------------------------------------------------------------------------
def test_staged_team_says_how_many_seats_it_adds_and_whom_it_reaches(page: Browser, vision: Team) -> None:
    answer = page.stage(vision)
    assert marks(answer) == {code(vision): "+2 seats"}
    assert "3 members of Vision, 1 already has Full access" in text(answer)
    assert "Full access 1 3" in text(answer)


def test_page_that_is_loaded_shows_the_same(page: Browser, vision: Team, make_team: Make) -> None:
    make_team("Other")
    assert "+2 seats" not in main(page.client.get(page.url("teams/")))
    page.stage(vision)
    assert "Vision No lead 3 1 Full access Read only +2 seats" in row_of(page, "Vision No lead")
    assert "seats" not in row_of(page, "Other No lead").partition("Vision")[0]
    assert "3 members of Vision, 1 already has Full access" in main(page.client.get(page.url("teams/")))


def test_team_that_is_taken_full_access_from_frees_seats(page: Browser, vision: Team) -> None:
    page.give(vision)
    answer = page.stage(vision, level=Level.READ_ONLY, seen=Level.FULL)
    assert marks(answer) == {code(vision): "−2 seats"}
    assert "members of" not in text(answer)
    assert "−2 seats" in row_of(page, "Vision No lead")


def test_team_whose_people_have_it_all_adds_no_seat(page: Browser, member: Membership, make_team: Make) -> None:
    team = make_team("Platform", member)
    assert marks(page.stage(team)) == {code(team): "0 seats"}


def test_mark_goes_with_the_change(page: Browser, vision: Team) -> None:
    page.stage(vision)
    assert marks(page.stage(vision, level=Level.READ_ONLY)) == {}
    assert "seats" not in row_of(page, "Vision No lead")


def test_of_several_each_row_says_its_own_and_the_bar_only_the_sum(
    page: Browser, vision: Team, viewer: Membership, make_team: Make
) -> None:
    safety = make_team("Safety", viewer)
    page.stage(vision)
    answer = page.stage(safety)
    assert marks(answer) == {code(vision): "+2 seats", code(safety): "+1 seat"}
    assert "members of" not in text(answer)
    assert "Full access 2 5" in text(answer)


def test_who_comes_through_two_teams_counts_at_both(page: Browser, viewer: Membership, make_team: Make) -> None:
    one, other = make_team("One", viewer), make_team("Other", viewer)
    answer = page.stage(one, other)
    assert marks(answer) == {code(one): "+1 seat", code(other): "+1 seat"}
    assert "Full access 1 2" in text(answer)


def test_who_keeps_it_through_another_team_frees_no_seat(page: Browser, viewer: Membership, make_team: Make) -> None:
    one, other = make_team("One", viewer), make_team("Other", viewer)
    page.give(one, other)
    assert marks(page.stage(one, level=Level.READ_ONLY, seen=Level.FULL)) == {code(one): "0 seats"}
    answer = page.stage(other, level=Level.READ_ONLY, seen=Level.FULL)
    assert marks(answer) == {code(one): "−1 seat", code(other): "−1 seat"}


def test_people_have_no_mark(page: Browser, viewer: Membership) -> None:
    answer = page.stage(viewer)
    assert "+1 seat" not in text(answer)
    assert "<template" not in answer.content.decode()


def test_department_says_it_with_everybody_below(
    page: Browser, org: Organization, root: Department, viewer: Membership, admin: Membership, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        software = departments.create(parent=root, name="Software", actor=admin, now=now)
        platform = departments.create(parent=software, name="Platform", actor=admin, now=now)
        members.move(member=viewer, department=platform, actor=admin, now=now)
    answer = page.stage(software)
    assert marks(answer) == {code(software): "+1 seat"}
    assert "1 person of Software, none of them has Full access" in text(answer)
    assert "+1 seat" in row_of(page, "Software 1 person", "departments/")


def test_one_department_offers_no_selectors_that_do_nothing(
    page: Browser, org: Organization, root: Department, admin: Membership, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        departments.create(parent=root, name="Software", actor=admin, now=now)
    html = page.client.get(page.url(f"departments/{root.public_id}/")).content.decode()
    assert "Software" in html
    assert "<select" not in html.partition("<main")[2]


# --- the company ---------------------------------------------------------------------------------------------
def test_everybody_is_saved_by_a_second_click_with_the_amount(
    page: Browser, org: Organization, paying: Organization, root: Department, viewer: Membership
) -> None:
    people = fill(org, 308, now=org.created_at)
    answer = page.stage(root)
    assert "Full access 1 312" in text(answer)
    assert "312 people of Northwind Robotics, 1 already has Full access" in text(answer)
    assert "Save changes" not in text(answer)
    assert "Review changes" in text(answer)
    assert "+311 seats" in row_of(page, "all employees 312 people", "departments/")
    assert "Save changes" not in main(page.client.get(page.url("departments/")))
    review = main(page.client.get(page.url("levels/")))
    assert "Save, $905.44 a month" in review
    assert "Northwind Robotics All employees Read only Full access" in review
    page.save()
    assert {level_of(viewer), level_of(people[-1])} == {Level.FULL}


def test_small_company_too_is_asked_twice(page: Browser, root: Department, viewer: Membership) -> None:
    assert "Review changes" in text(page.stage(root))
    page.client.post(page.url("levels/discard/"))
    assert "Save changes" in text(page.stage(viewer)), "control: one person is saved at once"


# --- statements ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["teams/", "departments/"])
def test_pages_take_as_many_statements_for_a_thousand_people(
    page: Browser, org: Organization, vision: Team, admin: Membership, now: dt.datetime, path: str
) -> None:
    page.stage(vision)
    few = queries_of(page.client, page.url(path))
    made = nest(org, fill(org, 990, now=now), actor=admin, now=now)
    page.stage(*made[:20])
    assert queries_of(page.client, page.url(path)) == few <= MOST
