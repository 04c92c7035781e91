"""`What would change it` on a person's page: each source of Full access with a button and what it would come to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest

from access.structure import teams
from orgs.people.models import Department, Team
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.conftest import Browser, level_of
from tests.factories import add_member
from tests.tracker_portal.pages import section
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db
Make = Callable[..., Team]


@pytest.fixture
def seven(org: Organization, paying: Organization, member: Membership) -> list[Membership]:
    """Hold seats in person, as the member does."""
    return [add_member(org, level=Level.FULL) for _ in range(6)]


def path_of(person: Membership) -> str:
    return f"users/{person.public_id}/"


def said(page: Browser, person: Membership) -> str:
    return section(page.client.get(page.url(path_of(person))), "access")


def press(page: Browser, person: Membership, button: str) -> None:
    """Sends the form in which the button stands."""
    html = page.client.get(page.url(path_of(person))).content.decode()
    [form] = [one for one in re.findall(r"<form.*?</form>", html, re.DOTALL) if button in " ".join(one.split())]
    fields = dict(re.findall(r'name="([^"]+)"\s+value="([^"]*)"', unescape(form)))
    answer = page.client.post(page.url("levels/stage/"), fields)
    assert answer["Location"] == page.url(path_of(person))


# --- a team ------------------------------------------------------------------------------------------------
def test_team_is_set_to_read_only_or_left_each_with_what_it_comes_to(
    page: Browser, seven: list[Membership], team: Team, viewer: Membership, org: Organization, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        teams.add_people(team=team, people=[add_member(org)], actor=page.member, now=now)
    page.give(team)
    words = said(page, viewer)
    assert "What would change it" in words
    name = viewer.name
    assert f"Set Platform to Read only Without it {name} is Read only. 2 seats less, −$6.62 a month." in words
    assert f"Remove from Platform Without it {name} is Read only. 1 seat less, −$3.31 a month." in words


def test_button_stages_and_saves_nothing(page: Browser, team: Team, viewer: Membership) -> None:
    page.give(team)
    press(page, viewer, "Set Platform to Read only")
    assert page.draft() == {f"team:{team.public_id}": {"level": "read_only", "was": "full"}}
    assert level_of(viewer) == Level.FULL
    html = page.client.get(page.url(path_of(viewer))).content.decode()
    assert "1 unsaved change" in " ".join(html.split())
    assert "Platform: Read only is staged. Nothing is saved yet." in said(page, viewer)
    page.save()
    assert level_of(viewer) == Level.READ_ONLY


def test_way_out_of_the_team_asks_first(page: Browser, team: Team, viewer: Membership) -> None:
    page.give(team)
    url = page.url(f"teams/{team.public_id}/people/{viewer.public_id}/remove/")
    assert f'href="{url}"' in page.client.get(page.url(path_of(viewer))).content.decode()
    page.client.get(url)
    assert level_of(viewer) == Level.FULL
    page.client.post(url)
    assert level_of(viewer) == Level.READ_ONLY


def test_who_is_in_a_team_by_another_way_cannot_leave_it(
    page: Browser, org: Organization, team: Team, viewer: Membership, admin: Membership, now: dt.datetime
) -> None:
    """The outer team is left with the inner one."""
    with company_scope(org.pk):
        outer = teams.create(org=org, name="Vision", actor=admin, now=now)
        teams.add_team(team=outer, inner=team, actor=admin, now=now)
    page.give(outer)
    words = said(page, viewer)
    assert f"Set Vision to Read only Without it {viewer.name} is Read only." in words
    assert "Remove from" not in words


def test_who_stays_in_a_team_through_another_one_loses_nothing_by_leaving(
    page: Browser, org: Organization, team: Team, viewer: Membership, admin: Membership, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        inner = teams.create(org=org, name="Vision", actor=admin, now=now)
        teams.add_people(team=inner, people=[viewer], actor=admin, now=now)
        teams.add_team(team=team, inner=inner, actor=admin, now=now)
    page.give(team)
    assert f"Remove from Platform Without it {viewer.name} keeps Full access. 0 seats less" in said(page, viewer)
    with company_scope(org.pk):
        teams.take_out(team=team, member=viewer, actor=admin, now=now)
    assert level_of(viewer) == Level.FULL


def test_who_leaves_the_only_way_into_two_teams_loses_both(
    page: Browser, org: Organization, team: Team, viewer: Membership, admin: Membership, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        outer = teams.create(org=org, name="Vision", actor=admin, now=now)
        teams.add_team(team=outer, inner=team, actor=admin, now=now)
    page.give(team, outer)
    assert f"Remove from Platform Without it {viewer.name} is Read only. 1 seat less" in said(page, viewer)
    with company_scope(org.pk):
        teams.take_out(team=team, member=viewer, actor=admin, now=now)
    assert level_of(viewer) == Level.READ_ONLY


# --- a department, the personal setting ----------------------------------------------------------------------
def test_department_is_set_to_read_only(page: Browser, org: Organization, viewer: Membership) -> None:
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
    page.give(root)
    press(page, viewer, "Set Northwind Robotics to Read only")
    assert page.draft() == {f"department:{root.public_id}": {"level": "read_only", "was": "full"}}


def test_personal_setting_is_set_to_read_only(page: Browser, seven: list[Membership]) -> None:
    person = seven[0]
    assert f"Set Read only Without it {person.name} is Read only. 1 seat less, −$3.31 a month." in said(page, person)
    press(page, person, "Set Read only")
    assert page.draft() == {f"member:{person.public_id}": {"level": "read_only", "was": "full"}}
    assert "Personal setting: Read only is staged." in said(page, person)


def test_personal_setting_waits_while_a_team_decides(page: Browser, team: Team, viewer: Membership) -> None:
    page.give(viewer)
    page.give(team)
    words = said(page, viewer)
    assert "Personal setting: Platform decides. It can be changed once Platform no longer does." in words
    assert "Set Read only" not in words
    assert f"Remove from Platform Without it {viewer.name} keeps Full access. 0 seats less" in words


def test_who_waits_for_a_seat_is_led_to_the_requests(page: Browser, held: Membership) -> None:
    words = said(page, held)
    assert "Personal setting: Full access waits for a seat. Access requests" in words
    assert "keeps Full access" not in words


def test_read_only_has_nothing_that_would_change_it(page: Browser, viewer: Membership) -> None:
    assert "What would change it" not in said(page, viewer)


def test_page_takes_as_many_statements_for_many_sources(
    page: Browser, org: Organization, viewer: Membership, admin: Membership, now: dt.datetime
) -> None:
    page.give(viewer)
    few = queries_of(page.client, page.url(path_of(viewer)))
    with company_scope(org.pk):
        made = [teams.create(org=org, name=f"Team {number}", actor=admin, now=now) for number in range(8)]
        for one in made:
            teams.add_people(team=one, people=[viewer], actor=admin, now=now)
    page.give(*made)
    assert queries_of(page.client, page.url(path_of(viewer))) == few
