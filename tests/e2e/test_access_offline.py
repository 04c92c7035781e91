"""A level that cannot be staged: the page says so, and the next try goes through."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from orgs.tenancy.membership_models import Membership
from tests.e2e.visitors import log_in

FAILED = "Not staged: no connection. Choose the level again."


def test_lost_connection_is_said_and_the_next_choice_is_staged(
    open_page: Callable[..., Page], admin: Membership, viewer: Membership
) -> None:
    page = open_page()
    log_in(page, admin.user)
    page.goto(f"/o/{admin.org.slug}/access/")
    selector = page.get_by_label(f"Access for {viewer.name}", exact=True)
    page.route("**/levels/stage/", lambda route: route.abort())
    selector.select_option("full")
    expect(page.locator("#savebar")).to_contain_text(FAILED)
    page.unroute("**/levels/stage/")
    selector.select_option("read_only")
    selector.select_option("full")
    expect(page.get_by_text("1 unsaved change", exact=True)).to_be_visible()
    expect(page.locator("#savebar")).not_to_contain_text(FAILED)
