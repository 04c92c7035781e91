"""What people in front of a browser do: log in, write, read their mail, follow a link, walk with the Tab key."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.factories import PASSWORD
from tests.orgs.mail.processes import wait_until
from tests.orgs.mail.sink import Accepted, Sink
from users.accounts.models import User


def log_in(page: Page, user: User) -> None:
    page.goto("/login/")
    page.get_by_label("Full email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def create_issue(page: Page) -> None:
    page.goto("/o/lovelace-engines/queues/")
    page.get_by_role("main").get_by_role("link", name="Create queue").first.click()
    page.get_by_label("Name", exact=True).fill("Analytical engine")
    page.get_by_label("Key").fill("trek")
    page.get_by_role("main").get_by_role("button", name="Create").click()
    page.get_by_role("main").get_by_role("link", name="Create issue").first.click()
    page.get_by_label("Summary").fill("Bernoulli numbers come out wrong")
    page.get_by_label("Description").fill("The **seventh** one is off.")
    page.get_by_role("main").get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bernoulli numbers come out wrong")


def comment(page: Page) -> None:
    page.get_by_label("Comment", exact=True).fill("A sign in note G, I think.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("A sign in note G, I think.")).to_be_visible()


def status_of(page: Page, path: str) -> int:
    response = page.goto(path)
    assert response is not None
    return response.status


def mail_to(sink: Sink, address: str, *, patience: float = 20) -> str:
    """The text of the newest mail to an address; waits for it."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if found := [mail for mail in sink.accepted if mail.to == address]:
            return found[-1].text
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address}: {sink.accepted}")


def wait_for_mail(sink: Sink, subject: str) -> Accepted:
    wait_until(lambda: any(mail.message["Subject"] == subject for mail in sink.accepted))
    return next(mail for mail in sink.accepted if mail.message["Subject"] == subject)


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
