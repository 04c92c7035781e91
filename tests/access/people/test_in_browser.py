"""`User access management` in a browser: with the keyboard alone, without JavaScript, on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from access.structure import departments, teams
from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.in_browser import log_in
from tests.e2e.conftest import fresh_limits, open_page
from tests.e2e.visitors import reach
from tests.e2e.ways import EVERY_WAY, PHONE
from tests.factories import UserFactory, add_member

__all__ = ["fresh_limits", "open_page"]

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]
WAYS = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])


@pytest.fixture
def maya(org: Organization, owner: Membership, now: dt.datetime) -> Membership:
    """Maya Chen and Igor Sokolov are in; there are a department Software and a team Vision."""
    add_member(org, user=UserFactory(first_name="Igor", last_name="Sokolov"))
    with company_scope(org.pk):
        root = Department.objects.get(org=org)
        departments.create(parent=root, name="Software", actor=owner, now=now)
        teams.create(org=org, name="Vision", actor=owner, now=now)
    return add_member(org, user=UserFactory(first_name="Maya", last_name="Chen"))


@EVERY_WAY
def test_administrator_finds_blocks_and_arranges_people(
    open_page: Open, org: Organization, owner: Membership, maya: Membership, viewport: dict[str, int], javascript: bool
) -> None:
    page = open_page(viewport=viewport, javascript=javascript)
    log_in(page, owner.user)
    page.locator("summary", has_text="Administration").click()
    page.get_by_role("link", name="User access management").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All users")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    page.get_by_role("searchbox", name="Search by name or login").fill("maya")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main").get_by_text("1 user found")).to_be_visible()
    page.locator("summary[aria-label='Actions for Maya Chen']").click()
    page.get_by_role("link", name="Block", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Block Maya Chen?")
    page.get_by_label("Reason").fill("Lost laptop")
    page.get_by_role("button", name="Block Maya Chen").click()
    expect(page.get_by_role("main").get_by_text("Lost laptop")).to_be_visible()
    assert Membership.objects.get(pk=maya.pk).blocked_at
    page.get_by_role("link", name="Unblock", exact=True).click()
    page.get_by_role("button", name="Unblock Maya Chen").click()
    expect(page.get_by_text("Maya Chen is unblocked.")).to_be_visible()

    page.goto(f"/o/{org.slug}/access/")
    for name in ("Maya Chen", "Igor Sokolov"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("button", name="Add to team").click()
    page.get_by_label("Team", exact=True).select_option("Vision")
    page.get_by_role("button", name="Add to team").click()
    expect(page.get_by_text("2 people are new in the team.")).to_be_visible()
    with platform_scope():
        assert TeamMember.objects.filter(org=org).count() == 2


@WAYS
def test_administrator_arranges_departments_and_teams(
    open_page: Open, org: Organization, owner: Membership, maya: Membership, javascript: bool
) -> None:
    page = open_page(viewport=PHONE, javascript=javascript)
    log_in(page, owner.user)
    page.goto(f"/o/{org.slug}/access/departments/")
    page.get_by_role("link", name="New department").click()
    page.get_by_label("Name", exact=True).fill("P")
    page.get_by_role("button", name="Create department").click()
    expect(page.get_by_role("alert")).to_contain_text("Check 1 field")
    page.get_by_label("Name", exact=True).fill("Platform")
    page.get_by_label("Part of").select_option(label="\u2003Software")
    page.get_by_role("button", name="Create department").click()
    expect(page.get_by_role("main").get_by_role("link", name="Platform")).to_be_visible()

    page.goto(f"/o/{org.slug}/access/teams/")
    page.get_by_role("link", name="Vision").click()
    page.get_by_role("link", name="Add people").click()
    page.get_by_role("checkbox", name="Maya Chen").check()
    page.get_by_role("button", name="Add people").click()
    page.get_by_role("button", name="Make lead: Maya Chen").click()
    expect(page.get_by_text("Maya Chen leads the team.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    with platform_scope():
        assert Department.objects.get(name="Platform").parent.name == "Software"
        assert Team.objects.get().lead == maya


def test_everything_is_done_with_the_keyboard_alone(
    open_page: Open, org: Organization, owner: Membership, maya: Membership
) -> None:
    page = open_page()
    log_in(page, owner.user)
    page.goto(f"/o/{org.slug}/access/?q=maya")
    reach(page, "Select Maya Chen")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 selected", exact=True).first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox", name="Select Maya Chen")).not_to_be_checked()
    reach(page, "Actions for Maya Chen")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="Change role")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Change the role of Maya Chen")
    page.get_by_role("radio", name="Employee").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The role of Maya Chen is changed.")).to_be_visible()
    assert Membership.objects.get(pk=maya.pk).role == Role.ADMINISTRATOR


def test_page_a_range_and_everybody_are_ticked(
    open_page: Open, org: Organization, owner: Membership, maya: Membership
) -> None:
    page = open_page()
    log_in(page, owner.user)
    page.goto(f"/o/{org.slug}/access/")
    boxes, bar = page.locator("[data-pick-one]"), page.get_by_role("group", name="Selected users")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(bar.get_by_text(f"{boxes.count()} selected")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(bar.get_by_text("3 selected")).to_be_visible()
    bar.get_by_role("checkbox", name="All 3 that match").check()
    bar.get_by_role("button", name="Move to department").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move 3 people to a department")
