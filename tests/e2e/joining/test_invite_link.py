"""The invite link lets somebody new in, until it is off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from orgs.tenancy.organization_models import Organization
from tests.e2e.joining.newcomers import PRIYA, expect_in, fits
from tests.e2e.visitors import mail_to, path_in
from tests.e2e.ways import WAYS
from tests.factories import PASSWORD
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@WAYS
@pytest.mark.usefixtures("worker")
def test_invite_link_lets_somebody_new_in_until_it_is_off(
    *, admin_page: Page, newcomer: Callable[[str], Page], company: Organization, smtp_sink: Sink, javascript: bool
) -> None:
    admin_page.goto(f"/o/{company.slug}/access/link/")
    switch = admin_page.get_by_role("switch", name="Enable access via invite link")
    expect(switch).not_to_be_checked()
    switch.click()
    expect(admin_page.get_by_text("Link is on.")).to_be_visible()
    link = admin_page.get_by_role("textbox", name="Invite link").input_value()
    expect(admin_page.get_by_role("button", name="Copy")).to_have_count(int(javascript))
    if javascript:
        admin_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        admin_page.get_by_role("button", name="Copy").click()
        expect(admin_page.get_by_role("button", name="Link copied")).to_be_visible()
        assert admin_page.evaluate("navigator.clipboard.readText()") == link

    page = newcomer(path_in(link, "/join/"))
    assert fits(page)
    page.get_by_role("link", name="Create an employee account").click()
    page.get_by_label("Name", exact=True).fill("Priya")
    page.get_by_label("Last name").fill("Nair")
    page.get_by_label("Work email").fill(PRIYA)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create an account").click()
    code = re.search(r"\b[A-Z0-9]{3,6}-[A-Z0-9]{3,6}\b|\b[A-Z0-9]{6}\b", mail_to(smtp_sink, PRIYA))
    assert code
    page.get_by_label("Code").fill(code.group())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name=f"Join {company.name}").click()
    expect_in(page, company, PRIYA)

    admin_page.reload()
    expect(admin_page.get_by_role("rowheader", name="Priya Nair")).to_be_visible()
    switch.click()
    expect(admin_page.get_by_text("Link is off.")).to_be_visible()
    expect(newcomer(path_in(link, "/join/")).get_by_text("This link was switched off.")).to_be_visible()
