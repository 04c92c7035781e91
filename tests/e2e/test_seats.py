"""Seats and what they cost, in a browser: the button for idle people, a swap, long amounts, the chart on a phone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.e2e import screen
from tests.e2e.ways import DESKTOP, PHONE
from tests.factories import UserFactory, add_member, make_company
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

SMALLEST = {"width": 320, "height": 568}
Enter = Callable[..., Page]


@pytest.fixture
def anna(transactional_db: None) -> User:
    return UserFactory(first_name="Anna", last_name="Petrova", email="anna@northwind.example")


@pytest.fixture
def company(anna: User) -> Organization:
    """Anna's, with payment details; Maya uses her full access, six others do not."""
    org = make_company(owner=anna)
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=timezone.now(), payer_ready=True)
    maya = add_member(org, user=UserFactory(first_name="Maya", last_name="Chen"), level=Level.FULL)
    Membership.objects.filter(pk=maya.pk).update(last_active_at=timezone.now())
    for _ in range(6):
        add_member(org, level=Level.FULL)
    Membership.objects.filter(org=org).exclude(pk=maya.pk).update(joined_at=timezone.now() - dt.timedelta(days=40))
    return org


@pytest.fixture
def farid(company: Organization) -> Membership:
    return add_member(company, user=UserFactory(first_name="Farid", last_name="Haidari"))


def open_users(page: Page, org: Organization, query: str = "") -> None:
    page.goto(f"/o/{org.slug}/access/{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("All users")


def bar_of(page: Page) -> Locator:
    return page.get_by_role("region", name="Unsaved changes")


def chosen(page: Page) -> list[str]:
    """The level that each row shows, Maya's first."""
    rows = page.get_by_role("row").filter(has=page.get_by_role("combobox"))
    mayas = rows.filter(has_text="Maya Chen").get_by_role("combobox").input_value()
    rest = rows.filter(has_not_text="Maya Chen").get_by_role("combobox").all()
    return [mayas, *(one.input_value() for one in rest)]


@pytest.mark.parametrize(
    ("javascript", "viewport"), [(True, DESKTOP), (False, DESKTOP), (True, PHONE)], ids=["javascript", "plain", "phone"]
)
def test_read_only_is_staged_for_the_idle(
    enter: Enter, anna: User, company: Organization, javascript: bool, viewport: dict[str, int]
) -> None:
    """From the corner; on a phone there is none, and it stands above the list."""
    page = enter(anna, javascript=javascript, viewport=viewport)
    open_users(page, company, "?tab=full")
    assert chosen(page) == ["full"] * 7
    page.get_by_role("button", name="Stage Read only for them").click()
    if javascript:
        expect(bar_of(page)).to_contain_text("6 unsaved changes")
    else:
        expect(page.get_by_role("heading", level=1)).to_have_text("Review changes")
        open_users(page, company, "?tab=full")
    assert chosen(page) == ["full"] + ["read_only"] * 6
    page.reload()
    assert chosen(page) == ["full"] + ["read_only"] * 6
    expect(page.get_by_role("button", name="Stage Read only for them")).to_have_count(0)


def test_corner_leads_to_the_review_from_a_page_without_levels(enter: Enter, anna: User, company: Organization) -> None:
    page = enter(anna)
    page.goto(f"/o/{company.slug}/access/invitations/")
    page.get_by_role("button", name="Stage Read only for them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review changes")
    expect(page.get_by_role("main")).to_contain_text("Full access")


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_swap_begins_with_a_person_and_ends_in_one_saving(
    enter: Enter, anna: User, company: Organization, farid: Membership, viewport: dict[str, int]
) -> None:
    page = enter(anna, viewport=viewport)
    open_users(page, company, "?q=Maya")
    page.get_by_role("link", name="Maya Chen").click()
    page.get_by_role("button", name="Swap").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All users")
    page.get_by_role("combobox", name="Access for Farid Haidari").select_option("Full access")
    expect(bar_of(page)).to_contain_text("Swap: 1 person for 1. The seats stay 7")
    bar_of(page).get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved. 7 people have Full access.")).to_be_visible()
    farid.refresh_from_db()
    assert farid.level == Level.FULL


@pytest.mark.parametrize("viewport", [PHONE, SMALLEST], ids=["phone", "320 px"])
def test_long_amounts_stay_inside(enter: Enter, anna: User, company: Organization, viewport: dict[str, int]) -> None:
    page = enter(anna, viewport=viewport)
    open_users(page, company, "?tab=full")
    page.get_by_role("combobox", name="Access for Maya Chen").select_option("Read only")
    expect(bar_of(page)).to_contain_text("1 unsaved change")
    for path in ("", "levels/"):
        page.goto(f"/o/{company.slug}/access/{path}")
        page.evaluate(LONG)
        screen.still(page)
        assert screen.sideways(page) == []
        assert page.evaluate(OUTSIDE) == []


LONG = """() => document.querySelectorAll(".savebar__numbers dd span").forEach((one) => {
  one.textContent = "RUB\\u00a0123,456,789,012.00";
})"""
OUTSIDE = """() => {
  const box = document.querySelector(".savebar, .review").getBoundingClientRect();
  const parts = [...document.querySelectorAll(".savebar__numbers dd span")].map((one) => one.getBoundingClientRect());
  return parts.filter((one) => one.left < box.left || one.right > box.right).map((one) => one.right);
}"""


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE, SMALLEST], ids=["desktop", "phone", "320 px"])
def test_chart_is_high_and_its_letters_are_not_small(
    enter: Enter, anna: User, company: Organization, viewport: dict[str, int]
) -> None:
    page = enter(anna, viewport=viewport)
    page.goto(f"/o/{company.slug}/billing/")
    picture = page.get_by_role("img", name="Full access by day")
    box = picture.bounding_box()
    assert box
    assert box["height"] >= 160
    assert min(picture.locator("text").evaluate_all(SIZES)) >= 11
    screen.still(page)
    assert screen.sideways(page) == []
    assert picture.evaluate(STICKING_OUT) == []


SIZES = "(all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize))"
STICKING_OUT = """(picture) => {
  const box = picture.closest(".card").getBoundingClientRect();
  const parts = [...picture.children].map((one) => [one.outerHTML, one.getBoundingClientRect()]);
  return parts.filter(([, one]) => one.width && (one.left < box.left || one.right > box.right)).map(([html]) => html);
}"""
