"""How somebody comes to the company's page in a browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e import visitors
from users.accounts.models import User


def log_in(page: Page, user: User) -> None:
    visitors.log_in(page, user)
    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind Robotics")
