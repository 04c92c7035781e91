"""What people in front of a browser do: log in, read their mail, follow a link, walk with the Tab key."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page

from tests.factories import PASSWORD
from tests.orgs.mail.sink import Sink
from users.accounts.models import User


def log_in(page: Page, user: User) -> None:
    page.goto("/login/")
    page.get_by_label("Full email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def mail_to(sink: Sink, address: str, *, patience: float = 20) -> str:
    """The text of the newest mail to an address; waits for it."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := [mail for mail in sink.accepted if mail.to == address]:
            return found[-1].text
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}: {sink.accepted}")


def path_in(text: str, start: str) -> str:
    """The path of the link in a mail or a field."""
    found = re.search(rf"https?://[^/\s]+({start}\S+)", text)
    assert found, text
    return found[1]


def reach(page: Page, name: str) -> None:
    """Tab until the control with this name has the focus."""
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == name:
            return
    raise AssertionError(f"{name} is not reached with the Tab key")
