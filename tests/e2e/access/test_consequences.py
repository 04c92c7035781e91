"""What money and the lifecycle say to a change of access, before it is saved."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from tests.e2e.access.lists import Enter, bar_of, is_in_order, level_of, open_users, review, selector
from tests.e2e.ways import EVERY_WAY
from tests.factories import UserFactory, add_member, make_company
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)


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
        bar_of(page).get_by_role("link", name="Show changes").click()
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
    bar_of(page).get_by_role("link", name="Enter payment details to save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Payment details management")
    expect(page.get_by_role("link", name="Cancel")).to_have_attribute("href", f"/o/{company.slug}/access/?q=Maya")


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
