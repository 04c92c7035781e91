"""`All users` in a browser: what Full access for those ticked would add, the own row, ways in that are off, the file."""

from __future__ import annotations

import csv

import pytest
from playwright.sync_api import Page, expect

from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.e2e.access.lists import Enter, bar_of, give, is_in_order, level_of, open_users, review, selector
from tests.e2e.visitors import reach
from tests.e2e.ways import DESKTOP, EVERY_WAY, PHONE, SIZES
from tests.factories import make_team
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)
SENTENCE = "You keep admin pages. You can’t edit issues."


def cost_of(page: Page, text: str) -> None:
    expect(page.locator("[data-pick-cost]")).to_have_text(text, use_inner_text=True)


@SIZES
def test_bar_for_many_says_what_full_access_adds_before_it_is_staged(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, viewport
) -> None:
    page = enter(anna, viewport=viewport)
    open_users(page, paying)
    page.get_by_role("checkbox", name="Select Maya Chen").check()
    cost_of(page, "Full access adds 1 seat, $3.31 a month")
    page.get_by_role("checkbox", name="Select Farid Haidari").check()
    cost_of(page, "Full access adds 2 seats, $6.62 a month")
    is_in_order(page)
    page.get_by_role("checkbox", name="All 3 that match").check()
    cost_of(page, "Full access adds 3 seats, $9.93 a month")
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("checkbox", name="Select Maya Chen").check()
    cost_of(page, "Full access adds 1 seat, $3.31 a month")
    selector(page, "Maya Chen").select_option("Full access")
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    cost_of(page, "Full access adds no seats")
    assert level_of(maya) == Level.READ_ONLY


def test_nobody_ticked_is_not_asked_about_and_without_a_connection_no_number_of_before_stays(
    enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership
) -> None:
    page, asked = enter(anna), []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/bulk/cost/") else None)
    open_users(page, paying)
    selector(page, "Farid Haidari").select_option("Full access")
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    page.wait_for_timeout(400)
    assert asked == []
    page.get_by_role("checkbox", name="Select Maya Chen").check()
    cost_of(page, "Full access adds 1 seat, $3.31 a month")
    assert len(asked) == 1
    page.context.set_offline(True)
    page.get_by_role("checkbox", name="Select Farid Haidari").check()
    cost_of(page, "")
    page.context.set_offline(False)
    page.get_by_role("checkbox", name="Select Farid Haidari").uncheck()
    cost_of(page, "Full access adds 1 seat, $3.31 a month")


def test_bar_for_many_counts_those_for_whom_a_team_decides(
    enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership
) -> None:
    make_team(paying, farid, level=Level.FULL)
    page = enter(anna)
    open_users(page, paying, "")
    for name in ("Maya Chen", "Farid Haidari"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    cost_of(page, "Full access adds 1 seat, $3.31 a month · 1 set by a team")


@pytest.fixture
def own(paying: Organization, anna: User) -> Membership:
    """Anna has Full access herself."""
    member = Membership.objects.get(org=paying, user=anna)
    give(member, Level.FULL)
    return member


@SIZES
def test_own_lowering_is_asked_about_once_at_the_row(
    *, enter: Enter, anna: User, paying: Organization, own: Membership, viewport
) -> None:
    page = enter(anna, viewport=viewport)
    open_users(page, paying, "?q=Anna")
    question, mine = page.get_by_role("group", name=SENTENCE), selector(page, "Anna Petrova")
    expect(question).to_be_hidden()
    mine.select_option("Read only")
    expect(question).to_be_visible()
    is_in_order(page)
    question.get_by_role("button", name="Keep Full access").click()
    expect(question).to_be_hidden()
    expect(mine).to_have_value("full")
    expect(mine).to_be_focused()
    mine.select_option("Read only")
    mine.select_option("Full access")
    expect(question).to_be_hidden()
    expect(bar_of(page)).to_have_count(0)

    mine.select_option("Read only")
    question.get_by_role("button", name="Choose Read only").click()
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    expect(mine).to_have_value("read_only")
    mine.select_option("Full access")
    expect(bar_of(page)).to_have_count(0)
    mine.select_option("Read only")
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    expect(question).to_be_hidden()
    assert level_of(own) == Level.FULL


def test_own_lowering_among_many_is_asked_about_in_their_bar(
    enter: Enter, anna: User, paying: Organization, own: Membership, maya: Membership
) -> None:
    page = enter(anna)
    open_users(page, paying, "")
    many, question = page.get_by_role("group", name="Selected users"), page.get_by_role("group", name=SENTENCE)
    page.get_by_role("checkbox", name="Select Maya Chen").check()
    page.get_by_role("checkbox", name="Select Anna Petrova").check()
    many.get_by_role("button", name="Full access").click()
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    page.get_by_role("checkbox", name="Select Anna Petrova").check()
    many.get_by_role("button", name="Read only").click()
    expect(many.get_by_text(SENTENCE)).to_be_visible()
    question.get_by_role("button", name="Keep Full access").click()
    expect(selector(page, "Anna Petrova")).to_have_value("full")
    many.get_by_role("button", name="Read only").click()
    question.get_by_role("button", name="Choose Read only").click()
    expect(bar_of(page)).to_contain_text("2 unsaved changes")
    expect(selector(page, "Anna Petrova")).to_have_value("read_only")


def test_without_a_script_the_review_says_it(enter: Enter, anna: User, paying: Organization, own: Membership) -> None:
    page = enter(anna, javascript=False, viewport=PHONE)
    open_users(page, paying, "?q=Anna")
    expect(page.get_by_text(SENTENCE)).to_be_hidden()
    selector(page, "Anna Petrova").select_option("Read only")
    review(page)
    expect(page.get_by_role("row", name="Anna Petrova").get_by_text(SENTENCE)).to_be_visible()


@EVERY_WAY
def test_way_in_that_is_off_says_why_and_where_that_is_changed(
    *, enter: Enter, anna: User, paying: Organization, javascript: bool, viewport
) -> None:
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, paying, "")
    page.get_by_label("More ways to add users").click()
    create = page.get_by_role("button", name="Create user account")
    expect(create).to_be_disabled()  # as assistive technology hears it; it can be pressed all the same
    create.focus()
    page.keyboard.press("Enter")
    why = page.get_by_role("dialog", name="Link an email domain first.")
    expect(why).to_be_visible()
    page.keyboard.press("Escape")
    expect(why).to_be_hidden()
    expect(create).to_be_visible()
    create.click(force=True)
    why.get_by_role("link", name="Email domains").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Email domains")


@SIZES
def test_full_company_says_so_at_every_way_in(*, enter: Enter, anna: User, paying: Organization, viewport) -> None:
    number = paying.memberships.current().count()
    Organization.objects.filter(pk=paying.pk).update(account_limit=number)
    page = enter(anna, viewport=viewport)
    open_users(page, paying, "")
    expect(page.get_by_text(f"{number} of {number} accounts. To add more, contact support.")).to_be_visible()
    is_in_order(page)
    page.get_by_role("button", name="Invite users").click(force=True)
    expect(page.get_by_role("dialog")).to_contain_text(f"has reached {number} accounts.")
    page.get_by_role("button", name="Close").click()
    page.get_by_label("More ways to add users").click()
    page.get_by_role("button", name="Import from CSV").click(force=True)
    expect(page.get_by_role("dialog")).to_contain_text(f"has reached {number} accounts.")


@EVERY_WAY
def test_list_is_taken_out_as_it_is_shown_with_the_columns_chosen(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, javascript: bool, viewport
) -> None:
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, paying, "?q=Maya")
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("checkbox", name="Joined (UTC)").uncheck()
    is_in_order_with_a_script(page, javascript=javascript)
    with page.expect_download() as found:
        page.get_by_role("button", name="Export CSV").click()
    with open(found.value.path(), encoding="utf-8-sig") as file:
        head, *rows = csv.reader(file)
    assert head[:3] == ["Name", "Last name", "Login"]
    assert "Joined (UTC)" not in head
    assert [row[:3] for row in rows] == [["Maya", "Chen", maya.user.email]]


def is_in_order_with_a_script(page: Page, *, javascript: bool) -> None:
    if javascript:
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_everything_new_is_in_reach_of_the_keyboard(
    enter: Enter, anna: User, paying: Organization, maya: Membership
) -> None:
    page = enter(anna, viewport=DESKTOP)
    open_users(page, paying, "?q=Maya")
    reach(page, "Export")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Name", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Export CSV")).to_be_hidden()
