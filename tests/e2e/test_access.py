"""Levels are chosen in the lists, looked at with what they cost, saved as one act and undone.

With a script the bar stands at the list; without one the list leads to `Review changes`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from access import grants
from access.models import SavedAct
from orgs import lifecycle
from orgs.models import Level, Membership, Organization, Role, State
from orgs.scopes import company_scope, platform_scope
from tests.e2e import inspection
from tests.e2e.conftest import DESKTOP, PHONE
from tests.factories import UserFactory, add_member, make_company, make_team
from users.models import User

pytestmark = pytest.mark.django_db(transaction=True)

WAYS = pytest.mark.parametrize(
    ("javascript", "viewport"), [(True, DESKTOP), (False, PHONE)], ids=["javascript", "plain, phone"]
)
EVERY_WAY = pytest.mark.parametrize(
    ("javascript", "viewport"),
    [(True, DESKTOP), (True, PHONE), (False, PHONE)],
    ids=["javascript", "javascript, phone", "plain, phone"],
)
SIZES = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
Enter = Callable[..., Page]


@pytest.fixture
def anna(transactional_db: None) -> User:
    return UserFactory(first_name="Anna", last_name="Petrova", email="anna@northwind.example")


@pytest.fixture
def company(anna: User) -> Organization:
    """Anna's; five people have Full access, so it is active, and the next seat is the first that costs."""
    org = make_company(owner=anna)
    for _ in range(5):
        add_member(org, level=Level.FULL)
    return org


@pytest.fixture
def paying(company: Organization) -> Organization:
    """It has payment details and six seats: $19.86 a month."""
    with company_scope(company.pk):
        lifecycle.write_facts(Organization.objects.lock(company.pk), now=timezone.now(), payer_ready=True)
    add_member(company, level=Level.FULL)
    return company


@pytest.fixture
def maya(company: Organization) -> Membership:
    return add_member(company, user=UserFactory(first_name="Maya", last_name="Chen"))


@pytest.fixture
def farid(company: Organization) -> Membership:
    return add_member(company, user=UserFactory(first_name="Farid", last_name="Haidari"))


def give(member: Membership, level: Level) -> None:
    """Another administrator does."""
    owner = Membership.objects.get(org=member.org_id, role=Role.OWNER)
    grants.set_level(member=member, level=level, actor=owner, now=timezone.now())


def level_of(member: Membership) -> str:
    return str(Membership.objects.values_list("level", flat=True).get(pk=member.pk))


def saved_acts() -> int:
    with platform_scope():
        return SavedAct.objects.count()


def open_users(page: Page, org: Organization, query: str = "?tab=readers") -> None:
    page.goto(f"/o/{org.slug}/access/{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("All users")


def selector(page: Page, name: str) -> Locator:
    return page.get_by_role("combobox", name=f"Access for {name}")


def bar_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Unsaved changes")


def corner(page: Page) -> str:
    """What the lower-left corner says, or on a phone the strip: `6 of 9 $19.86`."""
    is_wide = page.viewport_size == DESKTOP
    values = page.locator(".seats dd" if is_wide else ".seats-strip b").all_inner_texts()
    return " ".join(" ".join(values).split())


def stage(page: Page, *names: str, level: str = "Full access") -> None:
    """Chooses a level for people; with a script the bar has heard of each before the next is chosen."""
    for number, name in enumerate(names, 1):
        selector(page, name).select_option(level)
        expect(bar_of(page)).to_contain_text(f"{number} unsaved change")


def review(page: Page) -> None:
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review changes")


def is_in_order(page: Page) -> None:
    """Nothing reaches out of the page, and nothing that has the focus lies under the bar."""
    inspection.still(page)
    assert "\n".join(inspection.sideways(page) + inspection.focus(page)) == ""


# --- choose, look, save, undo -----------------------------------------------------------------------------
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


@SIZES
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


# --- many at once -----------------------------------------------------------------------------------------
@WAYS
def test_ticked_people_are_staged_through_the_bar_for_many(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, javascript, viewport
) -> None:
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, paying)
    for name in ("Maya Chen", "Farid Haidari"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    is_in_order(page)
    stage_many(page, "Full access", javascript=javascript)
    expect(bar_of(page)).to_contain_text("2 unsaved changes")
    expect(selector(page, "Maya Chen")).to_have_value("full")
    is_in_order(page)
    bar_of(page).get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved. 8 people have Full access.")).to_be_visible()
    assert {level_of(maya), level_of(farid)} == {Level.FULL}


@WAYS
def test_all_that_match_are_staged_without_those_that_a_team_decides_for_or_who_are_blocked(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, farid: Membership, javascript, viewport
) -> None:
    make_team(paying, farid, level=Level.FULL)
    add_member(paying, user=UserFactory(first_name="Maya", last_name="Lin"))
    blocked = add_member(paying, user=UserFactory(first_name="Maya", last_name="Gone"))
    Membership.objects.filter(pk=blocked.pk).update(blocked_at=timezone.now())
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, paying, "?q=Maya")
    page.get_by_role("checkbox", name="Select Maya Chen").check()
    page.get_by_role("checkbox", name="All 3 that match").check()
    stage_many(page, "Full access", javascript=javascript)
    expect(bar_of(page)).to_contain_text("2 unsaved changes")
    expect(bar_of(page)).to_contain_text(re.compile(r"Full access\s+7\s+9"))


def stage_many(page: Page, level: str, *, javascript: bool) -> None:
    """Without a script a page says first how many it would be."""
    page.get_by_role("group", name="Selected users").get_by_role("button", name=level).click()
    if not javascript:
        expect(page.get_by_role("main")).to_contain_text("Nothing is saved yet.")
        page.get_by_role("button", name=f"Choose {level}").click()
        expect(page.get_by_text("Staged, not saved.")).to_be_visible()


# --- teams ------------------------------------------------------------------------------------------------
@SIZES
def test_team_with_full_access_locks_its_people_and_the_popover_says_why(
    *, enter: Enter, anna: User, paying: Organization, maya: Membership, viewport: dict[str, int]
) -> None:
    make_team(paying, maya)
    page = enter(anna, viewport=viewport)
    page.goto(f"/o/{paying.slug}/access/teams/")
    stage(page, "Platform")
    expect(bar_of(page)).to_contain_text(re.compile(r"Full access\s+6\s+7"))
    is_in_order(page)
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
    assert inspection.sideways(page) == []
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


# --- once, and never over somebody else's act -------------------------------------------------------------
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


# --- what money and the lifecycle say ---------------------------------------------------------------------
@EVERY_WAY
def test_without_payment_details_the_sixth_seat_is_kept_as_a_draft(
    *, enter: Enter, anna: User, company: Organization, maya: Membership, javascript, viewport
) -> None:
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, company, "?q=Maya")
    selector(page, "Maya Chen").select_option("Full access")
    if javascript:
        expect(bar_of(page)).to_contain_text("Payment details come first.")
        is_in_order(page)
        bar_of(page).get_by_role("link", name="Review changes").click()
    else:
        review(page)
    main = page.get_by_role("main")
    expect(main).to_contain_text("From the 6th user all are paid: $0.00 → $19.86")
    expect(main).to_contain_text("Payment details come first")
    expect(page.get_by_role("button", name=re.compile("^Save"))).to_have_count(0)
    is_in_order(page)
    open_users(page, company, "?q=Maya")
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    expect(page.get_by_role("button", name=re.compile("^Save"))).to_have_count(0)
    expect(selector(page, "Maya Chen")).to_have_value("full")
    assert level_of(maya) == Level.READ_ONLY


@EVERY_WAY
def test_last_seat_goes_after_its_consequence_was_read(*, enter: Enter, anna: User, javascript, viewport) -> None:
    org = make_company(owner=anna)
    add_member(org, level=Level.FULL, user=UserFactory(first_name="Maya", last_name="Chen"))
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, org, "?q=Maya")
    selector(page, "Maya Chen").select_option("Read only")
    if javascript:
        expect(bar_of(page)).to_contain_text("Tracker becomes Read only for everybody at once")
        expect(bar_of(page).get_by_role("button", name="Save changes")).to_have_count(0)
        is_in_order(page)
        bar_of(page).get_by_role("link", name="Review changes").click()
    else:
        review(page)
    told = page.get_by_role("main").get_by_text("Tracker becomes Read only for everybody at once").inner_text()
    is_in_order(page)
    page.get_by_role("button", name="Save, $0.00 a month").click()
    expect(page.get_by_text("Saved. 0 people have Full access.")).to_be_visible()
    org.refresh_from_db()
    assert org.state == State.READ_ONLY
    assert f"deleted on {org.retention_ends_at:%-d %b %Y}" in told
