"""Nothing moves under the pointer when somebody is ticked, staged or left out; the bar stands at the window's bottom."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.e2e import axe
from tests.e2e.access.lists import Enter, bar_of, is_in_order, open_users, selector
from tests.e2e.ways import DESKTOP, SIZES
from tests.factories import UserFactory, add_member, make_team
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
# As browsers count it: what answers a click at once is no shift; where the rows stay is looked at itself.
SHIFTS = """() => new Promise((done) => {
  const seen = [];
  const observer = new PerformanceObserver((list) => seen.push(...list.getEntries().filter((one) => !one.hadRecentInput)));
  observer.observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => done(seen.reduce((sum, one) => sum + one.value, 0))));
})"""


def top(page: Page) -> float:
    """Where Maya's row begins on the page, however far that is scrolled."""
    box = page.get_by_role("row", name="Maya Chen").bounding_box()
    assert box
    return float(box["y"] + page.evaluate("scrollY"))


def shift(page: Page) -> float:
    return float(page.evaluate(SHIFTS))


@SIZES
def test_ticking_and_staging_leave_the_rows_where_they_are(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, viewport
) -> None:
    page = enter(anna, viewport=viewport)
    open_users(page, paying, "?tab=readers")
    before, shifted = top(page), shift(page)
    page.get_by_role("checkbox", name="Select Maya Chen").check()
    expect(page.locator("[data-pick-cost]")).to_contain_text("Full access adds 1 seat")
    assert top(page) == before
    ticked = shift(page)
    is_in_order(
        page
    )  # by the keyboard alone: on a phone the search lies over the top panel as long as it has the focus
    shifted += shift(page) - ticked
    page.get_by_role("button", name="Clear").click()
    assert top(page) == before
    selector(page, "Maya Chen").select_option("Full access")
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    assert top(page) == before
    assert shift(page) - shifted <= 0.02


def test_sources_of_access_open_without_a_complaint(
    enter: Enter, anna: User, paying: Organization, farid: Membership
) -> None:
    make_team(paying, farid, level=Level.FULL)
    page = enter(anna)
    open_users(page, paying, "?q=Farid")
    page.locator("[data-why]").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert axe.rules_opened(page) == []


def test_bar_stands_at_the_bottom_of_a_short_list(
    enter: Enter, anna: User, paying: Organization, maya: Membership
) -> None:
    page = enter(anna, viewport=DESKTOP)
    open_users(page, paying, "?q=Maya")
    selector(page, "Maya Chen").select_option("Full access")
    expect(bar_of(page)).to_be_visible()
    box = bar_of(page).bounding_box()
    assert box
    assert DESKTOP["height"] - (box["y"] + box["height"]) <= 60


def test_who_is_left_out_is_said_in_the_bar(
    enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership
) -> None:
    make_team(paying, farid, level=Level.FULL)
    page = enter(anna, viewport=DESKTOP)
    open_users(page, paying, "")
    many = page.get_by_role("group", name="Selected users")
    for name in ("Maya Chen", "Farid Haidari"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    many.get_by_role("button", name="Full access").click()
    expect(bar_of(page)).to_contain_text("1 person is left out: a team or a department decides.")
    bar_of(page).get_by_role("button", name="Discard").click()
    page.get_by_role("checkbox", name="Select Farid Haidari").check()
    many.get_by_role("button", name="Full access").click()
    said = page.locator(".savebar")
    expect(said).to_contain_text("1 person is left out")
    said.get_by_role("button", name="Close").click()
    expect(said).to_have_count(0)


def test_bar_for_many_stays_in_sight_of_a_long_list(enter: Enter, anna: User, paying: Organization) -> None:
    for number in range(40):
        add_member(paying, user=UserFactory(first_name=f"Zoe{number:02}", last_name="Long"))
    page = enter(anna, viewport=DESKTOP)
    open_users(page, paying, "?tab=readers")
    page.get_by_role("checkbox", name="Select Zoe30 Long").check()
    box = page.get_by_role("group", name="Selected users").bounding_box()
    assert box
    assert 54 <= box["y"] < 100
