"""Levels are chosen in the list, looked at with what they cost, saved as one act and undone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.e2e.access.lists import Enter, bar_of, corner, is_in_order, level_of, open_users, review, selector, stage
from tests.e2e.ways import PLAIN_SIZES, SIZES
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


@SIZES
def test_two_people_are_staged_kept_over_a_reload_saved_and_undone(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, viewport: dict[str, int]
) -> None:
    page = enter(anna, viewport=viewport)
    open_users(page, paying)
    before = corner(page)
    assert before in ("6 of 9 $19.86", "6 $19.86")
    stage(page, "Maya Chen", "Farid Haidari")
    is_in_order(page)
    page.reload()
    expect(bar_of(page)).to_contain_text("2 unsaved changes")
    expect(bar_of(page)).to_contain_text(
        re.compile(r"Full access\s+6\s+8\s+Monthly total\s+\$19\.86\s+\$26\.48\s+\+\$6\.62")
    )
    expect(selector(page, "Maya Chen")).to_have_value("full")
    assert corner(page) == before
    assert {level_of(maya), level_of(farid)} == {Level.READ_ONLY}

    bar_of(page).get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved. 8 people have Full access.")).to_be_visible()
    expect(bar_of(page)).to_have_count(0)
    assert corner(page) == before.replace("6", "8", 1).replace("$19.86", "$26.48")
    assert {level_of(maya), level_of(farid)} == {Level.FULL}
    is_in_order(page)

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone. Access is as it was before.")).to_be_visible()
    assert corner(page) == before
    assert {level_of(maya), level_of(farid)} == {Level.READ_ONLY}


@PLAIN_SIZES
def test_without_a_script_the_list_leads_to_the_review_that_saves(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, viewport: dict[str, int]
) -> None:
    page = enter(anna, viewport=viewport, javascript=False)
    open_users(page, paying)
    before = corner(page)
    selector(page, "Maya Chen").select_option("Full access")
    selector(page, "Farid Haidari").select_option("Full access")
    review(page)
    main = page.get_by_role("main")
    expect(main).to_contain_text(re.compile(r"Monthly total\s+\$19\.86\s+\$26\.48\s+\+\$6\.62"))
    expect(page.get_by_role("row").filter(has_text="Maya Chen")).to_contain_text("Full access")
    assert {level_of(maya), level_of(farid)} == {Level.READ_ONLY}
    is_in_order(page)
    open_users(page, paying)
    expect(bar_of(page)).to_contain_text("2 unsaved changes")
    is_in_order(page)
    bar_of(page).get_by_role("link", name="Show changes").click()

    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved. 8 people have Full access.")).to_be_visible()
    assert corner(page) == before.replace("6", "8", 1).replace("$19.86", "$26.48")
    assert {level_of(maya), level_of(farid)} == {Level.FULL}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone. Access is as it was before.")).to_be_visible()
    assert corner(page) == before


def test_keyboard_alone_chooses_looks_and_saves(
    enter: Enter, anna: User, paying: Organization, maya: Membership
) -> None:
    page = enter(anna)
    open_users(page, paying, "?q=Maya")
    page.get_by_role("checkbox", name="Select Maya Chen").focus()
    for _ in range(5):
        page.keyboard.press("Tab")
        if selector(page, "Maya Chen").evaluate("one => one === document.activeElement"):
            break
    expect(selector(page, "Maya Chen")).to_be_focused()
    expect(bar_of(page)).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    expect(selector(page, "Maya Chen")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(bar_of(page)).to_have_count(0)
    page.keyboard.press("ArrowUp")
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    assert level_of(maya) == Level.READ_ONLY, "a level was saved before `Save changes`"
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved. 7 people have Full access.")).to_be_visible()
    assert level_of(maya) == Level.FULL
