"""Addresses that names suggest, each invitation's own level, and an invitation that is changed: in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.joining.newcomers import KIM, PRIYA, fits
from tests.e2e.ways import WAYS
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_name_in_cyrillic_suggests_its_address_until_one_is_typed(enter: Callable[..., Page]) -> None:
    page = enter(UserFactory())
    page.goto("/companies/new/")
    name, address = page.get_by_label("Company name"), page.get_by_label("Web address")
    name.fill("Ромашка")
    expect(address).to_have_value("romashka")
    name.fill("Ромашка и сыновья")
    expect(address).to_have_value("romashka-i-synovya")
    address.fill("daisy")
    name.fill("Ёлка")
    page.get_by_label("Country").select_option("RU")
    assert fits(page)
    page.get_by_role("button", name="Create company").click()
    expect(page).to_have_url(re.compile(r"/o/daisy/$"))


@WAYS
def test_each_address_gets_its_level_and_one_is_changed_before_it_joins(*, admin_page: Page) -> None:
    admin_page.get_by_role("main").get_by_role("link", name="Invite users").click()
    admin_page.get_by_label("Email addresses").fill(f"{PRIYA} {KIM}")
    admin_page.get_by_role("button", name="Choose for each").click()
    admin_page.get_by_label(f"Access of {PRIYA}").select_option("full")
    admin_page.get_by_role("button", name="Show the cost").click()
    expect(admin_page.get_by_text("With Full access for 1 person")).to_be_visible()
    assert fits(admin_page)
    admin_page.get_by_role("button", name="Invite", exact=True).click()
    expect(admin_page.get_by_text("2 invitations sent.")).to_be_visible()
    expect(admin_page.get_by_role("row", name=PRIYA)).to_contain_text("Full access")
    expect(admin_page.get_by_role("row", name=PRIYA)).to_contain_text("Resend from")
    assert fits(admin_page)
    admin_page.get_by_role("link", name=f"Change the invitation of {PRIYA}").click()
    admin_page.get_by_label("Read only").check()
    assert fits(admin_page)
    admin_page.get_by_role("button", name="Save").click()
    expect(admin_page.get_by_role("row", name=PRIYA)).to_contain_text("Read only")
