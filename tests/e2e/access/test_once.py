"""What was shown is saved once, and never over somebody else's act."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.e2e.access.lists import (
    Enter,
    bar_of,
    give,
    is_in_order,
    level_of,
    open_users,
    review,
    saved_acts,
    selector,
    stage,
)
from tests.e2e.ways import WAYS
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@WAYS
def test_what_another_administrator_changed_meanwhile_is_shown_before_it_is_saved(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, javascript, viewport
) -> None:
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, paying, "?q=Maya")
    selector(page, "Maya Chen").select_option("Full access")
    if not javascript:
        review(page)
    expect(page.get_by_role("button", name="Save changes")).to_be_visible()
    give(farid, Level.FULL)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Access changed meanwhile. Look at the changes again, then save.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Full access\s+7\s+8"))
    assert level_of(maya) == Level.READ_ONLY
    assert saved_acts() == 0
    is_in_order(page)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved. 8 people have Full access.")).to_be_visible()
    assert saved_acts() == 1


def test_double_click_and_the_way_back_make_no_second_act(
    enter: Enter, anna: User, paying: Organization, maya: Membership
) -> None:
    page = enter(anna)
    open_users(page, paying, "?q=Maya")
    stage(page, "Maya Chen")
    bar_of(page).get_by_role("button", name="Save changes").dblclick()
    expect(page.get_by_text("Saved. 7 people have Full access.")).to_be_visible()
    assert saved_acts() == 1
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("All users")
    expect(bar_of(page)).to_have_count(0)
    expect(selector(page, "Maya Chen")).to_have_value("full")
    assert saved_acts() == 1


def test_without_a_script_the_review_of_before_cannot_be_saved_again(
    enter: Enter, anna: User, paying: Organization, maya: Membership
) -> None:
    page = enter(anna, javascript=False)
    open_users(page, paying, "?q=Maya")
    selector(page, "Maya Chen").select_option("Full access")
    review(page)
    page.get_by_role("button", name="Save changes").dblclick()
    expect(page.get_by_text("Saved. 7 people have Full access.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review changes")
    if page.get_by_role("button", name="Save changes").count():  # as the browser kept the page
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_text("Saved. 7 people have Full access.")).to_be_visible()
    assert saved_acts() == 1
