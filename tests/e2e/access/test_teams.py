"""A team with Full access decides for its people, and says so at each of them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.e2e import screen
from tests.e2e.access.lists import Enter, bar_of, is_in_order, open_users, selector, stage
from tests.e2e.ways import PHONE, SIZES
from tests.factories import make_team
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@SIZES
def test_team_with_full_access_locks_its_people_and_the_popover_says_why(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, viewport: dict[str, int]
) -> None:
    make_team(paying, maya)
    page = enter(anna, viewport=viewport)
    page.goto(f"/o/{paying.slug}/access/teams/")
    stage(page, "Platform")
    expect(bar_of(page)).to_contain_text(re.compile(r"Full access\s+6\s+7"))
    expect(bar_of(page)).to_contain_text("1 member of Platform, none of them has Full access")
    expect(page.get_by_role("row").filter(has_text="Platform")).to_contain_text("+1 seat")
    is_in_order(page)
    selector(page, "Platform").select_option("Read only")
    expect(page.get_by_role("row").filter(has_text="Platform")).not_to_contain_text("seat")
    stage(page, "Platform")
    page.reload()
    expect(page.get_by_role("row").filter(has_text="Platform")).to_contain_text("+1 seat")
    bar_of(page).get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved. 7 people have Full access.")).to_be_visible()

    open_users(page, paying, "?q=Maya")
    expect(selector(page, "Maya Chen")).to_have_count(0)
    opener = page.get_by_role("link", name="via Platform")
    opener.focus()
    page.keyboard.press("Enter")
    popover = page.get_by_role("dialog", name="Why does Maya Chen have Full access?")
    expect(popover).to_be_focused()
    expect(popover.get_by_role("listitem")).to_have_count(3)
    expect(popover.get_by_role("listitem").first).to_contain_text("Set by Anna Petrova")
    expect(popover).to_contain_text("Personal setting")
    assert screen.sideways(page) == []
    page.keyboard.press("Escape")
    expect(popover).to_have_count(0)
    expect(opener).to_be_focused()
    is_in_order(page)


def test_popover_goes_when_the_focus_leaves_it(
    enter: Enter, anna: User, paying: Organization, maya: Membership
) -> None:
    """Otherwise it would hide what has the focus."""
    make_team(paying, maya, level=Level.FULL)
    page = enter(anna)
    open_users(page, paying, "?q=Maya")
    page.get_by_role("link", name="via Platform").click()
    popover = page.get_by_role("dialog", name="Why does Maya Chen have Full access?")
    popover.get_by_role("button", name="Close").focus()
    page.keyboard.press("Tab")
    expect(popover).to_have_count(0)


def test_without_a_script_via_team_is_a_page(enter: Enter, anna: User, paying: Organization, maya: Membership) -> None:
    make_team(paying, maya, level=Level.FULL)
    page = enter(anna, javascript=False, viewport=PHONE)
    open_users(page, paying, "?q=Maya")
    page.get_by_role("link", name="via Platform").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why does Maya Chen have Full access?")
    expect(page.get_by_role("main")).to_contain_text("Set by Anna Petrova")
    is_in_order(page)


@SIZES
def test_person_is_the_way_to_what_would_change_their_access(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, viewport: dict[str, int]
) -> None:
    make_team(paying, maya, level=Level.FULL)
    page = enter(anna, viewport=viewport)
    open_users(page, paying, "?q=Maya")
    page.get_by_role("link", name="Maya Chen", exact=True).click()
    access = page.get_by_role("region", name="Access", exact=True)
    expect(access).to_contain_text("Without it Maya Chen is Read only. 1 seat less, −$3.31 a month.")
    access.get_by_role("button", name="Set Platform to Read only").click()
    expect(bar_of(page)).to_contain_text(re.compile(r"Full access\s+7\s+6"))
    expect(access).to_contain_text("Platform: Read only is staged. Nothing is saved yet.")
    is_in_order(page)
    bar_of(page).get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Maya Chen")
    history = page.get_by_role("region", name="History")
    expect(history).to_contain_text("ended the Full access of this person that came through Platform")
    expect(history).to_contain_text("monthly total: from $23.17 to $19.86")
    expect(access).not_to_contain_text("What would change it")
