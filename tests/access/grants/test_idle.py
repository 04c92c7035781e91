"""Full access that nobody uses: the corner counts it, and one button stages `Read only` for exactly these people."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest

from access.pages import page_counts
from access.structure import teams
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.conftest import FETCH, Browser
from tests.factories import add_member
from tests.tracker_portal.pages import main, text
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db

FORM = re.compile(r"<form[^>]*data-stage-idle.*?</form>", re.DOTALL)
FIELD = re.compile(r'name="(\w+)" value="([^"]*)"')
BUTTON = "Stage Read only for them"


def seen(member: Membership, at: dt.datetime | None) -> None:
    Membership.objects.filter(pk=member.pk).update(last_active_at=at)


def joined(member: Membership, at: dt.datetime) -> None:
    Membership.objects.filter(pk=member.pk).update(joined_at=at)


@pytest.fixture
def idle(org: Organization, member: Membership, now: dt.datetime) -> list[Membership]:
    """Two have full access and do not use it; `member` was here yesterday."""
    seen(member, now - dt.timedelta(days=1))
    found = [add_member(org, level=Level.FULL) for _ in range(2)]
    seen(found[0], now - dt.timedelta(days=31))
    joined(found[1], now - dt.timedelta(days=31))
    return found


def corner(page: Browser, path: str = "") -> dict[str, str] | None:
    """The fields of the corner's button; None where there is none."""
    found = FORM.search(page.client.get(page.url(path)).content.decode())
    return {name: html.unescape(value) for name, value in FIELD.findall(found[0])} if found else None


def press(page: Browser, **options: object) -> object:
    fields = corner(page)
    assert fields
    return page.client.post(page.url("levels/stage/"), fields, **options)


def staged(page: Browser) -> dict[str, str]:
    return {name.partition(":")[2]: change["level"] for name, change in page.draft().items()}


def read_only(people: list[Membership]) -> dict[str, str]:
    return {member.public_id: Level.READ_ONLY.value for member in people}


def test_whoever_joined_lately_is_not_idle_though_never_seen(
    org: Organization, idle: list[Membership], page: Browser, now: dt.datetime
) -> None:
    add_member(org, level=Level.FULL)
    with company_scope(org.pk):
        assert set(page_counts.idle(org, now)) == set(idle)
    assert page.client.get(page.url("?tab=full&active=idle")).content.decode().count("data-idle") == len(idle)


def test_one_click_stages_read_only_for_those_who_are_counted(
    page: Browser, idle: list[Membership], org: Organization, now: dt.datetime
) -> None:
    assert "2 people, $0.00 a month: not active for 30 days" in text(page.client.get(page.url("")))
    answer = press(page, follow=True)
    assert answer.redirect_chain == [(page.url("levels/"), 302)]
    assert "Full access 3 1" in main(answer)
    with company_scope(org.pk):
        counted = list(page_counts.idle(org, now).values_list("public_id", flat=True))
    assert staged(page) == read_only(idle) == dict.fromkeys(counted, Level.READ_ONLY.value)


def test_script_gets_the_bar(page: Browser, idle: list[Membership]) -> None:
    answer = press(page, headers=FETCH)
    assert "2 unsaved changes" in text(answer)


def test_rows_of_idle_people_are_named_for_the_script(page: Browser, idle: list[Membership]) -> None:
    rows = re.findall(r"<tr[^>]*data-idle>.*?</tr>", page.client.get(page.url("")).content.decode(), re.DOTALL)
    assert sorted(re.findall(r'value="(\w{10,})"', "".join(rows))) == sorted(one.public_id for one in idle)


def test_those_for_whom_a_team_decides_are_left_out_and_that_is_said(
    page: Browser, idle: list[Membership], org: Organization, admin: Membership, now: dt.datetime
) -> None:
    with company_scope(org.pk):
        team = teams.create(org=org, name="Platform", actor=admin, now=now)
        teams.add_people(team=team, people=idle[:1], actor=admin, now=now)
    page.give(team)
    assert "1 person is left out: a team or a department decides." in main(press(page, follow=True))
    assert staged(page) == read_only(idle[1:])


def test_there_is_no_button_where_teams_decide_for_all_of_them(
    page: Browser, org: Organization, member: Membership, viewer: Membership, admin: Membership, now: dt.datetime
) -> None:
    seen(member, now)
    joined(viewer, now - dt.timedelta(days=31))
    with company_scope(org.pk):
        team = teams.create(org=org, name="Platform", actor=admin, now=now)
        teams.add_people(team=team, people=[viewer], actor=admin, now=now)
    page.give(team)
    assert "1 person, $0.00 a month: not active for 30 days" in text(page.client.get(page.url("")))
    assert corner(page) is None


def test_there_is_no_button_where_nobody_is_idle(page: Browser, member: Membership, now: dt.datetime) -> None:
    seen(member, now)
    assert corner(page) is None
    assert BUTTON not in text(page.client.get(page.url("")))


@pytest.mark.parametrize("path", ["", "departments/", "teams/", "requests/", "levels/"])
def test_there_is_no_button_once_all_of_them_are_staged(page: Browser, idle: list[Membership], path: str) -> None:
    page.stage(idle[0], level=Level.READ_ONLY, seen=Level.FULL)
    assert corner(page, path)
    press(page)
    assert corner(page, path) is None
    assert "not active for 30 days" in text(page.client.get(page.url(path)))


def test_other_staged_changes_stay(page: Browser, idle: list[Membership], viewer: Membership) -> None:
    page.stage(viewer)
    press(page)
    assert staged(page) == read_only(idle) | {viewer.public_id: Level.FULL.value}


def test_employee_sees_and_does_nothing_of_it(
    browse: Callable[[Membership], Browser], idle: list[Membership], viewer: Membership, org: Organization
) -> None:
    employee = browse(viewer)
    for url in (f"/o/{org.slug}/", f"/o/{org.slug}/people/", employee.url("")):
        assert BUTTON not in text(employee.client.get(url))
    fields = {"all": "1", "tab": "full", "active": "idle", "level": "read_only"}
    assert employee.client.post(employee.url("levels/stage/"), fields).status_code == 403


def test_page_takes_as_many_statements_however_many_are_idle(
    page: Browser, org: Organization, member: Membership, now: dt.datetime
) -> None:
    seen(member, now)
    before = queries_of(page.client, page.url(""))
    for _ in range(4):
        add_member(org, level=Level.FULL)
    assert queries_of(page.client, page.url("")) == before
